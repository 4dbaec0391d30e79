//! `POST /organizations/{org}/roster/rounds`: a round of mail to members without a login.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::roster::{NewRound, Round, RoundForecast};

/// Write to members without a login, so that they set one up: to the members named, or to all who match a filter. Their
/// earlier personal links die. `dry_run` tells how many would get a mail and why others would not, and writes nothing.
/// The mails go out in the background; whoever sets up a login meanwhile is left out.
#[utoipa::path(post, path = "/organizations/{org}/roster/rounds", tag = "members", request_body = NewRound,
    responses((status = 200, description = "what a round would do", body = RoundForecast),
        (status = 201, description = "the round has begun", body = Round)))]
pub(crate) async fn start_round(call: Call<Acting, NewRound>) -> Answered {
    let (organization, audience) = (call.organization()?, call.body.audience()?);
    let whose = (organization, call.by.0);
    if call.body.is_dry_run() {
        let forecast = call.api.accounts.try_round(whose, audience).await?;
        return Ok(Answer::ok(&RoundForecast::from(&forecast)));
    }
    let answer = |round: &membership_core::roster::Round| Answer::created(&Round::from(round));
    let keeper = call.keeper(organization.0).await?;
    let keep = |round: &membership_core::roster::Round| keeper.keep(&answer(round));
    let outcome = call.api.accounts.start_round(whose, audience, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
