//! Set an authenticator app up: a picture for the app to read, and a code to show that it did.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::refusal::Refusal;
use membership_core::service::TotpOffer;
use membership_http::issuer;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::local_path::{leading_to, local_path};
use crate::page::Page;
use crate::pages::account::done;
use crate::pages::account::security::{self, added, fresh};
use crate::qr;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// Where it is.
pub(crate) const PATH: &str = "/profile/security/app";

#[derive(Template)]
#[template(path = "authenticator.html")]
struct AuthenticatorPage {
    page: Page,
    /// What the app is to read; `None` before the first press.
    offer: Option<Shown>,
    next: String,
}

/// What an app is to read.
struct Shown {
    /// The picture; nothing if it cannot be drawn, for the text says the same.
    picture: Option<String>,
    address: String,
    secret: String,
    field: Field,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
}

/// Shows the app that waits to be confirmed, or how to begin.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let mine = fresh(&visit, &visit.back).await?;
    if mine.factors.confirmed_totp().is_some() {
        return Ok(see_other(security::PATH));
    }
    let next = asked.next.as_deref().and_then(local_path);
    form(&visit, next, &Problems::none(visit.words)).await
}

/// Begins, or confirms by a code.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let caller = visit.caller()?;
    let next = local_path(posted.text("next"));
    let here = next.map_or(PATH.to_owned(), |next| leading_to(PATH, next));
    fresh(visit, &here).await?;
    if posted.text("do") != "confirm" {
        web.accounts.begin_totp(caller, issuer(&web.public_url)).await?;
        return Ok(see_other(&here));
    }
    let confirming = web.accounts.confirm_totp(caller, posted.text("code"), visit.request(), |_| None);
    let tried = web.limits.prove(visit.client, caller.user.id, confirming).await.map_err(Stop::RateLimited)?;
    match or_refusal(tried)? {
        Ok(outcome) => Ok(added(visit, done(outcome)?, next)),
        Err(refusal @ Refusal::WrongCode) => {
            let mut problems = Problems::none(visit.words);
            problems.add_to("code", &refusal);
            form(visit, next, &problems).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn form(visit: &Visit, next: Option<&str>, problems: &Problems) -> Answer {
    let words = visit.words;
    let offer = visit.web.accounts.waiting_totp(visit.caller()?, issuer(&visit.web.public_url)).await?;
    let page = visit.page(words.t("app-title")).under(security::PATH, words.t("security-title"));
    let template = AuthenticatorPage {
        page: page.with_problem(problems.summary()),
        offer: offer.map(|offer| shown(visit, offer, problems)),
        next: next.unwrap_or_default().to_owned(),
    };
    let response: Response =
        html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template);
    Ok(response)
}

fn shown(visit: &Visit, offer: TotpOffer, problems: &Problems) -> Shown {
    let field = Field::code(visit.words.t("field-app-code")).judged(problems);
    Shown { picture: qr::picture(&offer.address), secret: in_fours(&offer.secret), address: offer.address, field }
}

/// A secret as one reads it out: groups of four.
fn in_fours(secret: &str) -> String {
    let letters: Vec<_> = secret.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_out_in_fours() {
        assert_eq!(in_fours("GEZDGNBVGY"), "GEZD GNBV GY");
    }
}
