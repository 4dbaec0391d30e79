//! `POST /organizations/{org}/roster/clear-logins`: everybody sets up a login again.

use membership_core::login_clear;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::login_clear::{ClearForecast, LoginClear, NewClear};

/// Clear the logins of all members, so that everybody sets up one again by a personal link. Accounts that this
/// organization made and no other relies on are gone; every other account stays as it is and only opens this organization
/// no more. The owner's, one's own, an operator's and those of members one may not manage are left alone. It happens in
/// the background, in the order of the accounts' ids, and can be taken back for 24 hours. `dry_run` tells how many people
/// it would hit and writes nothing.
#[utoipa::path(post, path = "/organizations/{org}/roster/clear-logins", tag = "members", request_body = NewClear,
    responses((status = 200, description = "what it would do", body = ClearForecast),
        (status = 202, description = "it has begun", body = LoginClear)))]
pub(crate) async fn clear_logins(call: Call<Acting, NewClear>) -> Answered {
    let organization = call.organization()?;
    let whose = (organization, call.by.0);
    if call.body.is_dry_run() {
        let counts = call.api.accounts.try_clearing(whose).await?;
        return Ok(Answer::ok(&ClearForecast::from(&counts)));
    }
    let confirm_name = call.body.confirm_name()?;
    let answer = |it: &login_clear::LoginClear| Answer::accepted(&LoginClear::from(it));
    let keeper = call.keeper(organization.0).await?;
    let keep = |it: &login_clear::LoginClear| keeper.keep(&answer(it));
    let outcome = call.api.accounts.clear_logins(whose, confirm_name, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
