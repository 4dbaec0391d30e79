//! `GET /organizations/{org}/roster/rounds`: the rounds of mail to members without a login.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::page::Page;
use crate::dto::roster::Round;

/// List the latest 100 rounds, the latest first: who started each, when, and how many it wrote to.
#[utoipa::path(get, path = "/organizations/{org}/roster/rounds", tag = "members",
    responses((status = 200, description = "the rounds", body = Page<Round>)))]
pub(crate) async fn rounds(call: Call<Acting>) -> Answered {
    let view = call.memberships().roster(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Page::whole(view.rounds.iter().map(Round::from).collect())))
}
