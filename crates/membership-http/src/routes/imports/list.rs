//! `GET /organizations/{org}/members/imports`: the imports of the last 30 days.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::import::Import;
use crate::dto::page::Page;

/// The imports of the last 30 days, the newest first.
#[utoipa::path(get, path = "/organizations/{org}/members/imports", tag = "members",
    responses((status = 200, description = "the imports", body = Page<Import>)))]
pub(crate) async fn list(call: Call<Acting>) -> Answered {
    let imports = call.memberships().imports(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Page::whole(imports.iter().map(Import::from).collect())))
}
