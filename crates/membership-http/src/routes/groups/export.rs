//! `GET /organizations/{org}/groups.csv`: the groups, for a spreadsheet.

use axum::response::Response;

use crate::admission::Acting;
use crate::call::Call;
use crate::export::groups_file;
use crate::problem::Problem;

/// Export the groups with their ids. No cell is ever run as a formula.
#[utoipa::path(get, path = "/organizations/{org}/groups.csv", tag = "groups",
    responses((status = 200, description = "one line a group", body = String, content_type = "text/csv")))]
pub(crate) async fn export(call: Call<Acting>) -> Result<Response, Problem> {
    Ok(groups_file(call.memberships(), (call.organization()?, call.by.0)).await?)
}
