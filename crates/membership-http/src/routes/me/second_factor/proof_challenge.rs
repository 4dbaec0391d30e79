//! `POST /me/proof/challenge`: begin to show a passkey once more.

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::PasskeyChallenge;

/// A challenge to show one of one's passkeys, for `navigator.credentials.get`; the answer goes to `POST /me/proof`.
#[utoipa::path(post, path = "/me/proof/challenge", tag = "second factor", operation_id = "ask_passkey_again",
    responses((status = 201, description = "a challenge for the browser", body = PasskeyChallenge)))]
pub(crate) async fn proof_challenge(call: Call<Known>) -> Answered {
    let challenge = call.api.accounts.ask_passkey(Some(call.by.0.user.id)).await?;
    Ok(Answer::created(&PasskeyChallenge::from(challenge)))
}
