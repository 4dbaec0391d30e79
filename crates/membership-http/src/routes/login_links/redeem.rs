//! `POST /login-links/redeem`: sign in by a link.

use membership_core::secret::LinkKind;
use membership_core::service;

use crate::admission::Anyone;
use crate::answer::Answered;
use crate::call::Call;
use crate::dto::joining::ShownLink;
use crate::dto::user::{SecondFactorAwaited, SignedIn, let_in};

/// Sign in by a link that was mailed; it works once. A sign-in that the request comes with ends.
#[utoipa::path(post, path = "/login-links/redeem", tag = "recovery", operation_id = "redeem_login_link", security(()),
    request_body = ShownLink, responses((status = 201, description = "signed in", body = SignedIn),
        (status = 202, description = "a second factor is to be shown", body = SecondFactorAwaited)))]
pub(crate) async fn redeem(call: Call<Anyone, ShownLink>) -> Answered {
    let token = call.body.token();
    let ends = call.by.0.as_ref().map(|caller| &caller.sign_in);
    let keeper = call.keeper(call.link_scope(LinkKind::OneTimeLogin, token)).await?;
    let keep = |it: &service::SignedIn| keeper.keep(&let_in(it));
    let outcome = call.api.accounts.redeem_login_link(token, ends, keeper.request(), keep).await?;
    keeper.answer(outcome, let_in)
}
