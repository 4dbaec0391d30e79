//! `GET /me/invitations`: what waits for one's verified addresses.

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::InvitationForMe;
use crate::dto::page::Page;

/// List the invitations that wait for one's verified addresses. To accept one takes its link.
#[utoipa::path(get, path = "/me/invitations", tag = "me",
    responses((status = 200, description = "invitations that wait", body = Page<InvitationForMe>)))]
pub(crate) async fn invitations(call: Call<SignedIn>) -> Answered {
    let addresses: Vec<_> = call.by.0.user.verified_emails().cloned().collect();
    let waiting = call.memberships().waiting_for(&addresses).await?;
    Ok(Answer::ok(&Page::whole(waiting.into_iter().map(InvitationForMe::from).collect())))
}
