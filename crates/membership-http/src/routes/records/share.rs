//! `PUT /organizations/{org}/resources/{type}/{record}/shares/{member}`, or `…/shares/groups/{group}`: share a record.

use membership_core::command::ShareRecord;
use membership_core::id::OrganizationId;
use membership_core::resource::Holder;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::record::{Record, ShareChange};

/// Share a record with a member, or change the level. It takes control of the record.
#[utoipa::path(put, path = "/organizations/{org}/resources/{type}/{record}/shares/{member}", tag = "records",
    request_body = ShareChange,
    params(("If-Match" = Option<String>, Header,
        description = "the share's `ETag` that was read: its `version` in quotes, or `\"0\"` where there was none")),
    responses((status = 200, description = "shared; the `ETag` is the share's", body = Record)))]
pub(crate) async fn share(call: Call<Acting, ShareChange>) -> Answered {
    let (organization, holder) = (call.organization()?, Holder::Member(call.member()?));
    share_with(call, organization, holder).await
}

/// Share a record with whoever is in a group, as long as they are, or change the level. It takes control of the record.
#[utoipa::path(put, path = "/organizations/{org}/resources/{type}/{record}/shares/groups/{group}", tag = "records",
    request_body = ShareChange,
    params(("If-Match" = Option<String>, Header,
        description = "the share's `ETag` that was read: its `version` in quotes, or `\"0\"` where there was none")),
    responses((status = 200, description = "shared; the `ETag` is the share's", body = Record)))]
pub(crate) async fn share_with_group(call: Call<Acting, ShareChange>) -> Answered {
    let (organization, holder) = (call.organization()?, Holder::Group(call.group()?));
    share_with(call, organization, holder).await
}

async fn share_with(call: Call<Acting, ShareChange>, organization: OrganizationId, holder: Holder) -> Answered {
    let (resource, level) = (call.record()?, call.body.level()?);
    let command = ShareRecord { organization, by: call.by.0, resource, holder, level, expected: call.expected };
    call.perform(organization.0, &command, |it| Answer::ok(&Record::from(&it.record)).version(it.share.version)).await
}
