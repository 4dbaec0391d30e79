//! Set a member aside: no access from the next request on, while role and seat are kept (I8, A42).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::refusal::Refusal;
use crate::view::{MemberView, member_view};

/// Set a member aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspend {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whom.
    pub member: MemberId,
}

impl Command for Suspend {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::Suspend { member })?;
        let mut draft = Draft::new(facts, self.by);
        // A seat that came free before goes to who waited before: suspended members are passed over.
        draft.settle_lapsed();
        draft.record(Event::MemberSuspended { member: self.member });
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Rename;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, member, outcome, with};
    use crate::name::OrganizationName;

    #[test]
    fn a42_a_suspended_member_may_do_nothing() {
        let team = with(with(with(founded("team"), 2, "admin"), 3, "member"), 4, "admin");
        let suspend = |who, whom| Suspend { organization: ORGANIZATION, by: by(who), member: member(whom) };
        for (who, whom, answer) in [
            (OWNER, 2, "ok"),
            (OWNER, OWNER, "owner-is-fixed"),
            (2, 3, "ok"),
            (2, 4, "member-above-yours"),
            (3, 2, "permission-missing"),
        ] {
            assert_eq!(outcome(&suspend(who, whom), &team), answer, "{who} suspends {whom}");
        }
        let suspended = after(suspend(OWNER, 2).decide(&team));
        assert_eq!(outcome(&suspend(OWNER, 2), &suspended), "already-suspended");
        let name = OrganizationName::parse("New").unwrap();
        let rename = Rename { organization: ORGANIZATION, by: by(2), name, expected: None };
        assert_eq!(outcome(&rename, &suspended), "membership-suspended");
    }
}
