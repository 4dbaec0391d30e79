//! `POST /organizations/{org}/templates/{kind}/{language}/preview`: what a mail would look like.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::template::{MailPreview, PreviewedWording};

/// Show what a mail would look like with the organization's own data: with this text, or with the present one. Nothing
/// is saved or sent, and the personal link is an example.
#[utoipa::path(post, path = "/organizations/{org}/templates/{kind}/{language}/preview", tag = "templates",
    request_body = PreviewedWording,
    responses((status = 200, description = "the mail", body = MailPreview)))]
pub(crate) async fn preview(call: Call<Acting, PreviewedWording>) -> Answered {
    let (organization, template) = (call.organization()?, call.template()?);
    call.memberships().template(organization, call.by.0, template).await?;
    let wording = call.body.wording(template.kind)?;
    let letter = call.memberships().preview(organization, call.by.0, template, wording).await?;
    Ok(Answer::ok(&MailPreview::from(&letter)))
}
