//! `GET /organizations/{org}/roster/report`: the roster report in numbers.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::roster::{LoginReport, ReportAsked};
use crate::query::Asked;

/// How many members have a login and use it, how many set one up on which day, and which rounds were sent meanwhile. Who
/// they are, the members' list tells: `login`, `signed_in`, and sorted by `last_login` or `login_since`.
#[utoipa::path(get, path = "/organizations/{org}/roster/report", tag = "members", params(ReportAsked),
    responses((status = 200, description = "in numbers", body = LoginReport)))]
pub(crate) async fn report(Asked(asked): Asked<ReportAsked>, call: Call<Acting>) -> Answered {
    let report = call.memberships().login_report(call.organization()?, call.by.0, asked.days()?).await?;
    Ok(Answer::ok(&LoginReport::from(&report)))
}
