//! `GET /organizations/{org}/roster`: the members without a login in numbers.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::roster::Roster;

/// How many members have no login, were never invited to set one up, or cannot be reached. Who they are, the members'
/// list tells: `login=false`, with `invited`.
#[utoipa::path(get, path = "/organizations/{org}/roster", tag = "members",
    responses((status = 200, description = "in numbers", body = Roster)))]
pub(crate) async fn read_roster(call: Call<Acting>) -> Answered {
    let view = call.memberships().roster(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Roster::from(view.counts)))
}
