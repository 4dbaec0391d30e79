//! The operator sells a plan, a number of seats and a time (S0.1, S0.13). A limit below use removes nobody and admits
//! nobody; more seats, or a renewal, serve those who wait.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;
use crate::subscription::Terms;
use crate::view::OrganizationView;

/// Set what an organization has bought, as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSubscription {
    /// Which organization.
    pub organization: OrganizationId,
    /// The operator.
    pub by: Actor,
    /// What is sold from now on.
    pub terms: Terms,
    /// The organization's version that the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for SetSubscription {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        Scope { lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::SetSubscription)?;
        unchanged(self.expected, authority.head.organization.version)?;
        self.terms.check(&authority.head.subscription, facts.now)?;
        let mut draft = Draft::new(facts, self.by);
        draft.sell(&self.terms);
        draft.settle_lapsed();
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

impl Draft {
    /// Records what differs between these terms and the present ones.
    pub(crate) fn sell(&mut self, terms: &Terms) {
        let Ok(head) = self.facts().head().cloned() else { return };
        let organization = head.organization.id;
        let wanted = terms.subscription(self.facts().now);
        let sold = (&head.subscription.plan, head.subscription.expires_at, head.subscription.grace_days);
        if (&wanted.plan, wanted.expires_at, wanted.grace_days) != sold {
            self.record(Event::SubscriptionSet { organization, subscription: wanted });
        }
        if head.seats.limit != terms.seat_limit {
            self.record(Event::SeatLimitSet { organization, limit: terms.seat_limit });
        }
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{AllocateSeats, Invite, Renew, Settle};
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, founded, invitation, invited, member, offer, outcome, sold, waiting,
        with,
    };
    use crate::invitation::Channel;
    use crate::message::Content;
    use crate::subscription::SubscriptionState;
    use crate::view::Access;

    fn set(by: Actor, terms: Terms) -> SetSubscription {
        SetSubscription { organization: ORGANIZATION, by, terms, expected: None }
    }

    fn invite(number: u128) -> Invite {
        Invite { organization: ORGANIZATION, by: by(OWNER), offers: vec![offer(number, None)], all_or_none: true }
    }

    const OPERATOR: Actor = Actor::Operator(None);

    #[test]
    fn s0_13_below_use_nobody_goes_and_nobody_comes() {
        let account = with(with(founded("account"), 2, "viewer"), 3, "viewer");
        let seats = Terms::of_seats;
        assert_eq!(outcome(&set(by(OWNER), seats(Some(5))), &account), "operator-only");
        assert_eq!(outcome(&set(OPERATOR, seats(Some(u32::MAX))), &account), "invalid-input");
        let shrunk = after(set(OPERATOR, seats(Some(1))).decide(&account));
        assert_eq!(shrunk.head().unwrap().seats.assigned, 3);
        assert_eq!(outcome(&invite(20), &shrunk), "seat-limit-reached");
        assert_eq!(outcome(&invite(20), &after(set(OPERATOR, seats(None)).decide(&shrunk))), "ok");
    }

    #[test]
    fn s0_13_what_was_sold_meanwhile_is_not_overwritten() {
        let group = founded("group_subscription");
        let version = |facts: &Facts| Some(facts.head().unwrap().organization.version);
        let sell = |seats, expected| SetSubscription { expected, ..set(OPERATOR, Terms::of_seats(Some(seats))) };
        let seen = version(&group);
        let grown = after(sell(7, seen).decide(&group));
        assert_eq!(outcome(&sell(9, seen), &grown), "changed-meanwhile");
        assert_eq!(outcome(&sell(9, version(&grown)), &grown), "ok");
        let ending = sold(grown.clone(), 8, 2);
        assert_eq!(outcome(&sell(9, version(&grown)), &ending), "changed-meanwhile");
        let told = Settle { organization: ORGANIZATION }.decide(&at(ending.clone(), NOW + Duration::days(1)));
        assert_eq!(version(&after(told)), version(&ending), "that it ends is told: nothing else was sold");
    }

    #[test]
    fn in_grace_nothing_grows_and_after_it_access_is_limited() {
        let group = sold(with(invited(founded("group_subscription"), 20, "member"), 3, "member"), 10, 5);
        let seat = |number| AllocateSeats {
            organization: ORGANIZATION,
            by: by(OWNER),
            members: vec![member(number)],
            all_or_none: true,
        };
        let seated = after(seat(OWNER).decide(&group));
        let resend =
            Renew { organization: ORGANIZATION, by: by(OWNER), invitation: invitation(20), channel: Channel::Mail };
        for (days, invites, access) in [
            (5, "ok", Access::Full),
            (10, "subscription-over", Access::Full),
            (15, "subscription-over", Access::Expired),
        ] {
            let then = at(seated.clone(), NOW + Duration::days(days));
            assert_eq!(outcome(&invite(21), &then), invites, "{days}");
            assert_eq!(outcome(&seat(3), &then), invites, "{days}");
            let head = then.head().unwrap();
            assert_eq!(Access::of(head, then.member(member(OWNER)).unwrap(), then.now), access, "{days}");
        }
        let then = at(seated, NOW + Duration::days(6));
        assert_eq!(outcome(&resend, &then), "ok");
        let renewed = after(set(OPERATOR, Terms::default()).decide(&at(then, NOW + Duration::days(20))));
        assert_eq!(outcome(&invite(21), &renewed), "ok");
    }

    #[test]
    fn more_seats_and_a_renewal_serve_those_who_wait() {
        let full = waiting(waiting(founded("learning_platform"), 3), 4);
        let full = crate::fixture::limited(full, 1);
        let decision = set(OPERATOR, Terms::of_seats(Some(2))).decide(&full).unwrap();
        assert!(decision.after.member(member(3)).unwrap().seat, "who waited longest is first");
        assert!(!decision.after.member(member(4)).unwrap().seat);
        let told: Vec<_> = decision.messages.iter().map(|it| it.content.kind()).collect();
        assert_eq!(told, ["seat_allocated"], "all seats were taken before, too");
        let over = at(sold(waiting(founded("learning_platform"), 3), 1, 1), NOW + Duration::days(1));
        let grown = after(set(OPERATOR, Terms { seat_limit: Some(9), ..over_terms() }).decide(&over));
        assert!(!grown.member(member(3)).unwrap().seat, "nothing grows in the days of grace");
        let renewed = after(set(OPERATOR, Terms::default()).decide(&grown));
        assert!(renewed.member(member(3)).unwrap().seat);
    }

    fn over_terms() -> Terms {
        Terms { expires_at: Some(NOW + Duration::days(1)), grace_days: 1, ..Terms::default() }
    }

    #[test]
    fn the_end_is_announced_once_each_time() {
        let group = sold(founded("group_subscription"), 8, 2);
        let settle = Settle { organization: ORGANIZATION };
        assert_eq!(settle.decide(&group).unwrap().reply, 0);
        let mut group = group;
        for (day, state) in [
            (1, SubscriptionState::Active),
            (7, SubscriptionState::Active),
            (8, SubscriptionState::Grace),
            (10, SubscriptionState::Expired),
        ] {
            let decision = settle.decide(&at(group, NOW + Duration::days(day))).unwrap();
            let [message] = &decision.messages[..] else { panic!("day {day}: {:?}", decision.messages) };
            let Content::SubscriptionEnding { state: told, .. } = &message.content else { panic!("{message:?}") };
            assert_eq!(*told, state, "day {day}");
            group = decision.after;
            assert_eq!(settle.decide(&group).unwrap().messages, [], "day {day}");
        }
    }
}
