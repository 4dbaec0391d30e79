//! The machine's clock and randomness, for whoever wires the service: only with the feature `system`, and used by no rule.

use crate::port::{Clock, Random, to_micros};
use time::OffsetDateTime;
use uuid::{ContextV7, Timestamp, Uuid};

/// The machine's clock. Validity is judged by the store's clock; this one spaces retries.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port's one real source")]
    fn now(&self) -> OffsetDateTime {
        to_micros(OffsetDateTime::now_utc())
    }
}

/// The system's source of randomness.
pub struct SystemRandom {
    context: std::sync::Mutex<ContextV7>,
}

impl SystemRandom {
    /// Checks that the system has randomness to give.
    ///
    /// # Errors
    /// Says what the system said.
    pub fn new() -> Result<Self, getrandom::Error> {
        getrandom::fill(&mut [0; 1])?;
        Ok(Self { context: std::sync::Mutex::new(ContextV7::new()) })
    }
}

impl Random for SystemRandom {
    fn id(&self) -> Uuid {
        let now = SystemClock.now();
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
        let context = self.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*context, seconds, now.nanosecond()))
    }

    #[expect(
        clippy::panic,
        reason = "without randomness every secret could be guessed; stopping is the only safe answer"
    )]
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        match getrandom::fill(&mut bytes) {
            Ok(()) => bytes,
            Err(error) => panic!("the system has no randomness to give: {error}"),
        }
    }
}
