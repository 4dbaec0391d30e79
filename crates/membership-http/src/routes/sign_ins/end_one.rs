//! `DELETE /sign-ins/{sign_in}`: end one of one's own sign-ins.

use membership_core::command::EndSignIn;

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// End one of one's own sign-ins. Ending one that is over, or is none, changes nothing.
#[utoipa::path(delete, path = "/sign-ins/{sign_in}", tag = "sign-ins",
    responses((status = 204, description = "it is over")))]
pub(crate) async fn end_one(call: Call<Known>) -> Answered {
    let user = call.by.0.user.id;
    match call.sign_in() {
        Some(sign_in) => call.perform(user.0, &EndSignIn { user, sign_in }, |()| Answer::no_content()).await,
        None => Ok(Answer::no_content()),
    }
}
