//! `POST /me/passkeys`: add a passkey.

use membership_core::service::FactorSetUp;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::{FactorAdded, NewPasskey};

/// Add a passkey that answers a challenge. From now on a second factor is asked for. A fresh sign-in, known by two
/// factors, takes the place of the present one.
#[utoipa::path(post, path = "/me/passkeys", tag = "second factor", operation_id = "add_passkey",
    request_body = NewPasskey, responses((status = 201, description = "it is added", body = FactorAdded)))]
pub(crate) async fn add_passkey(call: Call<SignedIn, NewPasskey>) -> Answered {
    let caller = &call.by.0;
    let answer = |it: &FactorSetUp| Answer::created(&FactorAdded::from(it));
    let keeper = call.keeper(caller.user.id.0).await?;
    let keep = |it: &FactorSetUp| keeper.keep(&answer(it));
    let NewPasskey { name, challenge, credential } = &call.body;
    let made = (name.as_str(), challenge.as_str(), credential.to_string());
    let adding = call.api.accounts.add_passkey(caller, (made.0, made.1, &made.2), keeper.request(), keep);
    let outcome = call.api.options.limits.prove(call.client, caller.user.id, adding).await??;
    keeper.answer(outcome, answer)
}
