//! `POST /organizations/{org}/invitations/{invitation}/resend`: send an invitation again.

use membership_core::command::Renew;
use membership_core::invitation::Channel;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::Invitation;

/// Send an invitation again, with a new link; the older ones die.
#[utoipa::path(post, path = "/organizations/{org}/invitations/{invitation}/resend", tag = "invitations",
    responses((status = 200, description = "on its way again", body = Invitation)))]
pub(crate) async fn resend(call: Call<Acting>) -> Answered {
    let (organization, invitation) = (call.organization()?, call.invitation()?);
    let command = Renew { organization, by: call.by.0, invitation, channel: Channel::Mail };
    call.perform(organization.0, &command, |view| Answer::ok(&Invitation::from(view))).await
}
