//! `POST /organizations/{org}/keys`: make a key.

use membership_core::command::CreateKey;
use membership_core::id::ApiKeyId;
use membership_core::secret::{KeyKind, KeyText};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::key::{CreatedKey, KeyRequest};

/// Make a key of the organization. The answer carries its text, this once. It acts for whoever makes it, with its scopes
/// and never with more than they may do then, and ends with their membership.
#[utoipa::path(post, path = "/organizations/{org}/keys", tag = "keys", request_body = KeyRequest,
    responses((status = 201, description = "the key, with its text", body = CreatedKey)))]
pub(crate) async fn create(call: Call<Acting, KeyRequest>) -> Answered {
    let organization = call.organization()?;
    let text = KeyText::new(KeyKind::Organization, organization.0, call.new_secret());
    let key = call.body.key(ApiKeyId(call.new_id()), &text)?;
    let command = CreateKey { organization, by: call.by.0, key };
    let answer = |key: &_| Answer::created(&CreatedKey::new(key, &text));
    call.perform(organization.0, &command, answer).await
}
