//! `GET /organizations/{org}/members/imports/{import}/result.csv`: what became of each row, for a spreadsheet.

use axum::response::Response;

use crate::admission::Acting;
use crate::call::Call;
use crate::import_file::import_result;
use crate::problem::Problem;

/// What became of each row so far: its line, its outcome, the member, and what was wrong. No cell is ever run as a
/// formula.
#[utoipa::path(get, path = "/organizations/{org}/members/imports/{import}/result.csv", tag = "members", operation_id = "read_import_result",
    responses((status = 200, description = "one line a row", body = String, content_type = "text/csv")))]
pub(crate) async fn result(call: Call<Acting>) -> Result<Response, Problem> {
    let which = (call.organization()?, call.by.0, call.import()?);
    Ok(import_result(call.memberships(), which).await?)
}
