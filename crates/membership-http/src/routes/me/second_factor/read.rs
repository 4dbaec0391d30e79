//! `GET /me/second-factor`: one's second factors.

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::SecondFactors;

/// Read what one shows besides the password.
#[utoipa::path(get, path = "/me/second-factor", tag = "second factor", operation_id = "read_second_factor",
    responses((status = 200, description = "one's second factors", body = SecondFactors)))]
pub(crate) async fn read(call: Call<Known>) -> Answered {
    Ok(Answer::ok(&SecondFactors::from(&call.api.accounts.my_factors(&call.by.0).await?)))
}
