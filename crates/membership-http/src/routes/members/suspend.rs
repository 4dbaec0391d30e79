//! `POST /organizations/{org}/members/{member}/suspension`: set a member aside.

use membership_core::command::Suspend;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;

/// Set a member aside: no access from the next request on, while role and seat are kept.
#[utoipa::path(post, path = "/organizations/{org}/members/{member}/suspension", tag = "members",
    responses((status = 200, description = "suspended", body = Member)))]
pub(crate) async fn suspend(call: Call<Acting>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let command = Suspend { organization, by: call.by.0, member };
    call.perform(organization.0, &command, |view| Answer::ok(&Member::from(view)).version(view.member.version)).await
}
