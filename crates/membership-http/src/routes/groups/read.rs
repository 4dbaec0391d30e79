//! `GET /organizations/{org}/groups/{group}`: a group.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::Group;

/// Read a group. Its members are listed with `members?group=`.
#[utoipa::path(get, path = "/organizations/{org}/groups/{group}", tag = "groups",
    responses((status = 200, description = "the group", body = Group)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let group = call.memberships().group(call.organization()?, call.by.0, call.group()?).await?;
    Ok(Answer::ok(&Group::from(&group)).version(group.version))
}
