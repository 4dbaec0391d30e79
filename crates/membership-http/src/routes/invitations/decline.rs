//! `POST /invitations/decline`: say no to an invitation.

use membership_core::command::Decline;
use membership_core::refusal::Refusal;
use membership_core::secret::LinkKind;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::joining::ShownLink;

/// Say no to the invitation a link leads to.
#[utoipa::path(post, path = "/invitations/decline", tag = "joining", security(()), request_body = ShownLink,
    responses((status = 204, description = "declined")))]
pub(crate) async fn decline(call: Call<Anyone, ShownLink>) -> Answered {
    let links = &call.memberships().ports().links;
    let link = links.read(LinkKind::Invitation, call.body.token()).ok_or(Refusal::UnknownLink)?;
    call.perform(link.scope, &Decline { link }, |()| Answer::no_content()).await
}
