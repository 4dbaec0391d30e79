//! `DELETE /operator/users/{user}/second-factors`: let somebody in who has lost all second factors.

use membership_core::command::ResetSecondFactors;
use membership_core::refusal::Refusal;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Take all second factors away from somebody who has lost them. They are told by mail and signed out everywhere, and
/// their audit log says who did it.
#[utoipa::path(delete, path = "/operator/users/{user}/second-factors", tag = "operator",
    operation_id = "reset_second_factors", responses((status = 204, description = "none are left")))]
pub(crate) async fn second_factors(call: Call<Operator>) -> Answered {
    let user = call.user().ok_or(Refusal::UnknownUser)?;
    call.perform(user.0, &ResetSecondFactors { by: call.by.0, user }, |()| Answer::no_content()).await
}
