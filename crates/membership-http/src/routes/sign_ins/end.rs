//! `DELETE /sign-ins/current`: sign out.

use membership_core::command::EndSignIn;
use membership_core::refusal::Refusal;

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Sign out. The token is worth nothing from the next request on.
#[utoipa::path(delete, path = "/sign-ins/current", tag = "sign-ins",
    responses((status = 204, description = "signed out")))]
pub(crate) async fn end(call: Call<Known>) -> Answered {
    if call.by.0.comes_by_issuer {
        return Err(Refusal::IssuedElsewhere.into());
    }
    let (user, sign_in) = (call.by.0.user.id, call.by.0.sign_in.id);
    call.perform(user.0, &EndSignIn { user, sign_in }, |()| Answer::no_content()).await
}
