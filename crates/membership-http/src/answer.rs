//! An answer as data, so that it can be kept with the commit and given again to a repeated request (I14).

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What every handler gives.
pub(crate) type Answered = Result<Answer, Problem>;

/// A status, the headers that belong to it, and a JSON body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    status: u16,
    etag: Option<String>,
    location: Option<String>,
    body: Option<String>,
    #[serde(skip)]
    repeated: bool,
}

impl Answer {
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::with_body(StatusCode::OK, body)
    }

    pub(crate) fn created(body: &impl Serialize) -> Self {
        Self::with_body(StatusCode::CREATED, body)
    }

    pub(crate) fn accepted(body: &impl Serialize) -> Self {
        Self::with_body(StatusCode::ACCEPTED, body)
    }

    pub(crate) fn no_content() -> Self {
        Self { status: 204, etag: None, location: None, body: None, repeated: false }
    }

    /// An answer that says only a problem's code, where none can come but by a bug.
    pub(crate) fn of(problem: &Problem) -> Self {
        tracing::error!(code = %problem.code, "a decision has no answer");
        Self { status: problem.status.as_u16(), ..Self::no_content() }
    }

    /// The answer with the version of what it shows.
    pub(crate) fn version(mut self, version: u64) -> Self {
        self.etag = Some(crate::etag::of(version));
        self
    }

    /// The answer with the address of what was made.
    pub(crate) fn at(mut self, path: String) -> Self {
        self.location = Some(path);
        self
    }

    /// The answer as it is given again.
    pub(crate) fn again(mut self) -> Self {
        self.repeated = true;
        self
    }

    fn with_body(status: StatusCode, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self { status: status.as_u16(), body: Some(body), ..Self::no_content() },
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written as JSON");
                Self { status: 500, ..Self::no_content() }
            }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let has_body = self.body.is_some();
        let mut response = self.body.map_or_else(|| ().into_response(), |body| body.into_response());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in [(ETAG, self.etag), (LOCATION, self.location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        if self.repeated {
            headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}
