//! `DELETE /organizations/{org}/members/{member}`: remove a member.

use membership_core::command::Remove;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Remove a member. Access ends at once, and the seat is free.
#[utoipa::path(delete, path = "/organizations/{org}/members/{member}", tag = "members",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "removed")))]
pub(crate) async fn remove(call: Call<Acting>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let command = Remove { organization, by: call.by.0, member, expected: call.expected };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
