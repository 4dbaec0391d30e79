//! `GET /organizations/{org}/programs/{program}`: a program.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::Program;

/// Read a program.
#[utoipa::path(get, path = "/organizations/{org}/programs/{program}", tag = "programs",
    responses((status = 200, description = "the program", body = Program)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let program = call.memberships().program(call.organization()?, call.by.0, call.program()?).await?;
    Ok(Answer::ok(&Program::from(&program)).version(program.version))
}
