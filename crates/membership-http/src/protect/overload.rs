//! Refuses what there is no room for, at once: a request that waits in vain helps nobody (I18).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Room for so many requests at once.
pub(super) fn room_for(requests: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(requests))
}

/// Refuses with 503 when there is no room. Whether the process lives is told in any case.
pub(super) async fn shed(State(room): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    if request.uri().path() == "/healthz" {
        return next.run(request).await;
    }
    match room.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Problem::own("overloaded").into_response(),
    }
}
