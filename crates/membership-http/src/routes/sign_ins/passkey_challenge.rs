//! `POST /sign-ins/passkey-challenge`: begin to show a passkey as the second factor.

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::{PasskeyChallenge, Pending, pending};

/// A challenge to show a passkey as the second factor, for `navigator.credentials.get`; the answer goes to
/// `POST /sign-ins/second-factor`.
#[utoipa::path(post, path = "/sign-ins/passkey-challenge", tag = "sign-ins", operation_id = "ask_passkey",
    security(()), request_body = Pending,
    responses((status = 201, description = "a challenge for the browser", body = PasskeyChallenge)))]
pub(crate) async fn passkey_challenge(call: Call<Anyone, Pending>) -> Answered {
    let (user, _) = call.api.accounts.pending(pending(&call.body.pending_token)?).await?;
    let challenge = call.api.accounts.ask_passkey(Some(user.id)).await?;
    Ok(Answer::created(&PasskeyChallenge::from(challenge)))
}
