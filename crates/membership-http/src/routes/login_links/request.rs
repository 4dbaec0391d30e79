//! `POST /login-links`: ask for a link that signs in once.

use membership_core::message::Recovery;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::{RecoveryReceived, RecoveryRequest};

/// Ask for a link that signs in once, to be mailed. The answer is the same whether or not the login names anybody.
#[utoipa::path(post, path = "/login-links", tag = "recovery", operation_id = "request_login_link", security(()),
    request_body = RecoveryRequest,
    responses((status = 202, description = "if the login has an account, a mail is on its way", body = RecoveryReceived)))]
pub(crate) async fn request(call: Call<Anyone, RecoveryRequest>) -> Answered {
    ask(call, Recovery::LoginLink).await
}

/// Has a recovery asked for; whatever it is, the answer is the same.
pub(crate) async fn ask(call: Call<Anyone, RecoveryRequest>, means: Recovery) -> Answered {
    let answer = |_: &()| Answer::accepted(&RecoveryReceived::default());
    let keeper = call.keeper(call.own_scope()).await?;
    let keep = |it: &()| keeper.keep(&answer(it));
    let (accounts, login) = (&call.api.accounts, &call.body.login);
    let outcome = accounts.request_recovery(login, means, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
