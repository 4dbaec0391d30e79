//! `DELETE /organizations/{org}`: delete an organization.

use membership_core::command::Delete;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Delete an organization: its owner's alone. From then on it does not exist for anybody.
#[utoipa::path(delete, path = "/organizations/{org}", tag = "organizations",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "deleted")))]
pub(crate) async fn delete(call: Call<Acting>) -> Answered {
    let organization = call.organization()?;
    let command = Delete { organization, by: call.by.0, expected: call.expected };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
