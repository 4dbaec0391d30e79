//! Say no to an invitation; its seat is free again (I3).

use crate::command::Command;
use crate::command::accept::open_invitation;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, OrganizationId};
use crate::refusal::Refusal;
use crate::secret::Link;

/// Say no to the invitation a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// The link, as the signer read it.
    pub link: Link,
}

impl Command for Decline {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope {
            invitations: vec![InvitationId(self.link.id)],
            lapsed: true,
            ..Scope::of(OrganizationId(self.link.scope))
        }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let invitation = open_invitation(facts, &self.link)?.id;
        let mut draft = Draft::new(facts, Actor::Invitee);
        draft.record(Event::InvitationDeclined { invitation });
        draft.settle_lapsed();
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, after, founded, invitation, invited, outcome};

    #[test]
    fn an_invitation_is_declined_once() {
        let facts = invited(founded("account"), 20, "viewer");
        let decline = Decline { link: Link::to_invitation(ORGANIZATION, invitation(20), 1) };
        let declined = after(decline.decide(&facts));
        assert_eq!(declined.head().unwrap().seats.reserved, 0);
        assert_eq!(outcome(&decline, &declined), "invitation-declined");
        let other = Decline { link: Link::to_invitation(ORGANIZATION, invitation(20), 2) };
        assert_eq!(outcome(&other, &facts), "link-superseded");
    }
}
