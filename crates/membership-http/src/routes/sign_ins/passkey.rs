//! `POST /sign-ins/passkey`: sign in with nothing but a passkey.

use membership_core::service;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::{PasskeyAnswer, PasskeyChallenge};
use crate::dto::user::{SignedIn, let_in};
use crate::limits::Limited;

/// A challenge for any passkey of this deployment, for `navigator.credentials.get`; the answer goes to
/// `POST /sign-ins/passkey`.
#[utoipa::path(post, path = "/sign-ins/passkey/challenge", tag = "sign-ins", operation_id = "ask_any_passkey",
    security(()), responses((status = 201, description = "a challenge for the browser", body = PasskeyChallenge)))]
pub(crate) async fn ask_any_passkey(call: Call<Anyone>) -> Answered {
    let challenge = call.api.accounts.ask_passkey(None).await?;
    Ok(Answer::created(&PasskeyChallenge::from(challenge)))
}

/// Sign in with a passkey that knows whose it is and has verified who holds it: that is both factors. A sign-in that the
/// request comes with ends.
#[utoipa::path(post, path = "/sign-ins/passkey", tag = "sign-ins", operation_id = "sign_in_by_passkey", security(()),
    request_body = PasskeyAnswer, responses((status = 201, description = "signed in", body = SignedIn)))]
pub(crate) async fn sign_in_by_passkey(call: Call<Anyone, PasskeyAnswer>) -> Answered {
    let answer = call.body.credential.to_string();
    let ends = call.by.0.as_ref().map(|caller| &caller.sign_in);
    let keeper = call.keeper(call.own_scope()).await?;
    let keep = |it: &service::SignedIn| keeper.keep(&let_in(it));
    let shown = (call.body.challenge.as_str(), answer.as_str());
    let signing_in = call.api.accounts.sign_in_by_passkey(shown, ends, keeper.request(), keep);
    let limits = &call.api.options.limits;
    // An answer cannot be guessed; whoever sends many that hold for nobody makes us work.
    limits.take(Limited::FailedReturn, call.client)?;
    let outcome = signing_in.await?;
    limits.give_back(Limited::FailedReturn, call.client);
    keeper.answer(outcome, let_in)
}
