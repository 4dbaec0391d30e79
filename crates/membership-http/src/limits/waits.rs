//! How long a login waits after failed sign-ins: some are free, then each doubles the wait, and none locks it for good.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use membership_core::user::Login;
use sha2::{Digest, Sha256};

use super::LimitOptions;
use super::ledger::Ledger;

/// A login as it is remembered: of one length, and not to be read out of the memory of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LoginKey([u8; 32]);

impl LoginKey {
    /// The same key for all ways of writing a login, whether or not it names anybody.
    pub(super) fn of(login: &str) -> Self {
        let normalised = Login::parse(login).map_or_else(|| login.trim().to_lowercase(), |login| login.to_string());
        Self(Sha256::digest(normalised.as_bytes()).into())
    }
}

/// The failures of logins.
pub(super) struct Waits {
    free: u32,
    first: Duration,
    longest: Duration,
    kept: Duration,
    failures: Mutex<Ledger<LoginKey, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Duration,
}

impl Waits {
    pub(super) fn new(options: &LimitOptions) -> Self {
        Self {
            free: options.free_failures,
            first: options.first_wait,
            longest: options.longest_wait,
            kept: options.failures_kept.max(options.longest_wait),
            failures: Mutex::new(Ledger::new(options.most_remembered)),
        }
    }

    /// Counts an attempt as failed before it is made, or says how long it must wait. Being refused costs nothing.
    pub(super) fn begin(&self, login: LoginKey, now: Duration) -> Result<(), Duration> {
        let mut ledger = self.ledger();
        let earlier = ledger.get(login).filter(|it| now < it.last + self.kept);
        let earlier = earlier.copied().unwrap_or(Failures { count: 0, last: now });
        let left = (earlier.last + self.wait_after(earlier.count)).saturating_sub(now);
        if !left.is_zero() {
            return Err(left);
        }
        let failures = Failures { count: earlier.count.saturating_add(1), last: now };
        ledger.put(login, failures, now + self.kept, now);
        Ok(())
    }

    /// The attempt was none.
    pub(super) fn give_back(&self, login: LoginKey) {
        self.ledger().change(login, |it| it.count = it.count.saturating_sub(1));
    }

    /// Somebody who knows the password was here.
    pub(super) fn forget(&self, login: LoginKey) {
        self.ledger().remove(login);
    }

    fn wait_after(&self, failures: u32) -> Duration {
        match failures.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(doublings) => {
                let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
                self.first.saturating_mul(factor).min(self.longest)
            }
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger<LoginKey, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn ten_are_free_and_then_each_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let waits = Waits::new(&LimitOptions::default());
        for (failures, expected) in [
            (0, 0),
            (9, 0),
            (10, 15),
            (11, 30),
            (12, 60),
            (13, 120),
            (14, 240),
            (15, 480),
            (16, 900),
            (17, 900),
            (u32::MAX, 900),
        ] {
            assert_eq!(waits.wait_after(failures), seconds(expected), "{failures}");
        }
    }

    #[test]
    fn a_login_waits_and_what_is_refused_does_not_lengthen_it() {
        let waits = Waits::new(&LimitOptions::default());
        let ada = LoginKey::of("ada@example.org");
        assert!((0..10).all(|_| waits.begin(ada, seconds(0)).is_ok()));
        for (now, expected) in [(0, Err(15)), (5, Err(10)), (14, Err(1)), (15, Ok(())), (15, Err(30)), (45, Ok(()))] {
            assert_eq!(waits.begin(ada, seconds(now)), expected.map_err(seconds), "{now}");
        }
        waits.give_back(ada);
        assert_eq!(waits.begin(ada, seconds(46)), Err(seconds(29)), "only the last wait is given back");
        waits.forget(ada);
        assert_eq!(waits.begin(ada, seconds(46)), Ok(()));
    }

    #[test]
    fn failures_are_forgotten_after_a_day_of_quiet() {
        let waits = Waits::new(&LimitOptions::default());
        let ada = LoginKey::of("ada");
        assert!((0..10).all(|_| waits.begin(ada, seconds(0)).is_ok()));
        let day = seconds(24 * 60 * 60);
        assert!((0..10).all(|_| waits.begin(ada, day).is_ok()));
        assert!(waits.begin(ada, day).is_err());
    }

    #[test]
    fn one_login_is_one_however_it_is_written() {
        for (one, other) in [("ada@example.org", " ada@EXAMPLE.org "), ("ada", "ADA"), ("No Login!", "no login! ")] {
            assert_eq!(LoginKey::of(one), LoginKey::of(other), "{one}");
        }
        assert_ne!(LoginKey::of("ada"), LoginKey::of("bob"));
    }
}
