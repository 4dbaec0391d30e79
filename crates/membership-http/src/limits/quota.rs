//! So many within a time, per client.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::client::Client;
use super::ledger::Ledger;

/// A quota per client by the generic cell rate algorithm: of each client only the instant is remembered at which it
/// will have everything again.
pub(super) struct Quota {
    /// How long it takes to get one back.
    interval: Duration,
    /// How long it takes to get all of them back.
    within: Duration,
    whole_again: Mutex<Ledger<Client, Duration>>,
}

impl Quota {
    pub(super) fn new(most: u32, within: Duration, most_remembered: usize) -> Self {
        let interval = within / most.max(1);
        Self { interval, within: interval * most, whole_again: Mutex::new(Ledger::new(most_remembered)) }
    }

    /// Takes one, or says how long it is until there is one.
    pub(super) fn take(&self, client: Option<Client>, now: Duration) -> Result<(), Duration> {
        let Some(client) = client else { return Ok(()) };
        let mut ledger = self.ledger();
        let whole_again = ledger.get(client).copied().unwrap_or(now).max(now) + self.interval;
        let too_far = whole_again.saturating_sub(now + self.within);
        if !too_far.is_zero() {
            return Err(too_far);
        }
        ledger.put(client, whole_again, whole_again, now);
        Ok(())
    }

    /// Gives one back.
    pub(super) fn give_back(&self, client: Option<Client>) {
        if let Some(client) = client {
            self.ledger().change(client, |whole_again| *whole_again = whole_again.saturating_sub(self.interval));
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger<Client, Duration>> {
        self.whole_again.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn so_many_at_once_and_then_one_after_the_other() {
        let quota = Quota::new(20, seconds(300), 100);
        let (one, other) = (Client::at("192.0.2.1"), Client::at("192.0.2.2"));
        for _ in 0..20 {
            assert_eq!(quota.take(one, seconds(0)), Ok(()));
        }
        assert_eq!(quota.take(one, seconds(0)), Err(seconds(15)));
        assert_eq!(quota.take(one, seconds(14)), Err(seconds(1)));
        assert_eq!(quota.take(other, seconds(14)), Ok(()));
        assert_eq!(quota.take(one, seconds(15)), Ok(()));
        assert_eq!(quota.take(one, seconds(15)), Err(seconds(15)));
        quota.give_back(one);
        assert_eq!(quota.take(one, seconds(15)), Ok(()));
        assert_eq!(quota.take(None, seconds(15)), Ok(()));
        let later = seconds(1_000);
        assert_eq!((0..30).filter(|_| quota.take(one, later).is_ok()).count(), 20);
    }

    #[test]
    fn a_quota_of_none_lets_nothing_through() {
        assert!(Quota::new(0, seconds(300), 100).take(Client::at("192.0.2.1"), seconds(0)).is_err());
    }
}
