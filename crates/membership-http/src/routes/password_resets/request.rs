//! `POST /password-resets`: ask for a link by which a new password is chosen.

use membership_core::message::Recovery;

use crate::admission::Anyone;
use crate::answer::Answered;
use crate::call::Call;
use crate::dto::account::{RecoveryReceived, RecoveryRequest};
use crate::routes::login_links::request::ask;

/// Ask for a link by which a new password is chosen, to be mailed. The answer is the same whether or not the login names anybody.
#[utoipa::path(post, path = "/password-resets", tag = "recovery", operation_id = "request_password_reset", security(()),
    request_body = RecoveryRequest,
    responses((status = 202, description = "if the login has an account, a mail is on its way", body = RecoveryReceived)))]
pub(crate) async fn request(call: Call<Anyone, RecoveryRequest>) -> Answered {
    ask(call, Recovery::PasswordReset).await
}
