//! Give an organization another name (S0.4).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::name::OrganizationName;
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Give an organization another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The new name.
    pub name: OrganizationName,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for Rename {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::RenameOrganization)?;
        let organization = &facts.head()?.organization;
        unchanged(self.expected, organization.version)?;
        let mut draft = Draft::new(facts, self.by);
        if organization.name != self.name {
            draft.record(Event::OrganizationRenamed { organization: self.organization, name: self.name.clone() });
        }
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, by, founded, outcome, with};

    #[test]
    fn who_may_rename() {
        let facts = with(with(founded("team"), 2, "admin"), 3, "member");
        let rename = |who, expected| Rename {
            organization: ORGANIZATION,
            by: by(who),
            name: OrganizationName::parse("New").unwrap(),
            expected,
        };
        for (who, expected, answer) in [
            (OWNER, None, "ok"),
            (2, Some(1), "ok"),
            (2, Some(9), "changed-meanwhile"),
            (3, None, "permission-missing"),
            (4, None, "unknown-organization"),
        ] {
            assert_eq!(outcome(&rename(who, expected), &facts), answer, "{who} {expected:?}");
        }
    }
}
