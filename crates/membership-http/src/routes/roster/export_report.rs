//! `GET /organizations/{org}/roster/report.csv`: the roster report, for a spreadsheet.

use axum::response::Response;

use crate::admission::Acting;
use crate::call::Call;
use crate::dto::member::MembersExported;
use crate::export::report_file;
use crate::problem::Problem;
use crate::query::Asked;

/// Export who has had a login since when, who signed in when, and in how many rounds each was written to. No cell is ever
/// run as a formula, and an export of any length is streamed.
#[utoipa::path(get, path = "/organizations/{org}/roster/report.csv", tag = "members", params(MembersExported),
    responses((status = 200, description = "one line a member", body = String, content_type = "text/csv")))]
pub(crate) async fn export_report(
    Asked(asked): Asked<MembersExported>,
    call: Call<Acting>,
) -> Result<Response, Problem> {
    let query = asked.query()?;
    Ok(report_file(call.memberships(), (call.organization()?, call.by.0), query).await?)
}
