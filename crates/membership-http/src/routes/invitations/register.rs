//! `POST /invitations/register`: make the account that the organization asks for before anything is accepted.

use membership_core::secret::LinkKind;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::Registered;
use crate::dto::joining::Acceptance;

/// Register as a new person, where the organization's policy asks for it (`registers_first`). A link to sign in is mailed
/// to the invited address; the first login asks for a password, and the invitation waits to be accepted.
#[utoipa::path(post, path = "/invitations/register", tag = "joining", security(()), request_body = Acceptance,
    responses((status = 202, description = "a mail with a login link is on its way", body = Registered)))]
pub(crate) async fn register(call: Call<Anyone, Acceptance>) -> Answered {
    let (token, form) = (call.body.token(), call.body.form()?);
    let answer = |_: &()| Answer::accepted(&Registered::default());
    let keeper = call.keeper(call.link_scope(LinkKind::Invitation, token)).await?;
    let outcome = call.api.accounts.register(token, form, keeper.request(), |it| keeper.keep(&answer(it))).await?;
    keeper.answer(outcome, answer)
}
