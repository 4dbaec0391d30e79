//! `POST /me/recovery-codes`: make the recovery codes anew.

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::RecoveryCodes;

/// Make the recovery codes anew; the older ones are void. Takes a fresh proof of who one is.
#[utoipa::path(post, path = "/me/recovery-codes", tag = "second factor", operation_id = "make_recovery_codes",
    responses((status = 201, description = "ten codes, shown once", body = RecoveryCodes)))]
pub(crate) async fn codes(call: Call<Known>) -> Answered {
    let answer = |it: &Vec<String>| Answer::created(&RecoveryCodes { recovery_codes: it.clone() });
    let keeper = call.keeper(call.by.0.user.id.0).await?;
    let keep = |it: &Vec<String>| keeper.keep(&answer(it));
    let outcome = call.api.accounts.make_recovery_codes(&call.by.0, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
