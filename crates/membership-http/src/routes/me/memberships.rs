//! `GET /me/memberships`: the organizations one belongs to.

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::MembershipOfMine;
use crate::dto::page::Page;

/// List the organizations one belongs to, by name, with role, seat and access of each.
#[utoipa::path(get, path = "/me/memberships", tag = "me",
    responses((status = 200, description = "one's memberships", body = Page<MembershipOfMine>)))]
pub(crate) async fn memberships(call: Call<SignedIn>) -> Answered {
    let mine = call.memberships().organizations_of(call.by.0.user.id).await?;
    Ok(Answer::ok(&Page::whole(mine.iter().map(MembershipOfMine::from).collect())))
}
