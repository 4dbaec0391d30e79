//! `POST /organizations/{org}/groups/{group}/members`: bring members into a group.

use membership_core::command::{Enrol, Enrolled, Place};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{AttendanceResult, NamedMembers};

/// Bring many members into a group; one outcome for each. `dry_run` tells it and writes nothing.
#[utoipa::path(post, path = "/organizations/{org}/groups/{group}/members", tag = "groups", request_body = NamedMembers,
    responses((status = 200, description = "an outcome for each member", body = AttendanceResult)))]
pub(crate) async fn members(call: Call<Acting, NamedMembers>) -> Answered {
    let (organization, into, members) = (call.organization()?, Place::Group(call.group()?), call.body.ids()?);
    let (groups, offers, dry_run) = (vec![], vec![], call.body.is_dry_run());
    let by = call.by.0;
    let command = Enrol { organization, by, into, groups, members: members.clone(), offers, all_or_none: false };
    let answer = |it: &Enrolled| Answer::ok(&AttendanceResult::enrolled(dry_run, (&[], &members, &[]), it));
    if dry_run {
        return call.rehearse(&command, answer).await;
    }
    call.perform(organization.0, &command, answer).await
}
