//! `POST /organizations/{org}/programs`: make a program.

use membership_core::command::CreateProgram;
use membership_core::id::ProgramId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Program, ProgramBody};

/// Make a program.
#[utoipa::path(post, path = "/organizations/{org}/programs", tag = "programs", request_body = ProgramBody,
    responses((status = 201, description = "made", body = Program)))]
pub(crate) async fn create(call: Call<Acting, ProgramBody>) -> Answered {
    let (organization, program, terms) = (call.organization()?, ProgramId(call.new_id()), call.body.terms()?);
    let command = CreateProgram { organization, by: call.by.0, program, terms };
    call.perform(organization.0, &command, |it| {
        let path = format!("/api/v1/organizations/{organization}/programs/{}", it.id);
        Answer::created(&Program::from(it)).version(it.version).at(path)
    })
    .await
}
