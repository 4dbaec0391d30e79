//! `GET /organizations/{org}/programs`: the programs.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{NamedAsked, Program};
use crate::dto::page::Page;
use crate::query::Asked;

/// List the programs by name.
#[utoipa::path(get, path = "/organizations/{org}/programs", tag = "programs", params(NamedAsked),
    responses((status = 200, description = "a page of programs", body = Page<Program>)))]
pub(crate) async fn list(Asked(asked): Asked<NamedAsked>, call: Call<Acting>) -> Answered {
    let query = asked.query()?;
    let page = call.memberships().programs(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, |it| Program::from(&it))))
}
