//! `DELETE /organizations/{org}/resources/{type}/{record}/shares/{member}`, or `…/shares/groups/{group}`: end a share.

use membership_core::command::UnshareRecord;
use membership_core::id::OrganizationId;
use membership_core::resource::Holder;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// End the share of a member. It takes control of the record, or to be that member.
#[utoipa::path(delete, path = "/organizations/{org}/resources/{type}/{record}/shares/{member}", tag = "records",
    responses((status = 204, description = "ended")))]
pub(crate) async fn unshare(call: Call<Acting>) -> Answered {
    let (organization, holder) = (call.organization()?, Holder::Member(call.member()?));
    end_share(call, organization, holder).await
}

/// End the share of a group. It takes control of the record.
#[utoipa::path(delete, path = "/organizations/{org}/resources/{type}/{record}/shares/groups/{group}", tag = "records",
    responses((status = 204, description = "ended")))]
pub(crate) async fn unshare_with_group(call: Call<Acting>) -> Answered {
    let (organization, holder) = (call.organization()?, Holder::Group(call.group()?));
    end_share(call, organization, holder).await
}

async fn end_share(call: Call<Acting>, organization: OrganizationId, holder: Holder) -> Answered {
    let resource = call.record()?;
    let command = UnshareRecord { organization, by: call.by.0, resource, holder };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
