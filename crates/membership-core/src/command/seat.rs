//! Allocate a seat to a member by hand, or release it (S0.2, S0.6, S0.12).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::message::{Content, MessageScope, Recipient};
use crate::refusal::Refusal;
use crate::view::{MemberView, member_view};

/// Give a member a seat; the member is told by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateSeat {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// To whom.
    pub member: MemberId,
}

/// Take a member's seat back; the membership stays, with limited access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseSeat {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whose.
    pub member: MemberId,
}

impl Command for AllocateSeat {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        Authority::of(facts, self.by)?;
        let mut draft = Draft::new(facts, self.by);
        draft.settle_lapsed();
        let authority = Authority::of(draft.facts(), self.by)?;
        let member = draft.facts().member(self.member)?.clone();
        authority.may(Action::AllocateSeat { member: &member })?;
        let organization = authority.head.organization.clone();
        draft.record(Event::SeatAllocated { member: self.member });
        if let Some(email) = member.email {
            draft.mail(Mail {
                scope: MessageScope::Organization(self.organization),
                cause: (self.member.0, member.version),
                to: Recipient::Address(email),
                language: organization.language,
                content: Content::SeatAllocated {
                    organization: organization.name.to_string(),
                    member: member.name.to_string(),
                },
                due_at: None,
            });
        }
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

impl Command for ReleaseSeat {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::ReleaseSeat { member })?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::SeatReleased { member: self.member });
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, limited, member, outcome, with};
    use crate::view::Access;

    fn allocate(who: u128, whom: u128) -> AllocateSeat {
        AllocateSeat { organization: ORGANIZATION, by: by(who), member: member(whom) }
    }

    fn release(who: u128, whom: u128) -> ReleaseSeat {
        ReleaseSeat { organization: ORGANIZATION, by: by(who), member: member(whom) }
    }

    #[test]
    fn s0_6_seats_are_allocated_up_to_the_limit_and_released() {
        let group = limited(with(with(founded("group_subscription"), 2, "administrator"), 3, "member"), 1);
        assert_eq!(outcome(&allocate(3, 3), &group), "permission-missing");
        assert_eq!(outcome(&allocate(OWNER, 9), &group), "unknown-member");
        assert_eq!(outcome(&release(OWNER, 3), &group), "no-seat-held");
        let decision = allocate(2, 3).decide(&group).unwrap();
        assert_eq!((decision.reply.access, decision.messages.len()), (Access::Full, 1));
        let full = decision.after;
        assert_eq!(outcome(&allocate(OWNER, 3), &full), "seat-held");
        assert_eq!(outcome(&allocate(OWNER, 2), &full), "seat-limit-reached");
        let freed = after(release(OWNER, 3).decide(&full));
        assert_eq!(outcome(&allocate(OWNER, 2), &freed), "ok");
    }

    #[test]
    fn other_policies_allocate_by_themselves() {
        for preset in ["team", "account", "learning_platform", "member_portal"] {
            assert_eq!(outcome(&allocate(OWNER, OWNER), &founded(preset)), "seats-not-by-hand", "{preset}");
        }
    }
}
