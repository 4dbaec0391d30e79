//! `POST /organizations/{org}/programs/{program}/sessions`: give a program another session.

use membership_core::command::CreateSession;
use membership_core::id::SessionId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Session, SessionBody};

/// Give a program another session. Its mails go out when it begins, and not before.
#[utoipa::path(post, path = "/organizations/{org}/programs/{program}/sessions", tag = "sessions",
    request_body = SessionBody, responses((status = 201, description = "made", body = Session)))]
pub(crate) async fn create(call: Call<Acting, SessionBody>) -> Answered {
    let (organization, program, terms) = (call.organization()?, call.program()?, call.body.terms()?);
    let session = SessionId(call.new_id());
    let command = CreateSession { organization, by: call.by.0, program, session, terms };
    call.perform(organization.0, &command, |it| {
        let path = format!("/api/v1/organizations/{organization}/sessions/{}", it.id);
        Answer::created(&Session::from(it)).version(it.version).at(path)
    })
    .await
}
