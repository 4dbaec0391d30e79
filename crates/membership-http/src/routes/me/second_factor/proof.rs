//! `POST /me/proof`: show once more who one is.

use membership_core::service;

use crate::admission::Known;
use crate::answer::Answered;
use crate::call::Call;
use crate::dto::second_factor::Proof;
use crate::dto::user::{SignedIn, let_in};

/// Show once more who one is: by a second factor, or by the password if there is none. A fresh sign-in takes the place
/// of the present one; for ten minutes it may change the password and second factors.
#[utoipa::path(post, path = "/me/proof", tag = "second factor", operation_id = "prove_identity", request_body = Proof,
    responses((status = 201, description = "a fresh sign-in", body = SignedIn)))]
pub(crate) async fn proof(call: Call<Known, Proof>) -> Answered {
    let sign_in = &call.by.0.sign_in;
    let evidence = call.body.evidence()?;
    let keeper = call.keeper(sign_in.user.0).await?;
    let keep = |it: &service::SignedIn| keeper.keep(&let_in(it));
    let proving = call.api.accounts.prove((sign_in.user, sign_in.token), evidence, keeper.request(), keep);
    let outcome = call.api.options.limits.prove(call.client, sign_in.user, proving).await??;
    keeper.answer(outcome, let_in)
}
