//! `PUT /organizations/{org}/members/{member}/login`: prepare or change a member's login.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;
use crate::dto::set_up::Login;

/// Prepare a member's login with an initial password, or change the one that this organization made: another username, a
/// new initial password. The person is told by mail. A login that the person made, or that another organization relies
/// on, is not this organization's to change.
#[utoipa::path(put, path = "/organizations/{org}/members/{member}/login", tag = "members", request_body = Login,
    responses((status = 200, description = "the member", body = Member)))]
pub(crate) async fn login(call: Call<Acting, Login>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let keeper = call.keeper(organization.0).await?;
    let whose = (organization, call.by.0, member);
    let view = call.api.accounts.set_login(whose, call.body.help()?, keeper.request()).await?;
    Ok(Answer::ok(&Member::from(&view)).version(view.member.version))
}
