//! `GET /me`: oneself.

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::user::User;

/// Read one's own account.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, description = "oneself", body = User)))]
pub(crate) async fn read(call: Call<Known>) -> Answered {
    let user = &call.by.0.user;
    Ok(Answer::ok(&User::from(user)).version(user.version))
}
