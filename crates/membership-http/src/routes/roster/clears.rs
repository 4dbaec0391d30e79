//! `GET /organizations/{org}/roster/clear-logins`: when logins were cleared.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::login_clear::LoginClear;
use crate::dto::page::Page;

/// List the latest 100 times at which all logins were cleared, the latest first: who did, how far it has come, and until
/// when it can be taken back.
#[utoipa::path(get, path = "/organizations/{org}/roster/clear-logins", tag = "members",
    operation_id = "list_login_clears", responses((status = 200, description = "the clears", body = Page<LoginClear>)))]
pub(crate) async fn clears(call: Call<Acting>) -> Answered {
    let clears = call.memberships().login_clears(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Page::whole(clears.iter().map(|it| LoginClear::from(&it.clear)).collect())))
}
