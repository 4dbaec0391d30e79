//! The roster report: who signed in when, and how many logins were set up day by day (S4.6). Where the answers come
//! from: `docs/decisions/0036`.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use crate::input::InvalidInput;

/// Whether and when members signed in: a filter of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SignedIn {
    /// They never did, with a login or without one.
    Never,
    /// They did at this instant or later.
    Since(OffsetDateTime),
}

impl SignedIn {
    /// Whether somebody who last signed in then is one of these.
    pub fn includes(self, last: Option<OffsetDateTime>) -> bool {
        match self {
            Self::Never => last.is_none(),
            Self::Since(from) => last.is_some_and(|at| from <= at),
        }
    }

    /// Reads `never`, a day (`2026-03-01`, from its beginning in UTC) or an instant of RFC 3339.
    ///
    /// # Errors
    /// `not-a-date`, about the field `signed_in`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
        let day = day.filter(|day| (1970..=9998).contains(&day.year())).map(|day| day.midnight().assume_utc());
        // Years beyond these are no instants of a sign-in, and stores have no room for all of them.
        let instant = || OffsetDateTime::parse(text, &Rfc3339).ok().filter(|at| (1970..=9998).contains(&at.year()));
        let from = day.or_else(instant).map(|at| at.to_offset(UtcOffset::UTC));
        from.map(Self::Since).ok_or_else(|| {
            InvalidInput::new("signed_in", "not-a-date", "must be `never`, a day, or a time with its offset from UTC")
        })
    }
}

/// Days in UTC, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    first: Date,
    count: u16,
}

impl Days {
    /// The most days that are counted at once.
    pub const MOST: u16 = 366;

    /// So many days up to the one of an instant, at least one and at most [`Days::MOST`].
    pub fn until(now: OffsetDateTime, count: u16) -> Self {
        let count = count.clamp(1, Self::MOST);
        let today = now.to_offset(UtcOffset::UTC).date();
        Self { first: today.saturating_sub(Duration::days(i64::from(count) - 1)), count }
    }

    /// When the first one begins.
    pub fn from(self) -> OffsetDateTime {
        self.first.midnight().assume_utc()
    }

    /// When the last one is over.
    pub fn to(self) -> OffsetDateTime {
        self.from().saturating_add(Duration::days(i64::from(self.count)))
    }

    /// The first one.
    pub fn first(self) -> Date {
        self.first
    }

    /// The last one.
    pub fn last(self) -> Date {
        self.first.saturating_add(Duration::days(i64::from(self.count) - 1))
    }

    /// How many they are.
    pub fn count(self) -> u16 {
        self.count
    }

    /// The day after so many others, if it is one of these.
    pub fn nth(self, after: u16) -> Option<Date> {
        (after < self.count).then(|| self.first.saturating_add(Duration::days(i64::from(after))))
    }

    /// After how many other days an instant is, if it is in one of these.
    pub fn position(self, at: OffsetDateTime) -> Option<u16> {
        let days = (at - self.from()).whole_days();
        u16::try_from(days).ok().filter(|after| self.from() <= at && *after < self.count)
    }
}

/// How many members have had their login since which day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginsByDay {
    /// Since before the first of the days.
    pub before: u64,
    /// Since a day, by how many days come before it; days on which nobody set one up are left out.
    pub on: Vec<(u16, u64)>,
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn s4_6_who_signed_in_when_is_told_by_a_word_a_day_or_an_instant() {
        let day = SignedIn::parse("2026-03-01").unwrap();
        assert_eq!(day, SignedIn::Since(datetime!(2026-03-01 0:00 UTC)));
        assert_eq!(SignedIn::parse("2026-03-01T02:00:00+02:00").unwrap(), day);
        for (filter, last, expected) in [
            (SignedIn::Never, None, true),
            (SignedIn::Never, Some(datetime!(2026-03-01 0:00 UTC)), false),
            (day, None, false),
            (day, Some(datetime!(2026-02-28 23:59:59.999999 UTC)), false),
            (day, Some(datetime!(2026-03-01 0:00 UTC)), true),
        ] {
            assert_eq!(filter.includes(last), expected, "{filter:?} {last:?}");
        }
        for bad in ["", "Never", "now", "2026-02-30", "2026-3-1", "2026-03-01T00:00:00", "0001-01-01", "+10000-01-01"] {
            let refused = SignedIn::parse(bad).unwrap_err();
            assert_eq!((&*refused.field, refused.code), ("signed_in", "not-a-date"), "{bad}");
        }
    }

    #[test]
    fn days_end_with_today_and_are_bounded() {
        let now = datetime!(2026-03-01 23:59:59 UTC);
        let week = Days::until(now, 7);
        let last = date!(2026 - 03 - 01);
        assert_eq!(
            (week.first(), week.last(), week.nth(6), week.nth(7)),
            (date!(2026 - 02 - 23), last, Some(last), None)
        );
        assert_eq!((week.from(), week.to()), (datetime!(2026-02-23 0:00 UTC), datetime!(2026-03-02 0:00 UTC)));
        assert_eq!((week.position(now), week.position(week.from())), (Some(6), Some(0)));
        assert_eq!((week.position(week.to()), week.position(week.from() - Duration::NANOSECOND)), (None, None));
        assert_eq!((Days::until(now, 0).count(), Days::until(now, 9_999).count()), (1, Days::MOST));
    }
}
