//! `GET /organizations/{org}/members/{member}`: a member.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;

/// Read a member; everybody may read their own membership.
#[utoipa::path(get, path = "/organizations/{org}/members/{member}", tag = "members",
    responses((status = 200, description = "the member", body = Member)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let view = call.memberships().member(call.organization()?, call.by.0, call.member()?).await?;
    Ok(Answer::ok(&Member::from(&view)).version(view.member.version))
}
