//! `GET /organizations/{org}/members/import-template.csv`: a file to begin with.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::admission::Acting;
use crate::call::Call;
use crate::problem::Problem;

/// A file to begin with: the header, and two rows that show what goes where.
#[utoipa::path(get, path = "/organizations/{org}/members/import-template.csv", tag = "members",
    responses((status = 200, description = "the template", body = String, content_type = "text/csv")))]
pub(crate) async fn template(call: Call<Acting>) -> Result<Response, Problem> {
    let organization = call.organization()?;
    call.memberships().imports(organization, call.by.0).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"import-template.csv\""),
    ];
    Ok((headers, membership_csv::template()).into_response())
}
