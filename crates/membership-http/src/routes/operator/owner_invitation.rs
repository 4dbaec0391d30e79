//! `POST /operator/organizations/{org}/owner-invitation`: invite an owner anew.

use membership_core::command::InviteOwner;
use membership_core::id::InvitationId;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::Invitation;
use crate::dto::organization::OwnerToBe;

/// Invite the owner of an organization that awaits one, at the same address or another. What was sent before is
/// withdrawn.
#[utoipa::path(post, path = "/operator/organizations/{org}/owner-invitation", tag = "operator",
    request_body = OwnerToBe, responses((status = 201, description = "invited", body = Invitation)))]
pub(crate) async fn owner_invitation(call: Call<Operator, OwnerToBe>) -> Answered {
    let (organization, email) = (call.organization()?, call.body.email()?);
    let command = InviteOwner { organization, by: call.by.0, invitation: InvitationId(call.new_id()), email };
    call.perform(organization.0, &command, |view| {
        let path = format!("/api/v1/organizations/{organization}/invitations/{}", view.invitation.id);
        Answer::created(&Invitation::from(view)).at(path)
    })
    .await
}
