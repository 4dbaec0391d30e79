//! `POST /me/passkeys/challenge`: begin to add a passkey.

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::PasskeyChallenge;

/// A challenge to make a passkey, for `navigator.credentials.create`. Takes a fresh proof of who one is.
#[utoipa::path(post, path = "/me/passkeys/challenge", tag = "second factor", operation_id = "offer_passkey",
    responses((status = 201, description = "a challenge for the browser", body = PasskeyChallenge)))]
pub(crate) async fn offer_passkey(call: Call<SignedIn>) -> Answered {
    let challenge = call.api.accounts.offer_passkey(&call.by.0).await?;
    Ok(Answer::created(&PasskeyChallenge::from(challenge)))
}
