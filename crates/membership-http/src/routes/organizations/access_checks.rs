//! `POST /organizations/{org}/access-checks`: may somebody do something, and why not?

use crate::admission::Asking;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::access_check::{AccessAnswer, AccessAnswered, AccessAnswers, AccessChecks, Asked};

/// Ask what somebody may do, in general or on a record: one question, or up to 100 in `checks`. Members may ask about
/// themselves, whatever their status; whoever may see the members, and the operator, may ask about anybody.
#[utoipa::path(post, path = "/organizations/{org}/access-checks", tag = "records", request_body = AccessChecks,
    responses((status = 200, description = "one answer to one question, a list to a list", body = AccessAnswered)))]
pub(crate) async fn access_checks(call: Call<Asking, AccessChecks>) -> Answered {
    let organization = call.organization()?;
    let by = call.by.actor;
    let language = call.body.language()?.unwrap_or(call.by.language);
    let asked = call.body.asked(by)?;
    let verdicts = call.memberships().check_access(organization, by, asked.questions()).await?;
    let mut answers: Vec<_> = verdicts.iter().map(|it| AccessAnswer::of(it, language)).collect();
    let answer = match (&asked, answers.pop()) {
        (Asked::One(_), Some(one)) => AccessAnswered::One(one),
        (_, last) => AccessAnswered::Many(AccessAnswers { checks: answers.into_iter().chain(last).collect() }),
    };
    Ok(Answer::ok(&answer))
}
