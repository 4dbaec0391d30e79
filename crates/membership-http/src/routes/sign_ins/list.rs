//! `GET /sign-ins`: where one is signed in.

use crate::admission::Known;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::account::SignInOfMine;
use crate::dto::page::Page;

/// List one's own sign-ins, the last used one first.
#[utoipa::path(get, path = "/sign-ins", tag = "sign-ins",
    responses((status = 200, description = "one's sign-ins", body = Page<SignInOfMine>)))]
pub(crate) async fn list(call: Call<Known>) -> Answered {
    let caller = &call.by.0;
    let sign_ins = call.api.accounts.sign_ins(caller).await?;
    Ok(Answer::ok(&Page::whole(sign_ins.iter().map(|it| SignInOfMine::of(it, &caller.sign_in)).collect())))
}
