//! `POST /organizations/{org}/seats`: give several members a seat.

use membership_core::command::AllocateSeats;
use membership_core::command::seat::Outcome;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::subscription::{SeatBatch, SeatBatchResult};

/// Give up to 1,000 members a seat, where seats are allocated by hand. Each has their own outcome; `dry_run` tells it and
/// writes nothing.
#[utoipa::path(post, path = "/organizations/{org}/seats", tag = "members", request_body = SeatBatch,
    responses((status = 200, description = "an outcome for each member", body = SeatBatchResult)))]
pub(crate) async fn allocate(call: Call<Acting, SeatBatch>) -> Answered {
    let (organization, dry_run) = (call.organization()?, call.body.is_dry_run());
    let members = call.body.members()?;
    let command = AllocateSeats { organization, by: call.by.0, members: members.clone(), all_or_none: false };
    let answer = |outcomes: &Vec<Outcome>| Answer::ok(&SeatBatchResult::new(dry_run, &members, outcomes));
    if dry_run {
        return call.rehearse(&command, answer).await;
    }
    call.perform(organization.0, &command, answer).await
}
