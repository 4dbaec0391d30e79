//! `DELETE /organizations/{org}/templates/{kind}/{language}`: use the built-in text again.

use membership_core::command::ResetTemplate;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Go back to the built-in text of a kind of mail.
#[utoipa::path(delete, path = "/organizations/{org}/templates/{kind}/{language}", tag = "templates",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "reset")))]
pub(crate) async fn reset(call: Call<Acting>) -> Answered {
    let (organization, template) = (call.organization()?, call.template()?);
    let command = ResetTemplate { organization, by: call.by.0, template, expected: call.expected };
    call.perform(organization.0, &command, |_| Answer::no_content()).await
}
