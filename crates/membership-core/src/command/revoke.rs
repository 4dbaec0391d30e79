//! Take an outstanding invitation back (S1.8). An accepted one cannot be.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, OrganizationId};
use crate::refusal::Refusal;

/// Take an outstanding invitation back; its link then says so (S0.9), and its seat is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoke {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which invitation.
    pub invitation: InvitationId,
}

impl Command for Revoke {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { invitations: vec![self.invitation], lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::ViewInvitations)?;
        let invitation = facts.invitation(self.invitation)?;
        authority.may(Action::Revoke { invitation })?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::InvitationRevoked { invitation: self.invitation });
        draft.settle_lapsed();
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, founded, invitation, invited, outcome, with};

    fn revoke(who: u128, number: u128) -> Revoke {
        Revoke { organization: ORGANIZATION, by: by(who), invitation: invitation(number) }
    }

    #[test]
    fn s1_8_an_outstanding_invitation_can_be_taken_back_once() {
        let facts = with(with(founded("account"), 2, "administrator"), 3, "viewer");
        let facts = invited(facts, 20, "editor");
        for (who, number, answer) in [
            (OWNER, 20, "ok"),
            (2, 20, "ok"),
            (3, 20, "permission-missing"),
            (9, 20, "unknown-organization"),
            (OWNER, 21, "unknown-invitation"),
        ] {
            assert_eq!(outcome(&revoke(who, number), &facts), answer, "{who} {number}");
        }
        assert_eq!(facts.head().unwrap().seats.reserved, 1);
        let gone = after(revoke(OWNER, 20).decide(&facts));
        assert_eq!(gone.head().unwrap().seats.reserved, 0, "the seat is free again");
        assert_eq!(outcome(&revoke(OWNER, 20), &gone), "not-outstanding");
        assert_eq!(outcome(&revoke(OWNER, 20), &at(facts, NOW + Duration::days(7))), "not-outstanding");
    }
}
