//! `PATCH /me`: change one's own name or language.

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::user::{ProfileChange, User};

/// Change one's own name or language.
#[utoipa::path(patch, path = "/me", tag = "me", request_body = ProfileChange,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "oneself, changed", body = User)))]
pub(crate) async fn update(call: Call<SignedIn, ProfileChange>) -> Answered {
    let id = call.by.0.user.id;
    let command = call.body.command(id, call.expected)?;
    call.perform(id.0, &command, |user| Answer::ok(&User::from(user)).version(user.version)).await
}
