//! `GET /organizations/{org}/groups.csv`: the groups, for a spreadsheet.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use membership_core::port::{LONGEST_PAGE, NamedQuery};
use membership_csv::Writer;

use crate::admission::Acting;
use crate::call::Call;
use crate::problem::Problem;

/// Export the groups with their ids. No cell is ever run as a formula.
#[utoipa::path(get, path = "/organizations/{org}/groups.csv", tag = "groups",
    responses((status = 200, description = "one line a group", body = String, content_type = "text/csv")))]
pub(crate) async fn export(call: Call<Acting>) -> Result<Response, Problem> {
    let organization = call.organization()?;
    let mut query = NamedQuery { limit: LONGEST_PAGE, ..NamedQuery::default() };
    let mut file = Writer::default();
    file.row(["group_id", "name", "members"]);
    loop {
        let page = call.memberships().groups(organization, call.by.0, &query).await?;
        for (group, members) in page.items {
            file.row([group.id.to_string(), group.name.to_string(), members.to_string()]);
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"groups.csv\"")];
    Ok((headers, file.finish()).into_response())
}
