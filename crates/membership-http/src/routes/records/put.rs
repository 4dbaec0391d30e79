//! `PUT /organizations/{org}/resources/{type}/{record}`: make a record known, restrict or open it.

use membership_core::command::PutRecord;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::record::{Record, RecordChange};

/// Make a record known, or say whether it is restricted. Whoever makes it known as a member controls it.
#[utoipa::path(put, path = "/organizations/{org}/resources/{type}/{record}", tag = "records",
    request_body = RecordChange,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "the record", body = Record)))]
pub(crate) async fn put(call: Call<Acting, RecordChange>) -> Answered {
    let (organization, resource) = (call.organization()?, call.record()?);
    let (restricted, expected) = (call.body.restricted, call.expected);
    let command = PutRecord { organization, by: call.by.0, resource, restricted, expected };
    call.perform(organization.0, &command, |view| Answer::ok(&Record::from(view)).version(view.resource.version)).await
}
