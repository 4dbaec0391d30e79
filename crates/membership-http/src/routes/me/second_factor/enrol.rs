//! `POST /me/totp`: begin to set an authenticator app up.

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::second_factor::NewTotp;

/// Begin to set an authenticator app up. It counts once a code confirms it; beginning again replaces the secret. Takes a
/// fresh proof of who one is.
#[utoipa::path(post, path = "/me/totp", tag = "second factor", operation_id = "begin_totp",
    responses((status = 201, description = "the secret for the app", body = NewTotp)))]
pub(crate) async fn enrol(call: Call<SignedIn>) -> Answered {
    let offer = call.api.accounts.begin_totp(&call.by.0, call.api.issuer()).await?;
    Ok(Answer::created(&NewTotp::from(offer)))
}
