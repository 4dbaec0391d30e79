//! `PUT /me/password`: choose a new password.

use secrecy::SecretString;

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::PasswordChange;
use crate::dto::user::User;
use crate::limits::Limits;

/// Choose a new password. The present one is needed if there is one. All other sign-ins end, and no link that was mailed
/// before lets anybody in.
#[utoipa::path(put, path = "/me/password", tag = "me", request_body = PasswordChange,
    responses((status = 200, description = "oneself", body = User)))]
pub(crate) async fn password(call: Call<Known, PasswordChange>) -> Answered {
    let present = call.body.present_password.as_deref().map(SecretString::from);
    let new = SecretString::from(call.body.password.as_str());
    let keeper = call.keeper(call.by.0.user.id.0).await?;
    let changing = call.api.accounts.change_password(&call.by.0, present.as_ref(), &new, keeper.request());
    let login = Limits::login_of_account(&call.by.0.user);
    let user = call.api.options.limits.sign_in(call.client, &login, changing).await??;
    Ok(Answer::ok(&User::from(&user)).version(user.version))
}
