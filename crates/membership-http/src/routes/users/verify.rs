//! `POST /users/verify`: complete a sign-up.

use membership_core::secret::LinkKind;
use membership_core::service;
use secrecy::SecretString;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::field;
use crate::dto::user::{SignedIn, Verification};
use crate::limits::Limits;

/// Complete a sign-up: the link shows that the person reads the mailbox, the password that it is the same person.
#[utoipa::path(post, path = "/users/verify", tag = "users", security(()), request_body = Verification,
    responses((status = 201, description = "the account exists, and the person is signed in", body = SignedIn)))]
pub(crate) async fn verify(call: Call<Anyone, Verification>) -> Answered {
    let token = field::token(&call.body.token);
    let password = SecretString::from(call.body.password.as_str());
    let answer = |it: &service::SignedIn| Answer::created(&SignedIn::from(it));
    let sign_up = call.link_scope(LinkKind::Verification, token);
    let keeper = call.keeper(sign_up).await?;
    let verifying = call.api.accounts.verify(token, &password, keeper.request(), |it| keeper.keep(&answer(it)));
    let login = Limits::login_of_sign_up(sign_up);
    let outcome = call.api.options.limits.sign_in(call.client, &login, verifying).await??;
    keeper.answer(outcome, answer)
}
