//! `POST /sign-ins/second-factor`: complete a sign-in.

use membership_core::service;

use crate::admission::Anyone;
use crate::answer::Answered;
use crate::call::Call;
use crate::dto::second_factor::PendingProof;
use crate::dto::user::{SignedIn, let_in};

/// Complete a sign-in that waits for the second factor. Its pending token works once, for ten minutes.
#[utoipa::path(post, path = "/sign-ins/second-factor", tag = "sign-ins", operation_id = "show_second_factor",
    security(()), request_body = PendingProof,
    responses((status = 201, description = "signed in", body = SignedIn)))]
pub(crate) async fn second_factor(call: Call<Anyone, PendingProof>) -> Answered {
    let (from, evidence) = (call.body.from()?, call.body.evidence()?);
    let keeper = call.keeper(from.0.0).await?;
    let keep = |it: &service::SignedIn| keeper.keep(&let_in(it));
    let proving = call.api.accounts.prove(from, evidence, keeper.request(), keep);
    let outcome = call.api.options.limits.prove(call.client, from.0, proving).await??;
    keeper.answer(outcome, let_in)
}
