//! `POST /organizations/{org}/invitations/batch`: invite many people.

use membership_core::command::Invite;
use membership_core::command::invite::Outcome;
use membership_core::id::InvitationId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::batch::{Batch, BatchResult};

/// Invite up to 1,000 people on the same terms. Each address has its own outcome; `dry_run` tells it and writes nothing.
#[utoipa::path(post, path = "/organizations/{org}/invitations/batch", tag = "invitations", request_body = Batch,
    responses((status = 200, description = "an outcome for each address", body = BatchResult)))]
pub(crate) async fn batch(call: Call<Acting, Batch>) -> Answered {
    let (organization, dry_run) = (call.organization()?, call.body.is_dry_run());
    let lines = call.body.lines()?;
    let offers = lines.iter().filter_map(|(_, offer)| offer.as_ref().ok());
    let offers = offers.map(|offer| offer.clone().with_id(InvitationId(call.new_id()))).collect();
    let command = Invite { organization, by: call.by.0, offers, all_or_none: false };
    let answer = |outcomes: &Vec<Outcome>| Answer::ok(&BatchResult::new(dry_run, &lines, outcomes));
    if dry_run {
        return call.rehearse(&command, answer).await;
    }
    call.perform(organization.0, &command, answer).await
}
