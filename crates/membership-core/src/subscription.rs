//! What an organization has bought, and what its being over means; decided by comparing times, never by a job (I16).

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::input::InvalidInput;
use crate::name::PlanName;
use crate::organization::Seats;

/// What an organization has bought, its number of seats aside: that stands with the counters ([`Seats`]).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscription {
    /// What the operator calls the package.
    pub plan: Option<PlanName>,
    /// From this instant on it is over; `None` never ends.
    pub expires_at: Option<OffsetDateTime>,
    /// For how many days after that everything can still be read and used, while nothing grows.
    pub grace_days: u16,
    /// When the administrators are to be told next that it ends, or has ended; nothing else depends on it.
    pub announces_at: Option<OffsetDateTime>,
}

/// Where a subscription stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// It holds.
    Active,
    /// It is over; access is as before, but nobody is invited and no seat is newly taken.
    Grace,
    /// The grace is over, too: access is limited.
    Expired,
}

impl SubscriptionState {
    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Grace => "grace",
            Self::Expired => "expired",
        }
    }
}

/// What the operator sells: a subscription with its number of seats (S0.1, S0.13).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// What the operator calls the package.
    pub plan: Option<PlanName>,
    /// How many seats; `None` is unlimited.
    pub seat_limit: Option<u32>,
    /// Until when; `None` never ends.
    pub expires_at: Option<OffsetDateTime>,
    /// The days of grace after that.
    pub grace_days: u16,
}

/// How long before the end the administrators are told, the earliest first.
pub const ANNOUNCED_DAYS_BEFORE: [i64; 3] = [30, 7, 1];

impl Subscription {
    /// The most days of grace.
    pub const MOST_GRACE_DAYS: u16 = 366;

    /// When the grace ends.
    pub fn grace_ends_at(&self) -> Option<OffsetDateTime> {
        self.expires_at.map(|at| at.saturating_add(Duration::days(i64::from(self.grace_days))))
    }

    /// Where it stands at an instant.
    pub fn state_at(&self, now: OffsetDateTime) -> SubscriptionState {
        match (self.expires_at, self.grace_ends_at()) {
            (Some(end), _) if now < end => SubscriptionState::Active,
            (Some(_), Some(end)) if now < end => SubscriptionState::Grace,
            (Some(_), _) => SubscriptionState::Expired,
            (None, _) => SubscriptionState::Active,
        }
    }

    /// When the administrators are to be told next, after this instant: 30, 7 and 1 days before the end, at the end,
    /// and at the end of the grace.
    pub fn next_announcement(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let end = self.expires_at?;
        let before = ANNOUNCED_DAYS_BEFORE.map(|days| end.saturating_sub(Duration::days(days)));
        let after = [end, self.grace_ends_at().unwrap_or(end)];
        before.into_iter().chain(after).filter(|at| now < *at).min()
    }

    /// Whether the administrators are to be told by now.
    pub fn announcement_is_due(&self, now: OffsetDateTime) -> bool {
        self.announces_at.is_some_and(|at| at <= now)
    }
}

impl Terms {
    /// The terms of a number of seats without a plan or an end.
    pub fn of_seats(seat_limit: Option<u32>) -> Self {
        Self { seat_limit, ..Self::default() }
    }

    /// The subscription that these terms make from now on.
    pub fn subscription(&self, now: OffsetDateTime) -> Subscription {
        let Self { plan, expires_at, grace_days, .. } = self.clone();
        let mut subscription = Subscription { plan, expires_at, grace_days, announces_at: None };
        subscription.announces_at = subscription.next_announcement(now);
        subscription
    }

    /// Checks terms that somebody wants to sell. An end that was in force before may stay, also when it has come.
    ///
    /// # Errors
    /// `out-of-range`, about `seat_limit` or `grace_days`; `in-the-past`, about `expires_at`.
    pub fn check(&self, present: &Subscription, now: OffsetDateTime) -> Result<(), InvalidInput> {
        Seats::check_limit(self.seat_limit)?;
        if self.grace_days > Subscription::MOST_GRACE_DAYS {
            let rule = format!("must be at most {}", Subscription::MOST_GRACE_DAYS);
            return Err(InvalidInput::new("grace_days", "out-of-range", rule));
        }
        if self.expires_at != present.expires_at && self.expires_at.is_some_and(|at| at <= now) {
            return Err(InvalidInput::new("expires_at", "in-the-past", "must lie in the future"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::NOW;

    fn until(days: i64, grace_days: u16) -> Subscription {
        let terms = Terms { expires_at: Some(NOW + Duration::days(days)), grace_days, ..Terms::default() };
        terms.subscription(NOW)
    }

    #[test]
    fn the_times_decide_the_state() {
        let it = until(10, 5);
        let moment = Duration::microseconds(1);
        for (after, state) in [
            (Duration::ZERO, SubscriptionState::Active),
            (Duration::days(10) - moment, SubscriptionState::Active),
            (Duration::days(10), SubscriptionState::Grace),
            (Duration::days(15) - moment, SubscriptionState::Grace),
            (Duration::days(15), SubscriptionState::Expired),
        ] {
            assert_eq!(it.state_at(NOW + after), state, "{after}");
        }
        assert_eq!(until(10, 0).state_at(NOW + Duration::days(10)), SubscriptionState::Expired);
        assert_eq!(Subscription::default().state_at(NOW + Duration::days(99_999)), SubscriptionState::Active);
    }

    #[test]
    fn the_end_is_announced_five_times_at_most() {
        let mut it = until(40, 5);
        let mut told = Vec::new();
        while let Some(at) = it.announces_at {
            told.push((at - NOW).whole_days());
            it.announces_at = it.next_announcement(at);
        }
        assert_eq!(told, [10, 33, 39, 40, 45]);
        assert_eq!(until(5, 0).announces_at, Some(NOW + Duration::days(4)), "what lies behind is not told any more");
    }

    #[test]
    fn bad_terms_name_the_field() {
        let field = |terms: Terms| terms.check(&Subscription::default(), NOW).unwrap_err().field;
        assert_eq!(field(Terms::of_seats(Some(u32::MAX))), "seat_limit");
        assert_eq!(field(Terms { grace_days: 367, ..Terms::default() }), "grace_days");
        assert_eq!(field(Terms { expires_at: Some(NOW), ..Terms::default() }), "expires_at");
        let late = NOW + Duration::days(11);
        let same = Terms { expires_at: Some(NOW + Duration::days(10)), ..Terms::default() };
        assert!(same.check(&until(10, 5), late).is_ok(), "the plan can be changed without a new end");
    }
}
