//! `POST /set-up-links/inspect`: what a personal link leads to.

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::joining::ShownLink;
use crate::dto::set_up::SetUpInspection;

/// See what a personal link leads to. Looking changes nothing, however often.
#[utoipa::path(post, path = "/set-up-links/inspect", tag = "joining", operation_id = "inspect_set_up_link", security(()),
    request_body = ShownLink, responses((status = 200, description = "what the link leads to", body = SetUpInspection)))]
pub(crate) async fn inspect(call: Call<Anyone, ShownLink>) -> Answered {
    let seen = call.api.accounts.inspect_set_up(call.body.token()).await?;
    Ok(Answer::ok(&SetUpInspection::from(seen)))
}
