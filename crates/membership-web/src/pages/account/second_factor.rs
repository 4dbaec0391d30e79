//! The second step of signing in: show the second factor.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use membership_core::id::UserId;
use membership_core::refusal::Refusal;
use membership_core::secret::{SignInToken, TokenHash};
use membership_core::service::{Evidence, Failure};
use secrecy::SecretString;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::pages::account::form_page::{Button, FormPage};
use crate::pages::account::{done, go_on_with};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

pub(crate) const PATH: &str = "/sign-in/second-factor";

/// The sign-in that the cookie says waits for the second factor.
fn waiting(web: &Web, headers: &HeaderMap) -> Result<(UserId, TokenHash), Stop> {
    let token = web.cookies().token(headers).as_deref().and_then(SignInToken::read_pending);
    token.ok_or_else(|| Failure::from(Refusal::PendingSignInOver).into())
}

/// Asks for a code; whoever is signed in already goes on.
pub(crate) async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    if visit.caller.is_some() {
        return Ok(see_other("/organizations"));
    }
    visit.web.accounts.pending(waiting(&visit.web, &headers)?).await?;
    Ok(form(&visit, &Problems::none(visit.words)))
}

/// Completes the sign-in.
pub(crate) async fn act(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let from = waiting(&web, &headers)?;
    let proving = web.accounts.prove(from, evidence(posted.text("code")), visit.request(), |_| None);
    let tried = web.limits.prove(visit.client, from.0, proving).await.map_err(Stop::RateLimited)?;
    match or_refusal(tried)? {
        Ok(outcome) => Ok(go_on_with(&web, &done(outcome)?, "/organizations")),
        Err(refusal @ (Refusal::WrongCode | Refusal::CodeUsed)) => {
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            Ok(form(visit, &problems))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// A code of an app has digits only; anything else is a recovery code.
fn evidence(typed: &str) -> Evidence {
    let is_of_an_app = typed.chars().all(|c| c.is_ascii_digit() || c.is_whitespace());
    if is_of_an_app { Evidence::Totp(typed.to_owned()) } else { Evidence::RecoveryCode(SecretString::from(typed)) }
}

fn form(visit: &Visit, problems: &Problems) -> Response {
    let words = visit.words;
    let page = FormPage {
        page: visit.page(words.t("factor-title")).with_problem(problems.summary()),
        lead: words.t("factor-lead"),
        action: PATH,
        fields: vec![Field::line("code", words.t("field-code")).filled_with("one-time-code").judged(problems)],
        buttons: Button::only(words.t("sign-in")),
    };
    let status = if problems.summary().is_some() { problems.status() } else { StatusCode::OK };
    html(status, &page)
}
