//! Answers whose timing must not tell who has an account (I13, A60, A61).
//!
//! Equal work is not enough: a row that is found takes longer to read than one that is not, and thousands of samples show
//! it. So such an answer leaves at a whole multiple of a step after its request came, and an observer sees only in which
//! step the work ended.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use tokio::time::sleep_until;

/// At which times answers leave. The API and the pages are given the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evenly {
    /// Zero: at once.
    step: Duration,
}

impl Default for Evenly {
    /// A step of 100 ms: several times what a password costs.
    fn default() -> Self {
        Self::every(Duration::from_millis(100))
    }
}

impl Evenly {
    /// At whole multiples of a step, which should be longer than a password takes to be compared.
    pub const fn every(step: Duration) -> Self {
        Self { step }
    }

    /// As soon as they are there, for load tests: the promise I13 does not hold then.
    pub const fn at_once() -> Self {
        Self::every(Duration::ZERO)
    }

    /// Waits, with an answer that was asked for at that time, until it may leave.
    pub async fn hold(self, asked: Instant) {
        let due = self.due(asked.elapsed());
        if !due.is_zero() {
            sleep_until((asked + due).into()).await;
        }
    }

    /// How long after it was asked for an answer leaves that took so long.
    fn due(self, took: Duration) -> Duration {
        if self.step.is_zero() {
            return Duration::ZERO;
        }
        let steps = took.as_nanos().div_ceil(self.step.as_nanos()).max(1);
        self.step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
    }
}

/// The operations that anybody may ask about any login. All are `POST`.
const HELD: &[&str] = &["/api/v1/sign-ins", "/api/v1/users", "/api/v1/login-links", "/api/v1/password-resets"];

/// Lets the answers leave evenly. Whoever is let in knows already that there is an account, and does not wait.
pub(crate) async fn evenly(State(evenly): State<Evenly>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let held = request.method() == Method::POST && path.is_some_and(|path| HELD.contains(&path));
    let asked = Instant::now();
    let response = next.run(request).await;
    if held && response.status() != StatusCode::CREATED {
        evenly.hold(asked).await;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i13_an_answer_leaves_at_the_next_multiple_of_the_step() {
        let evenly = Evenly::every(Duration::from_millis(100));
        for (took, due) in [(0, 100), (1, 100), (99, 100), (100, 100), (101, 200), (1_950, 2_000)] {
            assert_eq!(evenly.due(Duration::from_millis(took)), Duration::from_millis(due), "{took} ms");
        }
        assert_eq!(Evenly::at_once().due(Duration::from_millis(7)), Duration::ZERO);
    }

    #[test]
    fn every_operation_that_is_held_exists() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        for path in HELD {
            assert!(document["paths"][path]["post"].is_object(), "{path}");
        }
    }
}
