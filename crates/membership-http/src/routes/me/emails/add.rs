//! `POST /me/emails`: name another address.

use membership_core::user;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::OwnAddress;
use crate::dto::user::User;

/// Name another address of one's own; a link that verifies it is mailed there. Naming one again mails another link.
#[utoipa::path(post, path = "/me/emails", tag = "me", operation_id = "add_email", request_body = OwnAddress,
    responses((status = 202, description = "the address is not verified yet; a mail is on its way", body = User)))]
pub(crate) async fn add(call: Call<SignedIn, OwnAddress>) -> Answered {
    let (user, address) = (call.by.0.user.id, call.body.address()?);
    let answer = |user: &user::User| Answer::accepted(&User::from(user)).version(user.version);
    let keeper = call.keeper(user.0).await?;
    let keep = |it: &user::User| keeper.keep(&answer(it));
    let outcome = call.api.accounts.add_email(user, address, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
