//! The few kinds of answers that pages give.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::cookie::Cookie;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use membership_core::refusal::RefusalKind;

/// What a page's handler comes to.
pub(crate) type Answer = Result<Response, crate::stop::Stop>;

/// A page.
pub(crate) fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Go there and read (RFC 9110, section 15.4.4): the answer to every form that was carried out, so that a reload
/// repeats nothing.
pub(crate) fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(LOCATION, HeaderValue::from_static("/"))]).into_response(),
    }
}

/// The same answer, with a cookie.
pub(crate) fn with_cookie(mut response: Response, cookie: &Cookie<'_>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// The status of a page that tells a refusal.
pub(crate) fn status_of(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Gone => StatusCode::GONE,
        RefusalKind::Stale => StatusCode::PRECONDITION_FAILED,
        RefusalKind::Input => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::TooOften => StatusCode::TOO_MANY_REQUESTS,
    }
}
