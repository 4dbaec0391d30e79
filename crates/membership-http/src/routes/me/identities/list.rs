//! `GET /me/identities`: the sign-ins from elsewhere that open one's account.

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::IdentityOfMine;
use crate::dto::page::Page;

/// List the identities of providers and issuers that sign in to one's account, the oldest first. Others are linked on
/// the pages, where a browser can be sent to the provider.
#[utoipa::path(get, path = "/me/identities", tag = "me",
    responses((status = 200, description = "one's identities", body = Page<IdentityOfMine>)))]
pub(crate) async fn list(call: Call<Known>) -> Answered {
    Ok(Answer::ok(&Page::whole(call.by.0.user.identities.iter().map(IdentityOfMine::from).collect())))
}
