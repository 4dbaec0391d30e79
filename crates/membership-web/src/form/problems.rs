//! What is wrong with a form, field by field, in the visitor's words.

use std::collections::BTreeMap;

use http::StatusCode;
use membership_core::input::InvalidInput;
use membership_core::refusal::Refusal;

use crate::answer::status_of;
use crate::words::Words;

/// What is wrong with a form. The first problem decides the answer's status.
#[derive(Debug, Clone)]
pub(crate) struct Problems {
    words: Words,
    fields: BTreeMap<String, String>,
    whole: Option<String>,
    status: Option<StatusCode>,
    stale: bool,
}

impl Problems {
    /// Nothing is wrong, yet.
    pub(crate) fn none(words: Words) -> Self {
        Self { words, fields: BTreeMap::new(), whole: None, status: None, stale: false }
    }

    /// What was read of a field; what cannot be read is kept as that field's problem.
    pub(crate) fn read<T>(&mut self, read: Result<T, InvalidInput>) -> Option<T> {
        read.map_err(|input| self.add(&Refusal::Invalid(input))).ok()
    }

    /// Adds a refusal: next to the field it is about, or else above the form.
    pub(crate) fn add(&mut self, refusal: &Refusal) {
        let stale = *refusal == Refusal::ChangedMeanwhile;
        self.stale |= stale;
        let text = if stale { self.words.t("changed-meanwhile") } else { self.words.refusal(refusal) };
        match field_of(refusal) {
            Some(field) => {
                self.fields.entry(field).or_insert(text);
            }
            None => self.whole = Some(text),
        }
        self.status.get_or_insert(status_of(refusal.kind()));
    }

    /// The same refusal, but about a field that the refusal does not name itself.
    pub(crate) fn add_to(&mut self, field: &str, refusal: &Refusal) {
        self.fields.insert(field.to_owned(), self.words.refusal(refusal));
        self.status.get_or_insert(status_of(refusal.kind()));
    }

    /// Says with a text of the page's own what is wrong with a field.
    pub(crate) fn say(&mut self, field: &str, text: String) {
        self.fields.insert(field.to_owned(), text);
        self.status.get_or_insert(StatusCode::UNPROCESSABLE_ENTITY);
    }

    /// Says with a text of the page's own what is wrong with the whole.
    pub(crate) fn say_of_all(&mut self, text: String) {
        self.whole = Some(text);
        self.status.get_or_insert(StatusCode::CONFLICT);
    }

    /// What is now in place of what was typed, if somebody else has changed it since the form was shown. The next press
    /// decides: the form that tells this carries the present version.
    pub(crate) fn overtaken(&self, typed: &str, present: &str) -> Option<String> {
        // Forms send line breaks as two characters.
        let differs = typed.replace("\r\n", "\n").trim() != present.trim();
        let shown = if present.is_empty() { "–" } else { present };
        (self.stale && differs).then(|| self.words.t1("changed-now", "present", shown))
    }

    /// What is wrong with a field.
    pub(crate) fn of(&self, field: &str) -> Option<String> {
        self.fields.get(field).cloned()
    }

    /// What stands above the form: what is wrong with it as a whole, or that fields below need attention, each one press
    /// away.
    pub(crate) fn summary(&self) -> Option<Summary> {
        let counted = || (!self.fields.is_empty()).then(|| self.words.n("problems", self.fields.len()));
        let text = self.whole.clone().or_else(counted)?;
        Some(Summary { text, fields: self.fields.clone().into_iter().collect() })
    }

    /// The status of the page that shows the form again.
    pub(crate) fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }
}

/// What stands above a form that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Summary {
    pub text: String,
    /// The fields that need attention, with what is wrong.
    pub fields: Vec<(String, String)>,
}

fn field_of(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::Invalid(input) => Some(input.field.to_string()),
        Refusal::UsernameTaken | Refusal::UsernameConfusable => Some("username".to_owned()),
        Refusal::NumberTaken => Some("number".to_owned()),
        Refusal::NotTheInvitedAddress => Some("email".to_owned()),
        Refusal::UnknownRole { .. } | Refusal::RoleAboveYours { .. } => Some("role".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use membership_core::language::Language;
    use membership_core::name::PersonName;

    use super::*;

    #[test]
    fn a_problem_stands_at_its_field() {
        let mut problems = Problems::none(Words { language: Language::English });
        assert_eq!(problems.status(), StatusCode::OK);
        assert_eq!(problems.read(PersonName::parse("  ")), None);
        problems.add(&Refusal::UsernameTaken);
        assert!(problems.of("name").is_some());
        assert!(problems.of("username").is_some());
        assert!(problems.summary().unwrap().text.contains('2'));
        assert_eq!(problems.status(), StatusCode::UNPROCESSABLE_ENTITY);
        problems.add(&Refusal::AlreadySetUp);
        assert!(!problems.summary().unwrap().text.contains('2'));
    }
}
