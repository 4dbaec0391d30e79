//! Delete an organization: the owner's alone (S1.4). From then on it does not exist for anybody.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;

/// Delete an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for Delete {
    type Reply = ();

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::DeleteOrganization)?;
        unchanged(self.expected, facts.head()?.organization.version)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::OrganizationDeleted { organization: self.organization });
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, outcome, with};

    #[test]
    fn s1_4_only_the_owner_deletes_and_then_it_is_gone() {
        let facts = with(with(founded("team"), 2, "admin"), 3, "member");
        let delete = |who| Delete { organization: ORGANIZATION, by: by(who), expected: None };
        for (who, answer) in [(OWNER, "ok"), (2, "owner-only"), (3, "owner-only"), (4, "unknown-organization")] {
            assert_eq!(outcome(&delete(who), &facts), answer, "{who}");
        }
        let gone = after(delete(OWNER).decide(&facts));
        assert_eq!(outcome(&delete(OWNER), &gone), "unknown-organization");
    }
}
