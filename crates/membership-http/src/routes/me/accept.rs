//! `POST /me/invitations/accept`: accept an invitation that waits for an address of one's own.

use membership_core::command::Accepted;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::WaitingInvitation;
use crate::dto::joining::Membership;

/// Accept an invitation that waits for one of one's verified addresses. It takes no link.
#[utoipa::path(post, path = "/me/invitations/accept", tag = "me", request_body = WaitingInvitation,
    responses((status = 201, description = "a member", body = Membership)))]
pub(crate) async fn accept(call: Call<SignedIn, WaitingInvitation>) -> Answered {
    let (organization, invitation) = call.body.ids()?;
    let answer = |it: &Accepted| Answer::created(&Membership::from(it));
    let keeper = call.keeper(organization.0).await?;
    let keep = |it: &Accepted| keeper.keep(&answer(it));
    let (accounts, caller) = (&call.api.accounts, &call.by.0);
    let outcome = accounts.accept_waiting((organization, invitation), caller, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
