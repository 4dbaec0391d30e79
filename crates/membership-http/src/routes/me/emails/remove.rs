//! `POST /me/emails/removal`: give an address up. The address is not in the path, so that it is in no log.

use membership_core::command::RemoveEmail;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::OwnAddress;
use crate::dto::user::User;

/// Give an address of one's own up; the last verified one stays. Organizations that wrote to it write to one that is
/// kept.
#[utoipa::path(post, path = "/me/emails/removal", tag = "me", operation_id = "remove_email",
    request_body = OwnAddress, responses((status = 200, description = "oneself", body = User)))]
pub(crate) async fn remove(call: Call<SignedIn, OwnAddress>) -> Answered {
    let command = RemoveEmail { user: call.by.0.user.id, address: call.body.address()? };
    call.api.accounts.organizations_leave(command.user, &command.address).await?;
    call.perform(command.user.0, &command, |user| Answer::ok(&User::from(user)).version(user.version)).await
}
