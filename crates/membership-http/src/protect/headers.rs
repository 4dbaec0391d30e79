//! The security headers of every answer. A page that needs another policy sets its own.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue};

use crate::options::HttpOptions;

const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
                      object-src 'none'";

/// The policy of a page that shows pictures from one more place, named by scheme, host and port.
pub fn policy_with_pictures_from(origin: &str) -> String {
    format!("{POLICY}; img-src 'self' {origin}")
}

/// The headers that every answer has, unless it has its own.
#[derive(Clone)]
pub(super) struct Headers(Arc<[(HeaderName, HeaderValue)]>);

impl Headers {
    pub(super) fn of(options: &HttpOptions) -> Self {
        let fixed = |name, value| (name, HeaderValue::from_static(value));
        let mut headers = vec![
            fixed(CONTENT_SECURITY_POLICY, POLICY),
            fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"),
            fixed(REFERRER_POLICY, "no-referrer"),
            fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            fixed(CACHE_CONTROL, "no-store"),
        ];
        if options.public_url.starts_with("https://") {
            headers.push(fixed(STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
        }
        Self(headers.into())
    }
}

/// Sets the headers.
pub(super) async fn set(State(headers): State<Headers>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.0.iter() {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}
