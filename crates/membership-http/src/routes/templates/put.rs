//! `PUT /organizations/{org}/templates/{kind}/{language}`: word a kind of mail.

use membership_core::command::PutTemplate;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::template::{NewWording, SavedTemplate};

/// Use a text of one's own for a kind of mail in a language. The personal link must stay in it.
#[utoipa::path(put, path = "/organizations/{org}/templates/{kind}/{language}", tag = "templates",
    request_body = NewWording,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "saved", body = SavedTemplate)))]
pub(crate) async fn put(call: Call<Acting, NewWording>) -> Answered {
    let (organization, template) = (call.organization()?, call.template()?);
    // Who may not edit texts learns nothing about theirs.
    call.memberships().template(organization, call.by.0, template).await?;
    let (wording, expected) = (call.body.wording(template.kind)?, call.expected);
    let command = PutTemplate { organization, by: call.by.0, template, wording, expected };
    call.perform(organization.0, &command, |view| Answer::ok(&SavedTemplate::from(view)).version(view.version)).await
}
