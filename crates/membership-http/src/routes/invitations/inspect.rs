//! `POST /invitations/inspect`: what a link leads to.

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::joining::{Inspection, ShownLink};

/// See what a link leads to. Looking changes nothing, however often.
#[utoipa::path(post, path = "/invitations/inspect", tag = "joining", security(()), request_body = ShownLink,
    responses((status = 200, description = "what the link leads to", body = Inspection)))]
pub(crate) async fn inspect(call: Call<Anyone, ShownLink>) -> Answered {
    let seen = call.api.accounts.inspect(call.body.token()).await?;
    Ok(Answer::ok(&Inspection::from(seen)))
}
