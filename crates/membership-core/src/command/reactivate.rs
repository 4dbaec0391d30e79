//! Take a suspended or deactivated member back, with the role they had (S2.14).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::refusal::Refusal;
use crate::view::{MemberView, member_view};

/// Take a suspended or deactivated member back. A deactivation date that has come is cleared; where members take a seat
/// on joining, a free one is needed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reactivate {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whom.
    pub member: MemberId,
}

impl Command for Reactivate {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        Authority::of(facts, self.by)?;
        let mut draft = Draft::new(facts, self.by);
        draft.settle_lapsed();
        let authority = Authority::of(draft.facts(), self.by)?;
        let member = draft.facts().member(self.member)?;
        authority.may(Action::Reactivate { member })?;
        let waits = member.waits_since.is_some();
        let seat = member.seat || (authority.head.seats_on_joining() && !waits);
        draft.record(Event::MemberReactivated { member: self.member, seat });
        if waits {
            draft.settle_lapsed();
        }
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{SetDeactivationDate, Suspend};
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, founded, limited, member, outcome, with};
    use crate::member::MemberStatus;

    fn reactivate(who: u128, whom: u128) -> Reactivate {
        Reactivate { organization: ORGANIZATION, by: by(who), member: member(whom) }
    }

    #[test]
    fn a_suspended_member_comes_back_with_the_seat() {
        let facts = limited(with(founded("learning_platform"), 3, "trainee"), 2);
        let suspend = Suspend { organization: ORGANIZATION, by: by(OWNER), member: member(3) };
        let suspended = after(suspend.decide(&facts));
        assert_eq!(suspended.head().unwrap().seats.assigned, 2);
        assert_eq!(outcome(&reactivate(OWNER, 3), &facts), "already-active");
        let back = after(reactivate(OWNER, 3).decide(&suspended));
        assert_eq!(back.member(member(3)).unwrap().status, MemberStatus::Active);
        assert_eq!(back.head().unwrap().seats.assigned, 2);
    }

    #[test]
    fn s2_14_after_the_date_a_free_seat_is_needed() {
        let facts = with(limited(with(founded("learning_platform"), 3, "trainee"), 2), 4, "trainee");
        let until = Some(NOW + Duration::days(1));
        let date = SetDeactivationDate {
            organization: ORGANIZATION,
            by: by(OWNER),
            member: member(3),
            at: until,
            expected: None,
        };
        let ended = at(after(date.decide(&facts)), NOW + Duration::days(1));
        assert_eq!(outcome(&reactivate(OWNER, 3), &ended), "seat-limit-reached");
        let back = after(reactivate(OWNER, 3).decide(&limited(ended, 3)));
        let again = back.member(member(3)).unwrap();
        assert_eq!((again.status, again.seat, again.deactivates_at), (MemberStatus::Active, true, None));
        assert_eq!(back.head().unwrap().seats.assigned, 3);
    }
}
