//! Send an invitation again, or produce its link to hand over; either way the older links die (S3.7, S4.8).

use time::Duration;

use crate::authority::{Action, Authority};
use crate::command::invite::mail_invitation;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, MemberId, OrganizationId};
use crate::invitation::Channel;
use crate::quota::{Bucket, Cause};
use crate::refusal::Refusal;
use crate::view::{InvitationView, invitation_view};

/// Give an invitation a new link, by mail or to be handed over, and as much time as it had at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which invitation.
    pub invitation: InvitationId,
    /// How the new link reaches the person.
    pub channel: Channel,
}

impl Command for Renew {
    type Reply = InvitationView;

    fn scope(&self) -> Scope {
        Scope { invitations: vec![self.invitation], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<InvitationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::ViewInvitations)?;
        let invitation = facts.invitation(self.invitation)?;
        authority.may(match self.channel {
            Channel::Mail => Action::Resend { invitation },
            Channel::Hand => Action::HandOver { invitation },
        })?;
        let days = i64::from(authority.head.organization.policy.invitation_policy.valid_days);
        let expires_at =
            invitation.expires_at.max(facts.now.max(invitation.opens_at).saturating_add(Duration::days(days)));
        let inviter = authority.standing.member().map(|member| member.id);
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::InvitationRenewed { invitation: self.invitation, channel: self.channel, expires_at });
        if self.channel == Channel::Mail {
            self.charge(&mut draft, inviter)?;
            mail_invitation(&mut draft, self.invitation)?;
        }
        let view = invitation_view(draft.facts(), self.by, self.invitation)?;
        Ok(draft.reply(view))
    }
}

impl Renew {
    /// What a resend takes from quotas: those of whoever wants it, of the organization and of the invitation (A54).
    fn charge(&self, draft: &mut Draft, by: Option<MemberId>) -> Result<(), Refusal> {
        let Some(member) = by else { return Ok(()) };
        draft.charge(Cause::Resend, |limits| {
            vec![
                (Bucket::invitation(self.organization, self.invitation), &limits.resends_per_invitation),
                (Bucket::member(self.organization, member), &limits.resends_per_inviter),
                (Bucket::organization(self.organization), &limits.resends_per_organization),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, OWNER, at, by, founded, invitation, invited, outcome, with};

    fn renew(who: u128, number: u128, channel: Channel) -> Renew {
        Renew { organization: ORGANIZATION, by: by(who), invitation: invitation(number), channel }
    }

    #[test]
    fn s3_7_who_may_resend() {
        let facts = with(with(founded("team"), 2, "admin"), 3, "member");
        let facts = invited(invited(facts, 20, "member"), 21, "admin");
        for (who, number, answer) in [
            (OWNER, 21, "ok"),
            (2, 20, "ok"),
            (2, 21, "role-above-yours"),
            (3, 20, "permission-missing"),
            (OWNER, 22, "unknown-invitation"),
        ] {
            assert_eq!(outcome(&renew(who, number, Channel::Mail), &facts), answer, "{who} {number}");
            assert_eq!(outcome(&renew(who, number, Channel::Hand), &facts), answer, "{who} {number} by hand");
        }
        let late = at(facts, NOW + Duration::days(7));
        assert_eq!(outcome(&renew(OWNER, 20, Channel::Mail), &late), "not-outstanding");
    }

    #[test]
    fn a_new_link_has_a_new_generation_and_its_own_mail() {
        let facts = at(invited(founded("team"), 20, "member"), NOW + Duration::days(3));
        let decision = renew(OWNER, 20, Channel::Mail).decide(&facts).unwrap();
        assert_eq!(decision.reply.invitation.generation, 2);
        assert_eq!(decision.reply.invitation.expires_at, NOW + Duration::days(10));
        assert_eq!(decision.messages[0].content.kind(), "invitation");
        assert_eq!(decision.messages[1].due_at, NOW + Duration::days(5), "its reminders begin anew");
        let by_hand = renew(OWNER, 20, Channel::Hand).decide(&facts).unwrap();
        assert_eq!((by_hand.reply.invitation.channel, by_hand.messages.len()), (Channel::Hand, 0));
    }
}
