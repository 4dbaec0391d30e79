//! `POST /me/totp/confirmation`: confirm an authenticator app.

use membership_core::service::FactorSetUp;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::{Confirmation, FactorAdded};

/// Confirm the authenticator app by the code it shows. From now on it is asked for. A fresh sign-in, known by two
/// factors, takes the place of the present one.
#[utoipa::path(post, path = "/me/totp/confirmation", tag = "second factor", operation_id = "confirm_totp",
    request_body = Confirmation, responses((status = 201, description = "it is set up", body = FactorAdded)))]
pub(crate) async fn confirm(call: Call<SignedIn, Confirmation>) -> Answered {
    let caller = &call.by.0;
    let answer = |it: &FactorSetUp| Answer::created(&FactorAdded::from(it));
    let keeper = call.keeper(caller.user.id.0).await?;
    let keep = |it: &FactorSetUp| keeper.keep(&answer(it));
    let confirming = call.api.accounts.confirm_totp(caller, &call.body.code, keeper.request(), keep);
    let outcome = call.api.options.limits.prove(call.client, caller.user.id, confirming).await??;
    keeper.answer(outcome, answer)
}
