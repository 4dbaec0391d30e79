//! `GET /organizations/{org}/roster/rounds`: the rounds of mail to members without a login.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::page::{Page, PageAsked};
use crate::dto::roster::Round;
use crate::query::Asked;

/// List the rounds, the latest first: who started each, when, and how many it wrote to.
#[utoipa::path(get, path = "/organizations/{org}/roster/rounds", tag = "members", params(PageAsked),
    responses((status = 200, description = "a page of rounds", body = Page<Round>)))]
pub(crate) async fn rounds(Asked(asked): Asked<PageAsked>, call: Call<Acting>) -> Answered {
    let query = asked.rounds()?;
    let page = call.memberships().rounds(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, |it| Round::from(&it))))
}
