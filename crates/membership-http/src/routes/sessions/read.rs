//! `GET /organizations/{org}/sessions/{session}`: a session.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::Session;

/// Read a session.
#[utoipa::path(get, path = "/organizations/{org}/sessions/{session}", tag = "sessions",
    responses((status = 200, description = "the session", body = Session)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let session = call.memberships().session(call.organization()?, call.by.0, call.session()?).await?;
    Ok(Answer::ok(&Session::from(&session)).version(session.version))
}
