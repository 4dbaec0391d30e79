//! `GET /organizations/{org}/members/imports/{import}/result.csv`: what became of each row, for a spreadsheet.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::admission::Acting;
use crate::call::Call;
use crate::import_file::result_file;
use crate::problem::Problem;

/// What became of each row so far: its line, its outcome, the member, and what was wrong. No cell is ever run as a
/// formula.
#[utoipa::path(get, path = "/organizations/{org}/members/imports/{import}/result.csv", tag = "members",
    responses((status = 200, description = "one line a row", body = String, content_type = "text/csv")))]
pub(crate) async fn result(call: Call<Acting>) -> Result<Response, Problem> {
    let which = (call.organization()?, call.by.0, call.import()?);
    let file = result_file(call.memberships(), which).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"import-result.csv\""),
    ];
    Ok((headers, file).into_response())
}
