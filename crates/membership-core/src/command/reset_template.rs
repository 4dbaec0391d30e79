//! Go back to the built-in text of a kind of mail (S1.5).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;
use crate::view::TemplateView;
use crate::wording::TemplateKey;

/// Use the built-in text of a kind of mail in a language again. Mail that was written before keeps what it was written
/// with; the table that tests it stands with [`PutTemplate`](crate::command::PutTemplate).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetTemplate {
    /// Whose mail.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which mail.
    pub template: TemplateKey,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for ResetTemplate {
    type Reply = TemplateView;

    fn scope(&self) -> Scope {
        Scope { templates: vec![self.template], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<TemplateView>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::EditTemplates)?;
        let wordings = &facts.head()?.organization.branding.wordings;
        unchanged(self.expected, wordings.version(self.template))?;
        let mut draft = Draft::new(facts, self.by);
        if wordings.chosen(self.template).is_some() {
            draft.record(Event::TemplateReset { template: self.template });
        }
        let view = TemplateView::of(draft.facts(), self.template)?;
        Ok(draft.reply(view))
    }
}
