//! Problems (RFC 9457): how a refusal, a failing store and everything else that is not a 2xx reads on the wire.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use membership_core::input::InvalidInput;
use membership_core::port::StoreError;
use membership_core::refusal::{Refusal, RefusalKind};
use membership_core::service::Failure;
use serde_json::{Map, Value, json};

use crate::limits::RateLimited;

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// The stable name of the rule that said no, in kebab case.
    pub code: Cow<'static, str>,
    /// What happened, for people; it may change from one release to the next.
    pub detail: Cow<'static, str>,
    /// More facts, such as `field` and `rule`.
    pub facts: Map<String, Value>,
}

/// The codes that are no refusal's: what the server itself refuses, with the text that explains each.
pub(crate) const OWN_CODES: &[(&str, StatusCode, &str)] = &[
    ("not-found", StatusCode::NOT_FOUND, "there is nothing at this address"),
    ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "this address does not know that method"),
    ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be `application/json`"),
    ("body-too-large", StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than this server reads"),
    ("cross-origin", StatusCode::FORBIDDEN, "a page of another site may not send this request"),
    ("unknown-host", StatusCode::MISDIRECTED_REQUEST, "this server does not answer for that host"),
    (
        "rate-limited",
        StatusCode::TOO_MANY_REQUESTS,
        "this was tried too often; wait for as many seconds as `Retry-After` says",
    ),
    ("overloaded", StatusCode::SERVICE_UNAVAILABLE, "the server has too much to do; try again in a few seconds"),
    (
        "issuer-unreachable",
        StatusCode::SERVICE_UNAVAILABLE,
        "whoever issued this token cannot be asked for its keys; try again in a few seconds",
    ),
    ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached; try again in a few seconds"),
    (
        "internal-error",
        StatusCode::INTERNAL_SERVER_ERROR,
        "something went wrong here; nothing is known to have changed",
    ),
];

/// The fact that says after how many seconds to try again; the header says it, too.
const WAIT: &str = "retry_after";

impl Problem {
    /// One of the server's own problems.
    pub(crate) fn own(code: &'static str) -> Self {
        let internal = ("internal-error", StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here");
        let (code, status, detail) = OWN_CODES.iter().find(|it| it.0 == code).copied().unwrap_or(internal);
        Self { status, code: code.into(), detail: detail.into(), facts: Map::new() }
    }

    /// The problem that an error status without a body stands for, as a layer or the router gave it.
    fn of_status(status: StatusCode) -> Self {
        let known = OWN_CODES.iter().find(|it| it.1 == status && it.0 != "cross-origin");
        known.map_or_else(
            || {
                let code = if status.is_server_error() { "internal-error" } else { "refused" };
                let detail = status.canonical_reason().unwrap_or("refused").to_lowercase();
                Self { status, code: code.into(), detail: detail.into(), facts: Map::new() }
            },
            |it| Self::own(it.0),
        )
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    fn render(&self, public_url: &str, request_id: Option<&str>) -> Body {
        let mut object = self.facts.clone();
        object.insert("type".to_owned(), json!(format!("{public_url}/problems/{}", self.code)));
        object.insert("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Refused")));
        object.insert("status".to_owned(), json!(self.status.as_u16()));
        object.insert("detail".to_owned(), json!(self.detail));
        object.insert("code".to_owned(), json!(self.code));
        if let Some(id) = request_id {
            object.insert("request_id".to_owned(), json!(id));
        }
        Body::from(Value::Object(object).to_string())
    }

    fn headers(&self, headers: &mut HeaderMap) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.remove(CONTENT_LENGTH);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.entry(RETRY_AFTER).or_insert(HeaderValue::from_static("2"));
        }
        if let Some(seconds) = self.facts.get(WAIT).and_then(Value::as_u64) {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
}

/// The status by which the API says what a refusal means.
pub fn status_of(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Gone => StatusCode::GONE,
        RefusalKind::Stale => StatusCode::PRECONDITION_FAILED,
        RefusalKind::Input => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self {
            status: status_of(refusal.kind()),
            code: refusal.code().into(),
            detail: refusal.to_string().into(),
            facts: Map::new(),
        };
        match refusal {
            Refusal::Invalid(input) => problem.with("field", input.field.as_ref()).with("rule", input.code),
            Refusal::SeatLimitReached { limit, taken, ways_out } => {
                let ways_out: Vec<_> = ways_out.iter().map(|way| way.as_str()).collect();
                problem.with("limit", limit).with("current", taken).with("ways_out", ways_out)
            }
            Refusal::SubscriptionOver { state } => problem.with("state", state.as_str()),
            Refusal::PermissionMissing { permission } => problem.with("permission", permission.as_str()),
            Refusal::WrongAccount { invited, present } => {
                let present: Vec<_> = present.iter().map(|address| Value::from(address.as_str())).collect();
                problem.with("invited", invited).with("present", present)
            }
            _ => problem,
        }
    }
}

