//! `GET /organizations/{org}/keys`: the organization's keys.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::key::{Key, Keys};

/// List the organization's keys, without their texts.
#[utoipa::path(get, path = "/organizations/{org}/keys", tag = "keys",
    responses((status = 200, description = "the keys", body = Keys)))]
pub(crate) async fn list(call: Call<Acting>) -> Answered {
    let list = call.memberships().keys(call.organization()?, call.by.0).await?;
    let offered_scopes = list.offered_scopes.iter().map(ToString::to_string).collect();
    Ok(Answer::ok(&Keys { items: list.keys.iter().map(Key::from).collect(), offered_scopes }))
}
