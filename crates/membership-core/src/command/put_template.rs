//! Word a kind of mail as the organization likes (S0.8, S1.5).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;
use crate::view::TemplateView;
use crate::wording::{TemplateKey, Wording};

/// Use a text of one's own for a kind of mail in a language. Mail that was written before keeps what it was written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutTemplate {
    /// Whose mail.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which mail.
    pub template: TemplateKey,
    /// What it shall say.
    pub wording: Wording,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for PutTemplate {
    type Reply = TemplateView;

    fn scope(&self) -> Scope {
        Scope { templates: vec![self.template], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<TemplateView>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::EditTemplates)?;
        let wordings = &facts.head()?.organization.branding.wordings;
        unchanged(self.expected, wordings.version(self.template))?;
        // A wording is made for a kind; who made this one may have made it for another.
        self.wording.check(self.template.kind)?;
        let mut draft = Draft::new(facts, self.by);
        if wordings.chosen(self.template) != Some(self.wording.id) {
            draft.record(Event::TemplateSaved { template: self.template, wording: self.wording.clone() });
        }
        let view = TemplateView::of(draft.facts(), self.template)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::ResetTemplate;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, outcome, with};
    use crate::language::Language;
    use crate::wording::TemplateKind;

    const TEMPLATE: TemplateKey = TemplateKey { kind: TemplateKind::Invitation, language: Language::French };

    fn put(who: u128, text: &str) -> PutTemplate {
        let wording = Wording::of("Bienvenue".to_owned(), text.to_owned());
        PutTemplate { organization: ORGANIZATION, by: by(who), template: TEMPLATE, wording, expected: None }
    }

    fn reset(who: u128) -> ResetTemplate {
        ResetTemplate { organization: ORGANIZATION, by: by(who), template: TEMPLATE, expected: None }
    }

    #[test]
    fn s1_5_a_member_words_nothing_and_admin_and_owner_do() {
        let facts = with(with(founded("team"), 2, "admin"), 3, "member");
        for (who, answer) in [(OWNER, "ok"), (2, "ok"), (3, "permission-missing"), (9, "unknown-organization")] {
            assert_eq!(outcome(&put(who, "{{ link }}"), &facts), answer, "{who}");
            assert_eq!(outcome(&reset(who), &facts), answer, "{who}");
        }
    }

    #[test]
    fn s0_8_a_text_without_its_link_is_refused_whoever_made_it() {
        let facts = founded("group_subscription");
        assert_eq!(outcome(&put(OWNER, "Venez !"), &facts), "invalid-input");
        let refusal = put(OWNER, "Venez !").decide(&facts).unwrap_err();
        assert!(refusal.to_string().contains("{{ link }}"), "{refusal}");
    }

    #[test]
    fn a_version_counts_changes_and_a_reset_is_one() {
        let saved = after(put(OWNER, "{{ link }}").decide(&founded("team")));
        assert!(put(OWNER, "{{ link }}").decide(&saved).unwrap().events.is_empty());
        let stale = PutTemplate { expected: Some(0), ..put(OWNER, "Ici : {{ link }}") };
        assert_eq!(outcome(&stale, &saved), "changed-meanwhile");
        assert_eq!(outcome(&ResetTemplate { expected: Some(0), ..reset(OWNER) }, &saved), "changed-meanwhile");
        let back = after(ResetTemplate { expected: Some(1), ..reset(OWNER) }.decide(&saved));
        assert_eq!(
            TemplateView::of(&back, TEMPLATE).unwrap(),
            TemplateView { template: TEMPLATE, own: None, version: 2 }
        );
        assert!(reset(OWNER).decide(&back).unwrap().events.is_empty());
        let again = after(PutTemplate { expected: Some(2), ..put(OWNER, "{{ link }}") }.decide(&back));
        assert_eq!(TemplateView::of(&again, TEMPLATE).unwrap().version, 3);
    }

    #[test]
    fn i15_the_log_tells_the_text_before_and_after() {
        let saved = after(put(OWNER, "{{ link }}").decide(&founded("team")));
        let decision = put(OWNER, "Ici : {{ link }}").decide(&saved).unwrap();
        let account = decision.accounts.first().unwrap();
        assert_eq!((account.event, account.subject_name.as_str()), ("template-saved", "invitation/fr"));
        assert_eq!(account.before["text"], "{{ link }}");
        assert_eq!(account.after["text"], "Ici : {{ link }}");
    }
}
