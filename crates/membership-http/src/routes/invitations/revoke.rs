//! `DELETE /organizations/{org}/invitations/{invitation}`: take an invitation back.

use membership_core::command::Revoke;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Take an outstanding invitation back; its links are dead.
#[utoipa::path(delete, path = "/organizations/{org}/invitations/{invitation}", tag = "invitations",
    responses((status = 204, description = "revoked")))]
pub(crate) async fn revoke(call: Call<Acting>) -> Answered {
    let (organization, invitation) = (call.organization()?, call.invitation()?);
    let command = Revoke { organization, by: call.by.0, invitation };
    call.perform(organization.0, &command, |()| Answer::no_content()).await
}
