//! Access checks on the wire: one question, or a list of them.

use membership_core::access::{MOST_QUESTIONS, Question, Verdict, Who};
use membership_core::draft::Actor;
use membership_core::input::InvalidInput;
use membership_core::language::Language;
use membership_core::resource::ResourceName;
use membership_core::role::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::field;

/// One question, or up to 100 in `checks`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessChecks {
    /// The questions, answered in their order and all of one moment. Nothing else is named beside them but `language`.
    checks: Option<Vec<AccessCheck>>,
    /// Whom the question is about, by membership. Nobody named is oneself.
    member_id: Option<String>,
    /// Whom the question is about, by account.
    user_id: Option<String>,
    /// What they want to do: a permission of the service, such as `records:write`, or one of the application's own.
    permission: Option<String>,
    /// On which record, if on one.
    resource: Option<NamedRecord>,
    /// `en` or `fr`: the language of `because`; the asker's own if none is named.
    language: Option<String>,
}

/// May this person do that?
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessCheck {
    /// Whom it is about, by membership. Nobody named is oneself.
    member_id: Option<String>,
    /// Whom it is about, by account.
    user_id: Option<String>,
    /// What they want to do.
    permission: String,
    /// On which record, if on one.
    resource: Option<NamedRecord>,
}

/// A record by name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedRecord {
    r#type: String,
    id: String,
}

/// What was asked.
pub(crate) enum Asked {
    One(Question),
    Many(Vec<Question>),
}

impl Asked {
    pub(crate) fn questions(&self) -> &[Question] {
        match self {
            Self::One(question) => std::slice::from_ref(question),
            Self::Many(questions) => questions,
        }
    }
}

impl AccessChecks {
    pub(crate) fn language(&self) -> Result<Option<Language>, InvalidInput> {
        field::language(self.language.as_deref())
    }

    pub(crate) fn asked(&self, by: Actor) -> Result<Asked, InvalidInput> {
        let Some(checks) = &self.checks else {
            let permission = self.permission.as_deref();
            let permission = permission.ok_or_else(|| InvalidInput::new("permission", "missing", "must be given"))?;
            let who = (self.member_id.as_deref(), self.user_id.as_deref());
            return Ok(Asked::One(question(who, permission, self.resource.as_ref(), by)?));
        };
        let beside = self.member_id.is_some() || self.user_id.is_some();
        if beside || self.permission.is_some() || self.resource.is_some() {
            return Err(InvalidInput::new("checks", "not-alone", "must be given without the fields of one question"));
        }
        if checks.is_empty() || MOST_QUESTIONS < checks.len() {
            let rule = format!("must have 1 to {MOST_QUESTIONS} questions");
            return Err(InvalidInput::new("checks", "out-of-range", rule));
        }
        let questions = checks.iter().enumerate().map(|(number, check)| {
            let who = (check.member_id.as_deref(), check.user_id.as_deref());
            question(who, &check.permission, check.resource.as_ref(), by).map_err(|it| {
                let field = format!("checks[{number}].{}", it.field);
                InvalidInput { field: field.into(), ..it }
            })
        });
        questions.collect::<Result<_, _>>().map(Asked::Many)
    }
}

fn question(
    who: (Option<&str>, Option<&str>),
    permission: &str,
    resource: Option<&NamedRecord>,
    by: Actor,
) -> Result<Question, InvalidInput> {
    let who = match (who, by) {
        ((Some(member), None), _) => Who::Member(member.parse()?),
        ((None, Some(user)), _) => Who::User(user.parse()?),
        ((None, None), Actor::User(user) | Actor::TwoFactorUser(user)) => Who::User(user),
        _ => {
            let rule = "must name one person, either by `member_id` or by `user_id`";
            return Err(InvalidInput::new("member_id", "not-one-person", rule));
        }
    };
    let permission = Permission::parse(permission)?;
    let named = resource.map(|it| ResourceName::parse(&it.r#type, &it.id));
    let resource = named.transpose().map_err(|it| {
        let field = format!("resource.{}", it.field);
        InvalidInput { field: field.into(), ..it }
    })?;
    Ok(Question { who, permission, resource })
}

/// The answer to one question.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessAnswer {
    allowed: bool,
    /// The rule that decided; stable, and listed in `docs/rules.md`.
    rule: &'static str,
    /// Why, or why not, and what to do about it.
    because: String,
}

impl AccessAnswer {
    pub(crate) fn of(verdict: &Verdict, language: Language) -> Self {
        Self { allowed: verdict.allowed(), rule: verdict.rule.code(), because: verdict.because(language) }
    }
}

/// The answers to a list of questions, in its order.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessAnswers {
    pub(crate) checks: Vec<AccessAnswer>,
}

/// One answer to one question, and a list to a list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum AccessAnswered {
    One(AccessAnswer),
    Many(AccessAnswers),
}
