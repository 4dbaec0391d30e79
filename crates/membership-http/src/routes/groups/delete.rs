//! `DELETE /organizations/{org}/groups/{group}`: delete a group.

use membership_core::command::DeleteGroup;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Delete a group. Its members stay members, and leave what they were enrolled in only through it.
#[utoipa::path(delete, path = "/organizations/{org}/groups/{group}", tag = "groups",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "gone")))]
pub(crate) async fn delete(call: Call<Acting>) -> Answered {
    let (organization, group) = (call.organization()?, call.group()?);
    let command = DeleteGroup { organization, by: call.by.0, group, expected: call.expected };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
