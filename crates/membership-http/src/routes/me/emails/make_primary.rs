//! `PUT /me/emails/primary`: choose which address is written to.

use membership_core::command::MakePrimary;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::OwnAddress;
use crate::dto::user::User;

/// Have mail sent to another verified address of one's own, by organizations that wrote to the former one, too. The
/// address that counted until then is told.
#[utoipa::path(put, path = "/me/emails/primary", tag = "me", operation_id = "make_email_primary",
    request_body = OwnAddress, responses((status = 200, description = "oneself", body = User)))]
pub(crate) async fn make_primary(call: Call<SignedIn, OwnAddress>) -> Answered {
    let command = MakePrimary { user: call.by.0.user.id, address: call.body.address()? };
    call.api.accounts.organizations_follow_to(command.user, &command.address).await?;
    call.perform(command.user.0, &command, |user| Answer::ok(&User::from(user)).version(user.version)).await
}
