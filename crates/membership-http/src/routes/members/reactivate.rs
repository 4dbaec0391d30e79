//! `DELETE /organizations/{org}/members/{member}/suspension`: take a member back.

use membership_core::command::Reactivate;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;

/// Take a suspended or deactivated member back, with the role they had.
#[utoipa::path(delete, path = "/organizations/{org}/members/{member}/suspension", tag = "members",
    responses((status = 200, description = "active again", body = Member)))]
pub(crate) async fn reactivate(call: Call<Acting>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let command = Reactivate { organization, by: call.by.0, member };
    call.perform(organization.0, &command, |view| Answer::ok(&Member::from(view)).version(view.member.version)).await
}
