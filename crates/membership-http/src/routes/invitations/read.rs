//! `GET /organizations/{org}/invitations/{invitation}`: an invitation.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::Invitation;

/// Read an invitation.
#[utoipa::path(get, path = "/organizations/{org}/invitations/{invitation}", tag = "invitations",
    responses((status = 200, description = "the invitation", body = Invitation)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let view = call.memberships().invitation(call.organization()?, call.by.0, call.invitation()?).await?;
    Ok(Answer::ok(&Invitation::from(&view)))
}
