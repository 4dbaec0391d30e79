//! Leave an organization; anyone but the owner can (S1.12).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;

/// Leave an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who leaves.
    pub by: Actor,
}

impl Command for Leave {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = authority.standing.member().ok_or(Refusal::UnknownMember)?;
        authority.may(Action::Leave { member })?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::MemberLeft { member: member.id });
        draft.settle_lapsed();
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, outcome, with};

    #[test]
    fn s1_12_anyone_but_the_owner_leaves() {
        let team = with(with(founded("team"), 2, "admin"), 3, "member");
        let leave = |who| Leave { organization: ORGANIZATION, by: by(who) };
        for (who, answer) in [(OWNER, "owner-cannot-leave"), (2, "ok"), (3, "ok"), (9, "unknown-organization")] {
            assert_eq!(outcome(&leave(who), &team), answer, "{who}");
        }
        assert_eq!(outcome(&leave(3), &after(leave(3).decide(&team))), "unknown-organization");
    }
}
