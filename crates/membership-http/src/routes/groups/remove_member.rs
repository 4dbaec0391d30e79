//! `DELETE /organizations/{org}/groups/{group}/members/{member}`: take a member out of a group.

use membership_core::command::{Place, Withdraw};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Take a member out of a group, and so out of what they were enrolled in only through it.
#[utoipa::path(delete, path = "/organizations/{org}/groups/{group}/members/{member}", tag = "groups",
    responses((status = 204, description = "not in the group any more")))]
pub(crate) async fn remove_member(call: Call<Acting>) -> Answered {
    let (organization, from, members) = (call.organization()?, Place::Group(call.group()?), vec![call.member()?]);
    let command = Withdraw { organization, by: call.by.0, from, groups: vec![], members, all_or_none: true };
    call.perform(organization.0, &command, |_| Answer::no_content()).await
}
