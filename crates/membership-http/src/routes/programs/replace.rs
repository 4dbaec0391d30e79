//! `PUT /organizations/{org}/programs/{program}`: change a program.

use membership_core::command::ChangeProgram;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Program, ProgramBody};

/// Say what a program is from now on, and which groups attend all of its sessions.
#[utoipa::path(put, path = "/organizations/{org}/programs/{program}", tag = "programs", request_body = ProgramBody,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "changed", body = Program)))]
pub(crate) async fn replace(call: Call<Acting, ProgramBody>) -> Answered {
    let (organization, program, terms) = (call.organization()?, call.program()?, call.body.terms()?);
    let command = ChangeProgram { organization, by: call.by.0, program, terms, expected: call.expected };
    call.perform(organization.0, &command, |it| Answer::ok(&Program::from(it)).version(it.version)).await
}
