//! `POST /organizations/{org}/groups/{group}/addresses`: bring people into a group by their addresses.

use membership_core::command::{Enrol, Enrolled, Place};
use membership_core::id::InvitationId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::AttendanceResult;
use crate::dto::batch::Batch;

/// Bring people into a group: who is a member is added, who is not is invited with the default role, and all are enrolled
/// in what the group attends. One outcome for each address; `dry_run` tells it and writes nothing.
#[utoipa::path(post, path = "/organizations/{org}/groups/{group}/addresses", tag = "groups", request_body = Batch,
    responses((status = 200, description = "an outcome for each address", body = AttendanceResult)))]
pub(crate) async fn addresses(call: Call<Acting, Batch>) -> Answered {
    let (organization, group, dry_run) = (call.organization()?, call.group()?, call.body.is_dry_run());
    let lines = call.body.lines()?;
    let offers = lines.iter().filter_map(|(_, offer)| offer.as_ref().ok());
    let offers = offers.map(|offer| offer.clone().with_id(InvitationId(call.new_id()))).collect();
    let (groups, members, into) = (vec![], vec![], Place::Group(group));
    let command = Enrol { organization, by: call.by.0, into, groups, members, offers, all_or_none: false };
    let answer = |it: &Enrolled| Answer::ok(&AttendanceResult::enrolled(dry_run, (&[], &[], &lines), it));
    if dry_run {
        return call.rehearse(&command, answer).await;
    }
    call.perform(organization.0, &command, answer).await
}
