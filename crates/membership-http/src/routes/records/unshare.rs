//! `DELETE /organizations/{org}/resources/{type}/{record}/shares/{member}`: end a share.

use membership_core::command::UnshareRecord;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// End the share of a member. It takes control of the record, or to be that member.
#[utoipa::path(delete, path = "/organizations/{org}/resources/{type}/{record}/shares/{member}", tag = "records",
    responses((status = 204, description = "ended")))]
pub(crate) async fn unshare(call: Call<Acting>) -> Answered {
    let (organization, resource, member) = (call.organization()?, call.record()?, call.member()?);
    let command = UnshareRecord { organization, by: call.by.0, resource, member };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
