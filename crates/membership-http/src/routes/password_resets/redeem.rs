//! `POST /password-resets/redeem`: choose a new password by a link.

use membership_core::secret::LinkKind;
use membership_core::service;
use secrecy::SecretString;

use crate::admission::Anyone;
use crate::answer::Answered;
use crate::call::Call;
use crate::dto::account::PasswordReset;
use crate::dto::field;
use crate::dto::user::{SecondFactorAwaited, SignedIn, let_in};

/// Choose a new password by a link that was mailed, and be signed in; the link works once, and every other sign-in ends.
#[utoipa::path(post, path = "/password-resets/redeem", tag = "recovery", operation_id = "redeem_password_reset",
    security(()), request_body = PasswordReset,
    responses((status = 201, description = "the password is changed, and the person signed in", body = SignedIn),
        (status = 202, description = "a second factor is to be shown", body = SecondFactorAwaited)))]
pub(crate) async fn redeem(call: Call<Anyone, PasswordReset>) -> Answered {
    let token = field::token(&call.body.token);
    let password = SecretString::from(call.body.password.as_str());
    let keeper = call.keeper(call.link_scope(LinkKind::PasswordReset, token)).await?;
    let keep = |it: &service::SignedIn| keeper.keep(&let_in(it));
    let outcome = call.api.accounts.redeem_reset(token, &password, keeper.request(), keep).await?;
    keeper.answer(outcome, let_in)
}
