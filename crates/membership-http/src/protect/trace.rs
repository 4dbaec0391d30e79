//! The log of requests: method, path and status, and never a secret (A21, I12).

use axum::body::Body;
use http::Request;
use tower_http::classify::{ServerErrorsAsFailures, SharedClassifier};
use tower_http::trace::{DefaultOnResponse, MakeSpan, TraceLayer};
use tracing::{Level, Span};

/// Writes each request and its outcome.
pub(super) fn layer() -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, Spans> {
    TraceLayer::new_for_http().make_span_with(Spans).on_response(DefaultOnResponse::new().level(Level::INFO))
}

/// Makes the span of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans;

impl MakeSpan<Body> for Spans {
    fn make_span(&mut self, request: &Request<Body>) -> Span {
        let id = super::request_id(request.headers()).unwrap_or_default();
        tracing::info_span!("request", method = %request.method(), path = redacted(request.uri().path()), id)
    }
}

/// What a link's secret follows in a path.
const DOORS: [&str; 7] = ["i", "verify", "set-up", "join", "login", "reset", "confirm"];

/// A path without what could be the secret of a link: whatever follows one of the [`DOORS`], and every part that is long
/// or begins like a link or a token. Queries are left out altogether.
fn redacted(path: &str) -> String {
    let mut hide_next = false;
    let mut parts = Vec::new();
    for part in path.split('/') {
        let is_secret = hide_next || part.len() > 60 || (part.starts_with('m') && part.get(3..4) == Some("_"));
        parts.push(if is_secret && !part.is_empty() { "…" } else { part });
        hide_next = hide_next || (DOORS.contains(&part) && !path.starts_with("/api/"));
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a21_no_secret_of_a_path_is_logged() {
        assert_eq!(redacted("/i/mli_abc"), "/i/…");
        assert_eq!(redacted("/i/anything/else"), "/i/…/…");
        assert_eq!(redacted("/verify/mlv_abc"), "/verify/…");
        for door in DOORS {
            assert_eq!(redacted(&format!("/{door}/mistyped")), format!("/{door}/…"));
        }
        let login = "/api/v1/organizations/o/members/m/login";
        assert_eq!(redacted(login), login);
        assert_eq!(redacted(&format!("/x/{}", "y".repeat(61))), "/x/…");
        let id = "0190f5a0-0000-7000-8000-000000000000";
        assert_eq!(redacted(&format!("/api/v1/organizations/{id}")), format!("/api/v1/organizations/{id}"));
        assert_eq!(redacted("/"), "/");
    }
}
