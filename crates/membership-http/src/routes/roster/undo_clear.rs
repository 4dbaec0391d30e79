//! `POST /organizations/{org}/roster/clear-logins/{clear}/undo`: give cleared logins back.

use membership_core::login_clear;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::login_clear::LoginClear;

/// Give back the logins that were cleared, within 24 hours, once; or stop while they are being cleared. Whoever has set up
/// a login anew keeps the new one. Sign-ins and API keys do not come back: people sign in again with what they had.
#[utoipa::path(post, path = "/organizations/{org}/roster/clear-logins/{clear}/undo", tag = "members",
    operation_id = "undo_login_clear",
    responses((status = 202, description = "they are being given back", body = LoginClear)))]
pub(crate) async fn undo_clear(call: Call<Acting>) -> Answered {
    let (organization, clear) = (call.organization()?, call.clear()?);
    let answer = |it: &login_clear::LoginClear| Answer::accepted(&LoginClear::from(it));
    let keeper = call.keeper(organization.0).await?;
    let keep = |it: &login_clear::LoginClear| keeper.keep(&answer(it));
    let outcome = call.api.accounts.undo_clear((organization, call.by.0), clear, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
