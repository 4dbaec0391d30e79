//! `DELETE /organizations/{org}/programs/{program}`: delete a program.

use membership_core::command::DeleteProgram;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Delete a program with its sessions.
#[utoipa::path(delete, path = "/organizations/{org}/programs/{program}", tag = "programs",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "gone")))]
pub(crate) async fn delete(call: Call<Acting>) -> Answered {
    let (organization, program) = (call.organization()?, call.program()?);
    let command = DeleteProgram { organization, by: call.by.0, program, expected: call.expected };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
