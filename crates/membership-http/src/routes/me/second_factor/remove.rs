//! `DELETE /me/totp`: give the authenticator app up.

use membership_core::command::Given;

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::SecondFactors;

/// Give the authenticator app up. Takes a fresh proof of who one is. With the last factor the recovery codes go, and
/// every sign-in ends.
#[utoipa::path(delete, path = "/me/totp", tag = "second factor", operation_id = "remove_totp",
    responses((status = 200, description = "what is left", body = SecondFactors)))]
pub(crate) async fn remove(call: Call<Known>) -> Answered {
    let left = call.api.accounts.remove_factor(&call.by.0, Given::Totp).await?;
    Ok(Answer::ok(&SecondFactors::of(&left, true)))
}
