//! `GET /organizations/{org}/templates`: every mail that the organization may word.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::template::Templates;

/// List the templates: one for each kind of mail and language, with what it says now.
#[utoipa::path(get, path = "/organizations/{org}/templates", tag = "templates",
    responses((status = 200, description = "the templates", body = Templates)))]
pub(crate) async fn list(call: Call<Acting>) -> Answered {
    let templates = call.memberships().templates(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Templates::from(templates.as_slice())))
}
