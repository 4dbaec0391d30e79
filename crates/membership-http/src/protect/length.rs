//! How long a body may be: files of rows may be longer than anything else (A59).

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use http::header::CONTENT_LENGTH;
use http_body_util::Limited;

use crate::import_file::{LONGEST_BODY, LONGEST_IMPORT_FORM};
use crate::problem::Problem;

/// Refuses a body that says it is too long, and breaks off one that turns out to be.
pub(crate) async fn limit(State(usual): State<usize>, request: Request, next: Next) -> Response {
    let of_file = Some(request.uri().path()).filter(|_| *request.method() == Method::POST).and_then(longest_file);
    let longest = of_file.map_or(usual, |longest| usual.max(longest));
    let told = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| u64::try_from(longest).is_ok_and(|longest| longest < length)) {
        return Problem::own("body-too-large").into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, longest)))).await
}

/// How long a body of the operation and of the page that take files of rows may be.
fn longest_file(path: &str) -> Option<usize> {
    let path = path.strip_suffix("/members/import")?;
    if path.starts_with("/api/v1/organizations/") {
        return Some(LONGEST_BODY);
    }
    path.starts_with("/organizations/").then_some(LONGEST_IMPORT_FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_imports_take_files() {
        assert_eq!(longest_file("/api/v1/organizations/1/members/import"), Some(LONGEST_BODY));
        assert_eq!(longest_file("/organizations/1/members/import"), Some(LONGEST_IMPORT_FORM));
        for other in ["/api/v1/organizations/1/members", "/organizations/1/members", "/sign-in/members/import"] {
            assert_eq!(longest_file(other), None, "{other}");
        }
    }
}
