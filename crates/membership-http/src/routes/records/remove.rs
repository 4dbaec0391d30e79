//! `DELETE /organizations/{org}/resources/{type}/{record}`: forget a record.

use membership_core::command::RemoveRecord;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Forget a record; its shares end with it.
#[utoipa::path(delete, path = "/organizations/{org}/resources/{type}/{record}", tag = "records",
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 204, description = "forgotten")))]
pub(crate) async fn remove(call: Call<Acting>) -> Answered {
    let (organization, resource) = (call.organization()?, call.record()?);
    let command = RemoveRecord { organization, by: call.by.0, resource, expected: call.expected };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
