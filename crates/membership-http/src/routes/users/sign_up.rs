//! `POST /users`: ask for an account.

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::user::{NewUser, SignUpReceived};

/// Ask for an account. The answer is the same whether or not the address has one; its mailbox learns the truth.
#[utoipa::path(post, path = "/users", tag = "users", security(()), request_body = NewUser,
    responses((status = 202, description = "a mail is on its way", body = SignUpReceived)))]
pub(crate) async fn sign_up(call: Call<Anyone, NewUser>) -> Answered {
    let form = call.body.form()?;
    let answer = |(): &()| Answer::accepted(&SignUpReceived::default());
    let keeper = call.keeper(call.own_scope()).await?;
    let outcome = call.api.accounts.sign_up(form, keeper.request(), |it| keeper.keep(&answer(it))).await?;
    keeper.answer(outcome, answer)
}
