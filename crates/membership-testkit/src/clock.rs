//! A clock that moves only when a test moves it, so that a test decides what time it is.

use std::sync::atomic::{AtomicI64, Ordering};

use membership_core::port::Clock;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

/// When every test begins, unless it says otherwise.
pub const START: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

impl ManualClock {
    /// A clock that shows this time.
    pub fn new(at: OffsetDateTime) -> Self {
        Self(AtomicI64::new(micros(at)))
    }

    /// Sets the clock; it may go back too.
    pub fn set(&self, at: OffsetDateTime) {
        self.0.store(micros(at), Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().saturating_add(by));
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new(START)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        let nanos = i128::from(self.0.load(Ordering::SeqCst)).saturating_mul(1_000);
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(START)
    }
}

/// Whole microseconds since 1970, which is also what the cursors of lists carry.
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_only_when_it_is_moved() {
        let clock = ManualClock::default();
        assert_eq!((clock.now(), clock.now()), (START, START));
        clock.advance(Duration::microseconds(1));
        assert_eq!(clock.now(), START + Duration::microseconds(1));
        clock.set(START - Duration::days(1));
        assert_eq!(clock.now(), START - Duration::days(1));
    }
}
