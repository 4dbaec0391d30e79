//! How long a body may be: files of rows may be longer than anything else (A59).

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use http::header::CONTENT_LENGTH;
use http_body_util::Limited;

use crate::import_file::LONGEST_BODY;
use crate::problem::Problem;

/// Refuses a body that says it is too long, and breaks off one that turns out to be.
pub(crate) async fn limit(State(usual): State<usize>, request: Request, next: Next) -> Response {
    let takes_files = *request.method() == Method::POST && takes_files(request.uri().path());
    let longest = if takes_files { usual.max(LONGEST_BODY) } else { usual };
    let told = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| u64::try_from(longest).is_ok_and(|longest| longest < length)) {
        return Problem::own("body-too-large").into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, longest)))).await
}

/// The operation and the page that take files of rows.
fn takes_files(path: &str) -> bool {
    path.ends_with("/members/import")
        && (path.starts_with("/api/v1/organizations/") || path.starts_with("/organizations/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_imports_take_files() {
        assert!(
            takes_files("/api/v1/organizations/1/members/import") && takes_files("/organizations/1/members/import")
        );
        assert!(!takes_files("/api/v1/organizations/1/members") && !takes_files("/sign-in/members/import"));
    }
}
