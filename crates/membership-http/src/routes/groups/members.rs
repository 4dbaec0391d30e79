//! `POST /organizations/{org}/groups/{group}/members`: bring members into a group.

use membership_core::command::{Enrol, Place};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{AttendanceResult, NamedMembers};

/// Bring many members into a group; one outcome for each.
#[utoipa::path(post, path = "/organizations/{org}/groups/{group}/members", tag = "groups", request_body = NamedMembers,
    responses((status = 200, description = "an outcome for each member", body = AttendanceResult)))]
pub(crate) async fn members(call: Call<Acting, NamedMembers>) -> Answered {
    let (organization, into, members) = (call.organization()?, Place::Group(call.group()?), call.body.ids()?);
    let (groups, offers) = (vec![], vec![]);
    let by = call.by.0;
    let command = Enrol { organization, by, into, groups, members: members.clone(), offers, all_or_none: false };
    let answer = |it: &_| Answer::ok(&AttendanceResult::enrolled(false, (&[], &members, &[]), it));
    call.perform(organization.0, &command, answer).await
}
