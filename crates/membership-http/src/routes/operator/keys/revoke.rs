//! `DELETE /operator/keys/{key}`: revoke a key of the operator.

use membership_core::command::RevokeOperatorKey;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Revoke a key of the operator; it is worth nothing from the next request on.
#[utoipa::path(delete, path = "/operator/keys/{key}", tag = "operator", operation_id = "revoke_key",
    responses((status = 204, description = "revoked")))]
pub(crate) async fn revoke(call: Call<Operator>) -> Answered {
    let command = RevokeOperatorKey { by: call.by.0, key: call.key()? };
    call.perform(call.own_scope(), &command, |()| Answer::no_content()).await
}
