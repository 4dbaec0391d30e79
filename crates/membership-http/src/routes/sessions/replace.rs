//! `PUT /organizations/{org}/sessions/{session}`: change a session.

use membership_core::command::ChangeSession;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Session, SessionBody};

/// Change a session's title or dates. Moving its start moves its mails; once it has begun, its start stays.
#[utoipa::path(put, path = "/organizations/{org}/sessions/{session}", tag = "sessions", request_body = SessionBody,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "changed", body = Session)))]
pub(crate) async fn replace(call: Call<Acting, SessionBody>) -> Answered {
    let (organization, session, terms) = (call.organization()?, call.session()?, call.body.terms()?);
    let command = ChangeSession { organization, by: call.by.0, session, terms, expected: call.expected };
    call.perform(organization.0, &command, |it| Answer::ok(&Session::from(it)).version(it.version)).await
}
