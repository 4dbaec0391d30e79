//! `POST /invitations/accept`: accept an invitation.

use membership_core::secret::LinkKind;
use membership_core::service::AcceptedAccount;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::joining::{Acceptance, AcceptedInvitation};

/// Accept the invitation a link leads to, and be signed in. A sign-in that the request comes with says who accepts, and
/// ends.
#[utoipa::path(post, path = "/invitations/accept", tag = "joining", security((), ("bearer" = [])),
    request_body = Acceptance,
    responses((status = 201, description = "a member, and signed in", body = AcceptedInvitation)))]
pub(crate) async fn accept(call: Call<Anyone, Acceptance>) -> Answered {
    let (token, form) = (call.body.token(), call.body.form()?);
    let answer = |it: &AcceptedAccount| Answer::created(&AcceptedInvitation::from(it));
    let keeper = call.keeper(call.link_scope(LinkKind::Invitation, token)).await?;
    let keep = |it: &AcceptedAccount| keeper.keep(&answer(it));
    let caller = call.by.0.as_ref();
    let outcome = call.api.accounts.accept(token, form, caller, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
