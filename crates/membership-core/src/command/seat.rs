//! Allocate a seat to a member by hand, or release it (S0.2, S0.6, S0.12).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::refusal::Refusal;
use crate::view::{MemberView, member_view};

/// Give members a seat; each is told by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateSeats {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// To whom; decided one after the other, so that the last free seat goes to the first of them.
    pub members: Vec<MemberId>,
    /// Whether the first refusal refuses all of them, instead of being that member's outcome.
    pub all_or_none: bool,
}

/// What became of one of them.
pub type Outcome = Result<MemberView, Refusal>;

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

impl Command for AllocateSeats {
    type Reply = Vec<Outcome>;

    fn scope(&self) -> Scope {
        Scope { members: self.members.clone(), lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<Outcome>>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::AllocateSeats)?;
        let mut draft = Draft::new(facts, self.by);
        draft.settle_lapsed();
        let mut outcomes = Vec::new();
        for (index, member) in self.members.iter().enumerate() {
            let repeated = self.members.iter().take(index).any(|earlier| earlier == member);
            let outcome = if repeated { Err(Refusal::Duplicate) } else { self.allocate(&mut draft, *member) };
            match outcome {
                Err(refusal) if self.all_or_none => return Err(refusal),
                outcome => outcomes.push(outcome),
            }
        }
        Ok(draft.reply(outcomes))
    }
}

impl AllocateSeats {
    fn allocate(&self, draft: &mut Draft, id: MemberId) -> Outcome {
        let authority = Authority::of(draft.facts(), self.by)?;
        authority.may(Action::AllocateSeat { member: draft.facts().member(id)? })?;
        draft.allocate(id);
        member_view(draft.facts(), self.by, id)
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

    fn allocate(who: u128, whom: u128) -> AllocateSeats {
        AllocateSeats { organization: ORGANIZATION, by: by(who), members: vec![member(whom)], all_or_none: true }
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
        assert_eq!(decision.reply[0].as_ref().unwrap().access, Access::Full);
        let told: Vec<_> = decision.messages.iter().map(|it| it.content.kind()).collect();
        assert_eq!(told, ["seat_allocated", "seats_filling"]);
        let full = decision.after;
        assert_eq!(outcome(&allocate(OWNER, 3), &full), "seat-held");
        assert_eq!(outcome(&allocate(OWNER, 2), &full), "seat-limit-reached");
        let freed = after(release(OWNER, 3).decide(&full));
        assert_eq!(outcome(&allocate(OWNER, 2), &freed), "ok");
    }

    #[test]
    fn x_3_several_get_seats_at_once_each_with_an_outcome() {
        let group = limited(with(with(founded("group_subscription"), 2, "member"), 3, "member"), 2);
        let mut several = allocate(OWNER, 2);
        several.members.extend([member(9), member(2), member(3), member(OWNER)]);
        assert_eq!(outcome(&several, &group), "unknown-member");
        several.all_or_none = false;
        let decision = several.decide(&group).unwrap();
        let codes: Vec<_> = decision.reply.iter().map(|it| it.as_ref().map_or_else(Refusal::code, |_| "ok")).collect();
        assert_eq!(codes, ["ok", "unknown-member", "duplicate", "ok", "seat-limit-reached"]);
        assert_eq!(decision.after.head().unwrap().seats.assigned, 2);
    }

    #[test]
    fn other_policies_allocate_by_themselves() {
        for preset in ["team", "account", "learning_platform", "member_portal"] {
            assert_eq!(outcome(&allocate(OWNER, OWNER), &founded(preset)), "seats-not-by-hand", "{preset}");
        }
    }
}
