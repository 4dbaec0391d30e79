//! `PUT /organizations/{org}/resources/{type}/{record}/shares/{member}`: share a record.

use membership_core::command::ShareRecord;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::record::{Record, ShareChange};

/// Share a record with a member, or change the level. It takes control of the record.
#[utoipa::path(put, path = "/organizations/{org}/resources/{type}/{record}/shares/{member}", tag = "records",
    request_body = ShareChange, responses((status = 200, description = "shared", body = Record)))]
pub(crate) async fn share(call: Call<Acting, ShareChange>) -> Answered {
    let (organization, resource) = (call.organization()?, call.record()?);
    let (member, level) = (call.member()?, call.body.level()?);
    let command = ShareRecord { organization, by: call.by.0, resource, member, level };
    call.perform(organization.0, &command, |view| Answer::ok(&Record::from(view)).version(view.resource.version)).await
}
