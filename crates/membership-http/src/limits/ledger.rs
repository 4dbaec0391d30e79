//! What is remembered of clients and logins, never more than so many.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// From how many entries on it is worth looking for those that mean nothing any more.
const WORTH_TIDYING: usize = 1_024;

/// A bounded map whose entries mean nothing from some instant on.
pub(super) struct Ledger<K, V> {
    entries: HashMap<K, Kept<V>>,
    most: usize,
    tidied_at: usize,
}

struct Kept<V> {
    value: V,
    until: Duration,
}

impl<K: Eq + Hash + Copy, V> Ledger<K, V> {
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(2);
        Self { entries: HashMap::new(), most, tidied_at: WORTH_TIDYING.min(most) }
    }

    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.entries.get(&key).map(|kept| &kept.value)
    }

    pub(super) fn change(&mut self, key: K, change: impl FnOnce(&mut V)) {
        if let Some(kept) = self.entries.get_mut(&key) {
            change(&mut kept.value);
        }
    }

    pub(super) fn remove(&mut self, key: K) {
        self.entries.remove(&key);
    }

    /// Remembers a value until an instant.
    pub(super) fn put(&mut self, key: K, value: V, until: Duration, now: Duration) {
        if self.entries.len() >= self.tidied_at && !self.entries.contains_key(&key) {
            self.tidy(now);
        }
        self.entries.insert(key, Kept { value, until });
    }

    /// Forgets what means nothing any more and, if that is not enough, the half that would be forgotten soonest. The
    /// work is shared by as many insertions as there are entries left.
    fn tidy(&mut self, now: Duration) {
        self.entries.retain(|_, kept| now < kept.until);
        if self.most <= self.entries.len() {
            let mut ends: Vec<_> = self.entries.values().map(|kept| kept.until).collect();
            let middle = ends.len() / 2;
            let (_, middle, _) = ends.select_nth_unstable(middle);
            let middle = *middle;
            let mut spare = self.entries.len() / 2;
            self.entries.retain(|_, kept| {
                let goes = 0 < spare && kept.until <= middle;
                spare -= usize::from(goes);
                !goes
            });
            tracing::warn!(most = self.most, "more clients or logins than a limit remembers; some are forgotten early");
        }
        self.entries.shrink_to(self.entries.len().saturating_mul(2));
        self.tidied_at = self.entries.len().saturating_mul(2).max(WORTH_TIDYING).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn what_means_nothing_any_more_is_forgotten() {
        let mut ledger = Ledger::new(100_000);
        for second in 0..20_000 {
            ledger.put(second, (), seconds(second + 10), seconds(second));
            assert!(ledger.entries.len() <= WORTH_TIDYING);
        }
        assert!(ledger.get(19_999).is_some());
        assert_eq!(ledger.get(0), None);
    }

    #[test]
    fn never_more_than_so_many_and_the_longest_ones_stay() {
        let mut ledger = Ledger::new(10);
        ledger.put(0, (), seconds(5_000), seconds(0));
        for key in 1..1_000 {
            ledger.put(key, (), seconds(1_000), seconds(0));
            assert!(ledger.entries.len() <= 10);
        }
        assert!(ledger.get(0).is_some() && ledger.get(999).is_some());
    }
}
