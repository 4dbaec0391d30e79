//! `GET /organizations/{org}/members.csv`: the members, for a spreadsheet.

use axum::response::Response;

use crate::admission::Acting;
use crate::call::Call;
use crate::dto::member::MembersExported;
use crate::export::members_file;
use crate::problem::Problem;
use crate::query::Asked;

/// Export the members that the filters let through, with what the organization keeps of them. No cell is ever run as a
/// formula, and an export of any length is streamed.
#[utoipa::path(get, path = "/organizations/{org}/members.csv", tag = "members", params(MembersExported),
    responses((status = 200, description = "one line a member", body = String, content_type = "text/csv")))]
pub(crate) async fn export(Asked(asked): Asked<MembersExported>, call: Call<Acting>) -> Result<Response, Problem> {
    let query = asked.query()?;
    Ok(members_file(call.memberships(), (call.organization()?, call.by.0), query).await?)
}
