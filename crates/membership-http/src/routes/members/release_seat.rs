//! `DELETE /organizations/{org}/members/{member}/seat`: take a member's seat back.

use membership_core::command::ReleaseSeat;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;

/// Take a member's seat back, where seats are allocated by hand.
#[utoipa::path(delete, path = "/organizations/{org}/members/{member}/seat", tag = "members",
    responses((status = 200, description = "the seat is free", body = Member)))]
pub(crate) async fn release_seat(call: Call<Acting>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let command = ReleaseSeat { organization, by: call.by.0, member };
    call.perform(organization.0, &command, |view| Answer::ok(&Member::from(view)).version(view.member.version)).await
}
