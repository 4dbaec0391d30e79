//! Whether two kinds of requests can be told apart by how long they take: the probability that one of the one kind takes
//! longer than one of the other (AUC; Mann and Whitney's U), with its confidence interval. 0.5 tells nothing.

use std::fmt;
use std::time::Instant;

use serde_json::{Value, json};

use crate::deployment::address;

/// How many samples are taken.
#[derive(Debug, Clone, Copy)]
pub struct Passes {
    /// Of each kind.
    pub pairs: usize,
    /// Of each kind, before it counts.
    pub warm_up: usize,
}

/// How well the two kinds can be told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auc {
    /// The probability that a sample of the first kind is greater than one of the second; a tie counts half.
    pub value: f64,
    /// Its standard error (Hanley and McNeil, 1982).
    pub error: f64,
}

impl Auc {
    /// Compares two samples.
    pub fn of(first: &[f64], second: &[f64]) -> Self {
        let mut all: Vec<(f64, bool)> = first.iter().map(|it| (*it, true)).collect();
        all.extend(second.iter().map(|it| (*it, false)));
        all.sort_by(|one, other| one.0.total_cmp(&other.0));
        // The sum of the first kind's ranks; equal values share the mean of their ranks.
        let (mut ranks, mut at) = (0.0, 0);
        while at < all.len() {
            let tied = all[at..].iter().take_while(|it| it.0 == all[at].0).count();
            let rank = at as f64 + (tied as f64 + 1.0) / 2.0;
            ranks += rank * all[at..at + tied].iter().filter(|it| it.1).count() as f64;
            at += tied;
        }
        let (n, m) = (first.len() as f64, second.len() as f64);
        let value = (ranks - n * (n + 1.0) / 2.0) / (n * m);
        let (q1, q2) = (value / (2.0 - value), 2.0 * value * value / (1.0 + value));
        let spread = value * (1.0 - value) + (n - 1.0) * (q1 - value * value) + (m - 1.0) * (q2 - value * value);
        Self { value, error: (spread.max(0.0) / (n * m)).sqrt() }
    }

    /// Between which values it lies, in 95 of 100 such measurements.
    pub fn interval(self) -> (f64, f64) {
        (self.value - 1.96 * self.error, self.value + 1.96 * self.error)
    }

    /// Whether an observer can tell the kinds apart: 0.5 lies beyond what chance does in 999 of 1,000 measurements.
    pub fn tells(self) -> bool {
        3.29 * self.error < (self.value - 0.5).abs()
    }
}

impl fmt::Display for Auc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        write!(f, "{:.3} (95 %: {low:.3} to {high:.3})", self.value)
    }
}

/// The form of a request at one of the four doors, by or for that login.
pub fn form_at(path: &str, login: &str) -> Value {
    match path.rsplit_once('/').map(|(_, door)| door) {
        Some("sign-ins") => json!({ "login": login, "password": "not the password at all" }),
        Some("users") => json!({ "email": login, "name": "Somebody", "password": "not the password at all" }),
        _ => json!({ "login": login }),
    }
}

/// Sends requests for Ada, who has an account, and for people who have none, in a random order, and compares how long they
/// take. Each comes after one of the other kind as often as after one of its own, so that what an answer leaves to be done
/// is nobody's in particular.
pub async fn compared<F: AsyncFnMut(Value)>(passes: Passes, path: &str, mut ask: F) -> Auc {
    let mut taken = [Vec::new(), Vec::new()];
    let order = shuffled(2 * passes.pairs);
    let warm_up = (0..2 * passes.warm_up).map(|number| (number % 2, false));
    for (number, (which, counts)) in warm_up.chain(order.into_iter().map(|which| (which, true))).enumerate() {
        // Both logins are of one length.
        let login = if which == 0 { address("Ada") } else { address(&format!("{:03}", number % 1_000)) };
        let form = form_at(path, &login);
        let began = Instant::now();
        ask(form).await;
        let took = began.elapsed().as_secs_f64();
        if counts {
            taken[which].push(took);
        }
    }
    let [known, unknown] = &taken;
    Auc::of(known, unknown)
}

/// As many zeros as ones, in an order that is the same each time and follows nothing else (Fisher and Yates; xorshift).
fn shuffled(length: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..length).map(|it| it % 2).collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for last in (1..length).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        order.swap(last, usize::try_from(state % (last as u64 + 1)).expect("an index"));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_mixed_and_fair() {
        let order = shuffled(1_000);
        assert_eq!(order.iter().sum::<usize>(), 500);
        let changes = order.windows(2).filter(|it| it[0] != it[1]).count();
        assert!((400..600).contains(&changes), "{changes}");
    }

    #[test]
    fn what_is_alike_cannot_be_told_and_what_differs_can() {
        let at = |shift: f64| (0..200).map(|it| f64::from(it % 50) + shift).collect::<Vec<_>>();
        let same = Auc::of(&at(0.0), &at(0.0));
        assert!((same.value - 0.5).abs() < 1e-9 && !same.tells(), "{same}");
        let apart = Auc::of(&at(100.0), &at(0.0));
        assert!((apart.value - 1.0).abs() < 1e-9 && apart.tells(), "{apart}");
        let below = Auc::of(&at(0.0), &at(100.0));
        assert!(below.value.abs() < 1e-9 && below.tells(), "{below}");
        // Of every 50 values a shift by 10 leaves 40 in common: known by hand.
        let shifted = Auc::of(&at(10.0), &at(0.0));
        assert!((shifted.value - 0.68).abs() < 1e-9 && shifted.tells(), "{shifted}");
        assert_eq!(Auc::of(&[1.0], &[1.0]).value, 0.5);
    }
}
