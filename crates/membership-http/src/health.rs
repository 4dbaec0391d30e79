//! Whether the server lives and can work, and what a problem's `type` leads to.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use membership_core::refusal::Refusal;
use serde_json::json;

use crate::call::Shared;
use crate::problem::{OWN_CODES, Problem, status_of};

/// `GET /healthz`: the process lives, whatever the database does.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers.
pub(crate) async fn ready(State(api): State<Shared>) -> Response {
    match api.memberships().ports().directory.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Problem::own("unavailable").into_response()
        }
    }
}

/// `GET /problems/{code}`: what a problem's `type` leads to.
pub(crate) async fn about_problem(Path(code): Path<String>) -> Response {
    let own = OWN_CODES.iter().find(|it| it.0 == code).map(|it| (it.1, Some(it.2)));
    let refusal = || Refusal::CODES.iter().find(|it| it.0 == code).map(|it| (status_of(it.1), None));
    let Some((status, detail)) = own.or_else(refusal) else { return Problem::own("not-found").into_response() };
    let title = status.canonical_reason().unwrap_or("Refused");
    let about = json!({ "code": code, "status": status.as_u16(), "title": title, "detail": detail });
    (StatusCode::OK, Json(about)).into_response()
}
