//! A form that may bring a file along (RFC 7578). No more of it is read than the page takes.

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;

use crate::form::Posted;
use crate::stop::Stop;
use crate::visit::Visit;

/// A form that was sent by somebody who is signed in, and perhaps a file.
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
        // Nobody else's file is read; and what was chosen cannot be carried through a sign-in.
        visit.known()?;
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, state).await.map_err(|_| Stop::Unreadable)?;
        let (mut sent, mut file) = (Vec::new(), None);
        while let Some(field) = form.next_field().await.map_err(|error| stop(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
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
