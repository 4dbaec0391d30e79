//! The clock by which the store judges, unless it was given another one.

use membership_core::port::{self, Clock};
use time::OffsetDateTime;

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the store's time comes from")]
    fn now(&self) -> OffsetDateTime {
        port::to_micros(OffsetDateTime::now_utc())
    }
}
