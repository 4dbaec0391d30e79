//! Choose what becomes of people who join and find no seat: they are refused, or they wait.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::policy::WhenFull;
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Choose what becomes of who joins and finds no seat. Those who wait already keep their place either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetWhenFull {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// What becomes of them.
    pub when_full: WhenFull,
}

impl Command for SetWhenFull {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::SetWhenFull)?;
        let mut draft = Draft::new(facts, self.by);
        if authority.head.organization.policy.when_full != self.when_full {
            draft.record(Event::WhenFullSet { organization: self.organization, when_full: self.when_full });
        }
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, outcome, with};

    #[test]
    fn who_may_edit_the_organization_chooses() {
        let platform = with(founded("learning_platform"), 3, "trainee");
        let set = |who| SetWhenFull { organization: ORGANIZATION, by: by(who), when_full: WhenFull::Wait };
        assert_eq!(outcome(&set(3), &platform), "permission-missing");
        let waits = after(set(OWNER).decide(&platform));
        assert!(waits.head().unwrap().waits_when_full());
        assert!(set(OWNER).decide(&waits).unwrap().events.is_empty(), "nothing happens twice");
        let by_hand = founded("team");
        assert_eq!(outcome(&set(OWNER), &by_hand), "nobody-waits");
    }
}
