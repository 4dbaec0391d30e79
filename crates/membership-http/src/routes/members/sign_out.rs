//! `POST /organizations/{org}/members/{member}/sign-out`: end a member's sign-ins.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// End every sign-in of a member whose login this organization made. The person is told by mail.
#[utoipa::path(post, path = "/organizations/{org}/members/{member}/sign-out", tag = "members",
    responses((status = 204, description = "signed out everywhere")))]
pub(crate) async fn sign_out(call: Call<Acting>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let answer = |(): &()| Answer::no_content();
    let keeper = call.keeper(organization.0).await?;
    let whose = (organization, call.by.0, member);
    let outcome = call.api.accounts.sign_member_out(whose, keeper.request(), |it| keeper.keep(&answer(it))).await?;
    keeper.answer(outcome, answer)
}
