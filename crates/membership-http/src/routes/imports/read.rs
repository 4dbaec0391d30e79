//! `GET /organizations/{org}/members/imports/{import}`: how far an import is.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::import::Import;

/// How far an import is, and how many rows have which outcome.
#[utoipa::path(get, path = "/organizations/{org}/members/imports/{import}", tag = "members",
    responses((status = 200, description = "the import", body = Import)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let view = call.memberships().import(call.organization()?, call.by.0, call.import()?).await?;
    Ok(Answer::ok(&Import::from(&view)).version(view.import.version))
}
