//! `POST /organizations/{org}/sessions/{session}/enrolments`: enrol groups, members and addresses.

use membership_core::command::{Enrol, Enrolled, Place};
use membership_core::id::InvitationId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{AttendanceResult, NewEnrolments};

/// Enrol groups, members and addresses in a session; new addresses are invited to the organization too, and enrolled by
/// accepting. One outcome for each; `dry_run` tells it and writes nothing.
#[utoipa::path(post, path = "/organizations/{org}/sessions/{session}/enrolments", tag = "sessions",
    request_body = NewEnrolments,
    responses((status = 200, description = "an outcome for each", body = AttendanceResult)))]
pub(crate) async fn enrol(call: Call<Acting, NewEnrolments>) -> Answered {
    let (organization, into, dry_run) = (call.organization()?, Place::Session(call.session()?), call.body.is_dry_run());
    let (groups, members, lines) = (call.body.groups()?, call.body.members()?, call.body.lines()?);
    let offers = lines.iter().filter_map(|(_, offer)| offer.as_ref().ok());
    let offers = offers.map(|offer| offer.clone().with_id(InvitationId(call.new_id()))).collect();
    let (by, all_or_none) = (call.by.0, false);
    let named = (groups.clone(), members.clone());
    let command = Enrol { organization, by, into, groups, members, offers, all_or_none };
    let answer = |it: &Enrolled| Answer::ok(&AttendanceResult::enrolled(dry_run, (&named.0, &named.1, &lines), it));
    if dry_run {
        return call.rehearse(&command, answer).await;
    }
    call.perform(organization.0, &command, answer).await
}
