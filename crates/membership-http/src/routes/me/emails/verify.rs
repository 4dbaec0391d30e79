//! `POST /me/emails/verify`: verify an address of one's own.

use membership_core::user;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::joining::ShownLink;
use crate::dto::user::User;

/// Verify an address of one's own by the link that was mailed to it.
#[utoipa::path(post, path = "/me/emails/verify", tag = "me", operation_id = "verify_email", request_body = ShownLink,
    responses((status = 200, description = "the address is verified", body = User)))]
pub(crate) async fn verify(call: Call<SignedIn, ShownLink>) -> Answered {
    let user = call.by.0.user.id;
    let answer = |user: &user::User| Answer::ok(&User::from(user)).version(user.version);
    let keeper = call.keeper(user.0).await?;
    let keep = |it: &user::User| keeper.keep(&answer(it));
    let outcome = call.api.accounts.verify_email(user, call.body.token(), keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
