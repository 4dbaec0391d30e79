//! `POST /set-up-links/redeem`: set up a login.

use membership_core::secret::LinkKind;
use membership_core::service::SetUpAccount;

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::set_up::{ChosenLogin, SetUpLogin};

/// Set up a login by a personal link, once, and be signed in. Whoever is signed in already takes the membership over
/// with the account they have; that sign-in ends.
#[utoipa::path(post, path = "/set-up-links/redeem", tag = "joining", operation_id = "redeem_set_up_link",
    security((), ("bearer" = [])), request_body = ChosenLogin,
    responses((status = 201, description = "set up, and signed in", body = SetUpLogin)))]
pub(crate) async fn redeem(call: Call<Anyone, ChosenLogin>) -> Answered {
    let (token, form) = (call.body.token(), call.body.form()?);
    let answer = |it: &SetUpAccount| Answer::created(&SetUpLogin::from(it));
    let keeper = call.keeper(call.link_scope(LinkKind::SetUp, token)).await?;
    let keep = |it: &SetUpAccount| keeper.keep(&answer(it));
    let caller = call.by.0.as_ref();
    let outcome = call.api.accounts.redeem_set_up(token, form, caller, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
