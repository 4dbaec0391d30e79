//! `POST /organizations/{org}/invitations/{invitation}/link`: a link to be handed over.

use membership_core::command::Renew;
use membership_core::invitation::Channel;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::HandedLink;

/// Produce a new link of an invitation, to be handed over by other means; the older ones die.
#[utoipa::path(post, path = "/organizations/{org}/invitations/{invitation}/link", tag = "invitations",
    responses((status = 200, description = "the link, shown this once", body = HandedLink)))]
pub(crate) async fn link(call: Call<Acting>) -> Answered {
    let (organization, invitation) = (call.organization()?, call.invitation()?);
    let command = Renew { organization, by: call.by.0, invitation, channel: Channel::Hand };
    call.perform(organization.0, &command, |view| {
        let link = call.memberships().invitation_link(organization, view);
        Answer::ok(&HandedLink { link: call.api.address_of(&link) })
    })
    .await
}
