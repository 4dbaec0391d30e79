//! The layers around a whole server, pages included: what every request goes through before any rule is asked.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use http::{HeaderName, StatusCode};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer};
use tower_http::timeout::TimeoutLayer;

use crate::key::IDEMPOTENCY_KEY;
use crate::options::HttpOptions;
use crate::problem::{self, Problem};

mod headers;
mod host;
pub(crate) mod length;
mod overload;
mod request;
mod trace;

pub use headers::policy_with_pictures_from;
pub(crate) use request::request_id;

/// Puts the layers around a whole server, from the outside in: the request's id, the log, the security headers, problems
/// in place of bare statuses, and then what refuses: panics, overload, slowness, foreign hosts, foreign origins, length.
pub fn protect(router: Router, options: &HttpOptions) -> Router {
    let public_url: Arc<str> = options.public_url.as_str().into();
    let refusing = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(overload::room_for(options.most_concurrent), overload::shed))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, options.timeout))
        .layer(middleware::from_fn_with_state(host::Expected::of(options), host::check))
        .layer(middleware::from_fn_with_state(options.body_limit, length::limit))
        .layer(cross_origin(&options.public_url));
    let secrets: Arc<[HeaderName]> = Arc::new([AUTHORIZATION, COOKIE, HeaderName::from_static(IDEMPOTENCY_KEY)]);
    let telling = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::from_shared(secrets))
        .layer(middleware::map_request(request::forget_unusable_id))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(trace::layer())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetSensitiveResponseHeadersLayer::new([SET_COOKIE]))
        .layer(middleware::from_fn_with_state(headers::Headers::of(options), headers::set))
        .layer(middleware::from_fn_with_state(public_url, problem::finish))
        .layer(CatchPanicLayer::custom(|_| panicked()));
    router.layer(refusing).layer(telling)
}

/// Refuses what a page of another site sends with our cookie (A63). Our own origin is named, because a proxy may have
/// changed the `Host` that it would be compared with.
fn cross_origin(public_url: &str) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let layer = CsrfLayer::new();
    let layer = layer.clone().add_trusted_origin(public_url).unwrap_or(layer);
    layer.with_rejection_response(|_| Problem::own("cross-origin").into_response())
}

/// A panic is a bug of ours: the process lives on, and the answer tells nothing (F33).
fn panicked() -> Response {
    tracing::error!("a handler panicked");
    Problem::own("internal-error").into_response()
}
