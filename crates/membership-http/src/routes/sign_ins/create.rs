//! `POST /sign-ins`: sign in with a password.

use membership_core::service;
use secrecy::SecretString;

use crate::admission::Anyone;
use crate::answer::Answered;
use crate::call::Call;
use crate::dto::user::{Credentials, SecondFactorAwaited, SignedIn, let_in};

/// Sign in with an address or username and a password. A sign-in that the request comes with ends.
#[utoipa::path(post, path = "/sign-ins", tag = "sign-ins", security(()), request_body = Credentials,
    responses((status = 201, description = "signed in", body = SignedIn),
        (status = 202, description = "a second factor is to be shown", body = SecondFactorAwaited)))]
pub(crate) async fn create(call: Call<Anyone, Credentials>) -> Answered {
    let password = SecretString::from(call.body.password.as_str());
    let ends = call.by.0.as_ref().map(|caller| &caller.sign_in);
    let keeper = call.keeper(call.own_scope()).await?;
    let keep = |it: &service::SignedIn| keeper.keep(&let_in(it));
    let (api, login) = (&call.api, call.body.login.as_str());
    let signing_in = api.accounts.sign_in(login, &password, ends, keeper.request(), keep);
    let outcome = api.options.limits.sign_in(call.client, login, signing_in).await??;
    keeper.answer(outcome, let_in)
}
