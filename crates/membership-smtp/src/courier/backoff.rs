//! When to try again.

use membership_core::draft::derived_id;
use membership_core::id::MessageId;
use time::Duration;

const FIRST: Duration = Duration::seconds(30);
const LONGEST: Duration = Duration::HOUR;

/// How long to wait after that many attempts: 30 s, doubled each time, at most an hour, less up to a quarter. The
/// jitter follows from the message, so that mails that failed together are not tried together again.
pub(super) fn pause(message: MessageId, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(7);
    let full = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let [random, ..] = derived_id(&[message.0.as_bytes(), &attempts.to_be_bytes()]).into_bytes();
    full - full / 4 * (f64::from(random) / 256.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn pauses_grow_to_an_hour_and_differ_between_messages() {
        for (attempts, full) in [(1, 30), (2, 60), (3, 120), (7, 1_920), (8, 3_600), (12, 3_600), (u32::MAX, 3_600)] {
            for id in 0..50 {
                let message = MessageId(Uuid::from_u128(id));
                let pause = pause(message, attempts);
                assert!(Duration::seconds(full) * 3 / 4 <= pause && pause <= Duration::seconds(full), "{pause}");
                assert_eq!(pause, super::pause(message, attempts));
            }
        }
        assert_ne!(pause(MessageId(Uuid::from_u128(1)), 1), pause(MessageId(Uuid::from_u128(2)), 1));
    }
}
