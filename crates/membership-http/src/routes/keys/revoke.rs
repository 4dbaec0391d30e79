//! `DELETE /organizations/{org}/keys/{key}`: revoke a key.

use membership_core::command::RevokeKey;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Revoke a key; it is worth nothing from the next request on.
#[utoipa::path(delete, path = "/organizations/{org}/keys/{key}", tag = "keys",
    responses((status = 204, description = "revoked")))]
pub(crate) async fn revoke(call: Call<Acting>) -> Answered {
    let (organization, key) = (call.organization()?, call.key()?);
    let command = RevokeKey { organization, by: call.by.0, key };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
