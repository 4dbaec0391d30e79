//! `GET /organizations/{org}/templates/{kind}/{language}`: a template.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::template::Template;

/// Read a template. Whoever may invite reads that of invitations, to begin their own text from.
#[utoipa::path(get, path = "/organizations/{org}/templates/{kind}/{language}", tag = "templates",
    responses((status = 200, description = "the template", body = Template)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let template = call.memberships().template(call.organization()?, call.by.0, call.template()?).await?;
    Ok(Answer::ok(&Template::from(&template)).version(template.view.version))
}
