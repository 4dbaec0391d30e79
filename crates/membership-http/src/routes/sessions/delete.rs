//! `DELETE /organizations/{org}/sessions/{session}`: delete a session.

use membership_core::command::DeleteSession;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Delete a session; nobody is enrolled in it any more.
#[utoipa::path(delete, path = "/organizations/{org}/sessions/{session}", tag = "sessions",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "gone")))]
pub(crate) async fn delete(call: Call<Acting>) -> Answered {
    let (organization, session) = (call.organization()?, call.session()?);
    let command = DeleteSession { organization, by: call.by.0, session, expected: call.expected };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
