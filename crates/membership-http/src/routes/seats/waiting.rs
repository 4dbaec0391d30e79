//! `GET /organizations/{org}/seats/waiting`: who waits for a seat.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::subscription::Line;

/// List who waits for a seat, with their places in the line.
#[utoipa::path(get, path = "/organizations/{org}/seats/waiting", tag = "members",
    responses((status = 200, description = "the line", body = Line)))]
pub(crate) async fn waiting(call: Call<Acting>) -> Answered {
    let line = call.memberships().waiting(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Line::new(&line)))
}