impl From<RateLimited> for Problem {
    fn from(limited: RateLimited) -> Self {
        Self::own("rate-limited").with(WAIT, limited.retry_after)
    }
}

impl From<InvalidInput> for Problem {
    fn from(input: InvalidInput) -> Self {
        Refusal::from(input).into()
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Store(error) => error.into(),
            Failure::Overloaded(_) => Self::own("overloaded"),
            Failure::Issuer(error) => {
                tracing::warn!(%error, "a token cannot be checked");
                Self::own("issuer-unreachable")
            }
        }
    }
}

impl From<StoreError> for Problem {
    /// What the database said is for the log, never for the answer.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict | StoreError::Busy(_) => {
                tracing::warn!(%error, "refused for now");
                Self::own("overloaded")
            }
            StoreError::Unavailable(_) => {
                tracing::error!(%error, "the database is away");
                Self::own("unavailable")
            }
            StoreError::Corrupt(_) => {
                tracing::error!(%error, "the database cannot be understood");
                Self::own("internal-error")
            }
        }
    }
}

impl IntoResponse for Problem {
    /// A response that carries the problem; `finish` writes it out once the request's id is known.
    fn into_response(self) -> Response {
        let mut response = Response::new(self.render("", None));
        *response.status_mut() = self.status;
        self.headers(response.headers_mut());
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes problems out: those of handlers, and the error statuses that routers and layers give without a body.
pub(crate) async fn finish(State(public_url): State<Arc<str>>, request: Request, next: Next) -> Response {
    let request_id = crate::protect::request_id(request.headers()).map(str::to_owned);
    let mut response = next.run(request).await;
    let bare = response.status().is_client_error() || response.status().is_server_error();
    let bare = bare
        && (!response.headers().contains_key(CONTENT_TYPE) || response.status() == StatusCode::PAYLOAD_TOO_LARGE)
        && response.headers().get(CONTENT_TYPE).is_none_or(|it| it != "application/problem+json");
    let problem = response.extensions_mut().remove::<Problem>();
    let Some(problem) = problem.or_else(|| bare.then(|| Problem::of_status(response.status()))) else {
        return response;
    };
    *response.body_mut() = problem.render(&public_url, request_id.as_deref());
    problem.headers(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use membership_core::email::EmailAddress;
    use membership_core::port::Overloaded;
    use membership_core::role::Permission;

    use membership_core::policy::SeatPolicy;
    use membership_core::seating::WayOut;

    use super::*;

    #[test]
    fn x_1_a_refusal_keeps_its_code_and_its_kind_says_the_status() {
        for (code, kind) in Refusal::CODES {
            assert!(status_of(*kind).is_client_error(), "{code}");
            assert!(OWN_CODES.iter().all(|own| own.0 != *code), "{code}");
        }
        let problem = Problem::from(Refusal::ChangedMeanwhile);
        assert_eq!((problem.status.as_u16(), problem.code.as_ref()), (412, "changed-meanwhile"));
    }

    #[test]
    fn facts_that_help_are_members_of_the_problem() {
        let facts = |refusal: Refusal| Value::Object(Problem::from(refusal).facts);
        let input = InvalidInput::new("email", "empty", "must not be empty");
        assert_eq!(facts(input.into()), json!({"field": "email", "rule": "empty"}));
        assert_eq!(
            facts(Refusal::SeatLimitReached { limit: 5, taken: 5, ways_out: WayOut::under(SeatPolicy::OnInviting) }),
            json!({
                "limit": 5,
                "current": 5,
                "ways_out": ["upgrade", "remove_member", "revoke_invitation"],
            })
        );
        assert_eq!(
            facts(Refusal::PermissionMissing { permission: Permission::INVITE }),
            json!({"permission": "members:invite"})
        );
        let present = vec![EmailAddress::parse("bob@example.org").unwrap()];
        let wrong = Refusal::WrongAccount { invited: "a•••@example.org".to_owned(), present };
        assert_eq!(facts(wrong), json!({"invited": "a•••@example.org", "present": ["bob@example.org"]}));
    }

    #[test]
    fn i18_a_store_that_cannot_is_503_and_its_words_stay_here() {
        for (error, status) in [
            (StoreError::Conflict, 503),
            (StoreError::Busy("secret".to_owned()), 503),
            (StoreError::Unavailable("secret".to_owned()), 503),
            (StoreError::Corrupt("secret".to_owned()), 500),
        ] {
            let problem = Problem::from(error);
            assert_eq!(problem.status.as_u16(), status);
            assert!(!problem.detail.contains("secret"));
        }
        let response = Problem::from(Failure::from(Overloaded)).into_response();
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "2");
        let response = Problem::from(Refusal::NotSignedIn).into_response();
        assert_eq!(response.headers().get(WWW_AUTHENTICATE).unwrap(), "Bearer");
    }
}
