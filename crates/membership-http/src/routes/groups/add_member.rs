//! `PUT /organizations/{org}/groups/{group}/members/{member}`: bring a member into a group.

use membership_core::command::{Enrol, Place};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Bring a member into a group, and so into what the group attends.
#[utoipa::path(put, path = "/organizations/{org}/groups/{group}/members/{member}", tag = "groups",
    responses((status = 204, description = "in the group")))]
pub(crate) async fn add_member(call: Call<Acting>) -> Answered {
    let (organization, into, members) = (call.organization()?, Place::Group(call.group()?), vec![call.member()?]);
    let (groups, offers) = (vec![], vec![]);
    let command = Enrol { organization, by: call.by.0, into, groups, members, offers, all_or_none: true };
    call.perform(organization.0, &command, |_| Answer::no_content()).await
}
