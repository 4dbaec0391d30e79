//! Refuses requests for hosts that are not ours, so that a poisoned `Host` reaches nothing (A23).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Uri;
use http::header::HOST;

use crate::options::HttpOptions;
use crate::problem::Problem;

/// The host that requests must name; `None` lets all of them through.
#[derive(Clone)]
pub(super) struct Expected(Option<Arc<str>>);

impl Expected {
    pub(super) fn of(options: &HttpOptions) -> Self {
        let host = authority(&options.public_url).filter(|_| options.check_host);
        Self(host.map(Into::into))
    }
}

/// What probes ask for, by whatever address they reach the machine.
const PROBED: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Refuses requests for other hosts with 421.
pub(super) async fn check(State(expected): State<Expected>, request: Request, next: Next) -> Response {
    let is_ours = expected.0.as_deref().is_none_or(|expected| named(&request).as_deref() == Some(expected));
    if is_ours || PROBED.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    Problem::own("unknown-host").into_response()
}

/// The host a request names: in its target (HTTP/2), else in `Host`.
fn named(request: &Request) -> Option<String> {
    let of_header = || request.headers().get(HOST)?.to_str().ok();
    let text = request.uri().authority().map(|it| it.as_str()).or_else(of_header)?;
    Some(plain(text))
}

fn authority(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    Some(plain(uri.authority()?.as_str()))
}

/// Lower case, and without the port that `https` or `http` imply.
fn plain(authority: &str) -> String {
    let lower = authority.to_ascii_lowercase();
    let short = lower.strip_suffix(":443").or_else(|| lower.strip_suffix(":80"));
    short.map(str::to_owned).unwrap_or(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_without_case_and_implied_port() {
        assert_eq!(authority("https://Members.example.org:443/x").as_deref(), Some("members.example.org"));
        assert_eq!(authority("http://localhost:8080").as_deref(), Some("localhost:8080"));
        assert_eq!(authority("not a url"), None);
        let request =
            Request::builder().uri("/x").header(HOST, "EVIL.example").body(axum::body::Body::empty()).unwrap();
        assert_eq!(named(&request).as_deref(), Some("evil.example"));
    }
}
