//! Show once more who one is, before a step that asks for it, and go on to where one was.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use membership_core::refusal::Refusal;
use membership_core::service::{Challenge, Evidence, MyFactors};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::local_path::{leading_to, local_path, sign_in_and_return};
use crate::page::Page;
use crate::pages::account::passkey::asked_of;
use crate::pages::account::second_factor::evidence;
use crate::pages::account::{done, go_on_as, security};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

pub(crate) const PATH: &str = "/profile/proof";

/// The address that asks for the proof and then leads to `next`.
pub(crate) fn leading_back(next: &str) -> String {
    leading_to(PATH, next)
}

/// The page on which somebody shows who they are: here, and in the second step of signing in.
#[derive(Template)]
#[template(path = "proof.html")]
pub(crate) struct ProofPage {
    pub page: Page,
    pub lead: String,
    pub action: &'static str,
    pub next: String,
    /// A form that waits to be sent again.
    pub kept: Option<String>,
    /// What a passkey is to answer, if there is one to show.
    pub passkey: Option<Challenge>,
    /// What can be typed; nothing if there is nothing to type.
    pub field: Option<Field>,
    pub submit: String,
    /// What helps whoever cannot.
    pub help: Option<String>,
    /// Where signing in anew leads, for whoever has nothing to show but that.
    pub anew: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    pub next: Option<String>,
}

/// Asks for the proof; whoever has just given it goes on.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let caller = visit.known()?;
    let next = asked.next.as_deref().and_then(local_path).unwrap_or(security::PATH);
    let mine = visit.web.accounts.my_factors(caller).await?;
    if mine.fresh {
        return Ok(see_other(next));
    }
    form(&visit, &mine, next, &Problems::none(visit.words)).await
}

/// Checks it. A fresh sign-in takes the place of the present one.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let caller = visit.known()?;
    let next = local_path(posted.text("next")).unwrap_or(security::PATH);
    let mine = web.accounts.my_factors(caller).await?;
    let shown = if mine.factors.is_on() { evidence(&posted) } else { Evidence::Password(posted.some_password()) };
    let from = (caller.user.id, caller.sign_in.token);
    let proving = web.accounts.prove(from, shown, visit.request(), |_| None);
    let tried = web.limits.prove(visit.client, caller.user.id, proving).await.map_err(Stop::RateLimited)?;
    let mut problems = Problems::none(visit.words);
    match or_refusal(tried)? {
        Ok(outcome) => return Ok(go_on_as(&web, &done(outcome)?.token, next)),
        Err(refusal @ (Refusal::WrongCode | Refusal::CodeUsed)) => problems.add_to("code", &refusal),
        Err(refusal @ Refusal::WrongPassword) => problems.add_to("password", &refusal),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::PasskeyRefused)) => problems.add(&refusal),
        Err(refusal) => return Err(refusal.into()),
    }
    form(visit, &mine, next, &problems).await
}

async fn form(visit: &Visit, mine: &MyFactors, next: &str, problems: &Problems) -> Answer {
    let words = visit.words;
    let (is_on, has_password) = (mine.factors.is_on(), visit.known()?.user.password.is_some());
    let (lead, field) = match (is_on, has_password) {
        (true, _) => ("proof-lead-factor", Some(Field::code(words.t("field-code")))),
        (false, true) => ("proof-lead-password", Some(Field::password(words.t("field-password"), "current-password"))),
        (false, false) => ("proof-lead-anew", None),
    };
    let caller = visit.known()?;
    let template = ProofPage {
        passkey: asked_of(visit, caller.user.id, !mine.factors.passkeys.is_empty()).await?,
        page: visit.page(words.t("proof-title")).with_problem(problems.summary()),
        lead: words.t(lead),
        action: PATH,
        next: next.to_owned(),
        kept: None,
        anew: field.is_none().then(|| sign_in_and_return(next)),
        field: field.map(|field| field.judged(problems)),
        submit: words.t("proof-submit"),
        help: is_on.then(|| words.t("factor-lost")),
    };
    let status = if problems.summary().is_some() { problems.status() } else { StatusCode::OK };
    Ok(html(status, &template))
}
