//! The operator makes a member the owner in place of one who is lost (S0.14); audited like everything else.

use crate::authority::{Action, Authority};
use crate::command::transfer_ownership::hand_over;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Make a member the owner in place of the present one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReassignOwnership {
    /// Which organization.
    pub organization: OrganizationId,
    /// The operator.
    pub by: Actor,
    /// Who shall own it.
    pub member: MemberId,
}

impl Command for ReassignOwnership {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::ReassignOwnership { member })?;
        let mut draft = Draft::new(facts, self.by);
        hand_over(&mut draft, facts.owner(), member)?;
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, by, founded, member, outcome, with};

    #[test]
    fn s0_14_only_the_operator_reassigns() {
        let group = with(founded("group_subscription"), 3, "member");
        let reassign = |by, to| ReassignOwnership { organization: ORGANIZATION, by, member: member(to) };
        assert_eq!(outcome(&reassign(by(OWNER), 3), &group), "operator-only");
        assert_eq!(outcome(&reassign(Actor::Operator(None), 3), &group), "ok");
        assert_eq!(outcome(&reassign(Actor::Operator(None), OWNER), &group), "already-owner");
        assert_eq!(outcome(&reassign(Actor::Operator(None), 9), &group), "unknown-member");
    }
}
