//! `DELETE /me/passkeys/{passkey}`: give a passkey up.

use membership_core::command::Given;
use membership_core::refusal::Refusal;

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::SecondFactors;

/// Give a passkey up. Takes a fresh proof of who one is. With the last factor the recovery codes go, and every sign-in
/// ends.
#[utoipa::path(delete, path = "/me/passkeys/{passkey}", tag = "second factor", operation_id = "remove_passkey",
    responses((status = 200, description = "what is left", body = SecondFactors)))]
pub(crate) async fn remove_passkey(call: Call<Known>) -> Answered {
    let passkey = call.passkey().ok_or(Refusal::UnknownPasskey)?;
    let left = call.api.accounts.remove_factor(&call.by.0, Given::Passkey(passkey)).await?;
    Ok(Answer::ok(&SecondFactors::of(&left, true)))
}
