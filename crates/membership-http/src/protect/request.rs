//! The id of a request: the caller's own, if it can be written down anywhere, or a fresh one.

use axum::extract::Request;
use http::HeaderMap;

const X_REQUEST_ID: &str = "x-request-id";

/// The request's id, if it is fit for logs and the audit log: 1 to 64 letters, digits, `-`, `_` and `.`.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=64).contains(&text.len()) && text.chars().all(fits)).then_some(text)
}

/// Takes away an id that is not fit, so that a fresh one takes its place.
pub(super) async fn forget_unusable_id(mut request: Request) -> Request {
    let unusable = request_id(request.headers()).is_none();
    if unusable {
        request.headers_mut().remove(X_REQUEST_ID);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_plain() {
        let check = |text: &str| {
            let headers = HeaderMap::from_iter([(http::HeaderName::from_static(X_REQUEST_ID), text.parse().unwrap())]);
            request_id(&headers).map(str::to_owned)
        };
        assert_eq!(check("018f-A_b.9"), Some("018f-A_b.9".to_owned()));
        for bad in ["", "a b", "a\"b", "{}", &"x".repeat(65)] {
            assert_eq!(check(bad), None, "{bad}");
        }
    }
}
