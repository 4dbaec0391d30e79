//! `PUT /organizations/{org}/members/{member}/seat`: give a member a seat.

use membership_core::command::AllocateSeats;
use membership_core::refusal::Refusal;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;

/// Give a member a seat, where seats are allocated by hand.
#[utoipa::path(put, path = "/organizations/{org}/members/{member}/seat", tag = "members",
    responses((status = 200, description = "the member holds a seat", body = Member)))]
pub(crate) async fn allocate_seat(call: Call<Acting>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let command = AllocateSeats { organization, by: call.by.0, members: vec![member], all_or_none: true };
    call.perform(organization.0, &command, |outcomes| match outcomes.first() {
        Some(Ok(view)) => Answer::ok(&Member::from(view)).version(view.member.version),
        Some(Err(refusal)) => Answer::of(&refusal.clone().into()),
        None => Answer::of(&Refusal::UnknownMember.into()),
    })
    .await
}
