//! `DELETE /sign-ins`: end all of one's own sign-ins but the present one.

use membership_core::command::EndOtherSignIns;

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// End all of one's own sign-ins but the one that the request comes with.
#[utoipa::path(delete, path = "/sign-ins", tag = "sign-ins",
    responses((status = 204, description = "the others are over")))]
pub(crate) async fn end_others(call: Call<Known>) -> Answered {
    let (user, keeps) = (call.by.0.user.id, call.by.0.sign_in.id);
    call.perform(user.0, &EndOtherSignIns { user, keeps }, |()| Answer::no_content()).await
}
