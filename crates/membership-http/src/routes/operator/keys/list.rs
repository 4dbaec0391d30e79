//! `GET /operator/keys`: the operator's keys.

use membership_core::role::Permission;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::key::{Key, Keys};

/// List the operator's keys, without their texts.
#[utoipa::path(get, path = "/operator/keys", tag = "operator", operation_id = "list_keys",
    responses((status = 200, description = "the keys", body = Keys)))]
pub(crate) async fn list(call: Call<Operator>) -> Answered {
    let keys = call.memberships().operator_keys(call.by.0).await?;
    let offered_scopes = Permission::OF_THE_OPERATOR.iter().map(ToString::to_string).collect();
    Ok(Answer::ok(&Keys { items: keys.iter().map(Key::from).collect(), offered_scopes }))
}
