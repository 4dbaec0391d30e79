//! `GET /organizations/{org}/members/import-template.csv`: a file to begin with.

use axum::response::Response;

use crate::admission::Acting;
use crate::call::Call;
use crate::import_file::import_template;
use crate::problem::Problem;

/// A file to begin with: the header, and two rows that show what goes where.
#[utoipa::path(get, path = "/organizations/{org}/members/import-template.csv", tag = "members", operation_id = "read_import_template",
    responses((status = 200, description = "the template", body = String, content_type = "text/csv")))]
pub(crate) async fn template(call: Call<Acting>) -> Result<Response, Problem> {
    let organization = call.organization()?;
    call.memberships().imports(organization, call.by.0).await?;
    Ok(import_template())
}
