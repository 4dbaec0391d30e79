//! A form that may bring a file along (RFC 7578). No more of it is read than the page takes.

use axum::body::{Bytes, HttpBody};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::form::Posted;
use crate::stop::Stop;
use crate::visit::Visit;

/// The longest form of somebody who is not signed in that is read, in bytes: what was typed is given back, but nobody fills
/// our memory.
const LONGEST_OF_STRANGERS: u64 = 1024 * 1024;

/// A form that was sent, and perhaps a file of somebody who is signed in.
pub(crate) struct Uploaded {
    pub posted: Posted,
    /// What the chosen file holds, if one was chosen.
    pub file: Option<Bytes>,
}

impl<S: Send + Sync> FromRequest<S> for Uploaded {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &S) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        if body.size_hint().exact().is_none_or(|length| LONGEST_OF_STRANGERS < length) {
            visit.known()?;
        }
        // What was carried through signing in again comes as other forms do, without a file.
        let kind = parts.headers.get(CONTENT_TYPE);
        let is_plain = kind.is_some_and(|it| it.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let request = Request::from_parts(parts, body);
        if is_plain {
            return Ok(Self { posted: Posted::from_request(request, state).await?, file: None });
        }
        let mut form = Multipart::from_request(request, state).await.map_err(|_| Stop::Unreadable)?;
        let (mut sent, mut file) = (Vec::new(), None);
        while let Some(field) = form.next_field().await.map_err(|error| stop(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            if file_name.as_deref().is_some_and(|it| !it.is_empty()) {
                // Nobody else's file is read; and it cannot be carried through signing in.
                visit.known()?;
            }
            let bytes = field.bytes().await.map_err(|error| stop(&error))?;
            match file_name.as_deref() {
                // A browser sends this for a field in which no file was chosen.
                Some("") => {}
                Some(_) => file = Some(bytes),
                None => sent.push((name, String::from_utf8(bytes.into()).map_err(|_| Stop::Unreadable)?)),
            }
        }
        Ok(Self { posted: Posted::of(visit, sent)?, file })
    }
}

fn stop(error: &MultipartError) -> Stop {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Stop::TooLong } else { Stop::Unreadable }
}
