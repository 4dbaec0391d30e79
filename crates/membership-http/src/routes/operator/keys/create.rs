//! `POST /operator/keys`: make a key of the operator.

use membership_core::command::CreateOperatorKey;
use membership_core::id::ApiKeyId;
use membership_core::secret::{KeyKind, KeyText};

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::key::{CreatedKey, KeyRequest};

/// Make a key of the operator, narrowed to some of what the operator does. The answer carries its text, this once.
#[utoipa::path(post, path = "/operator/keys", tag = "operator", operation_id = "create_key", request_body = KeyRequest,
    responses((status = 201, description = "the key, with its text", body = CreatedKey)))]
pub(crate) async fn create(call: Call<Operator, KeyRequest>) -> Answered {
    let id = ApiKeyId(call.new_id());
    let text = KeyText::new(KeyKind::Operator, id.0, call.new_secret());
    let command = CreateOperatorKey { by: call.by.0, key: call.body.key(id, &text)? };
    let answer = |key: &_| Answer::created(&CreatedKey::new(key, &text));
    call.perform(call.own_scope(), &command, answer).await
}
