//! Add a passkey: the browser makes it, and its answer comes with the form.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use membership_core::id::UserId;
use membership_core::service::Challenge;

use crate::answer::{Answer, html};
use crate::form::{Field, Posted, Problems};
use crate::local_path::{leading_to, local_path};
use crate::page::Page;
use crate::pages::account::done;
use crate::pages::account::proof::Asked;
use crate::pages::account::security::{self, added, fresh};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// Where it is.
pub(crate) const PATH: &str = "/profile/security/passkey";

/// The longest name of a passkey, in characters.
const LONGEST_NAME: usize = 60;

#[derive(Template)]
#[template(path = "passkey.html")]
struct PasskeyPage {
    page: Page,
    challenge: Challenge,
    field: Field,
    next: String,
}

/// Asks what it shall be called.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    fresh(&visit, &visit.back).await?;
    let next = asked.next.as_deref().and_then(local_path);
    form(&visit, "", next, &Problems::none(visit.words)).await
}

/// Adds it.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let caller = visit.caller()?;
    let next = local_path(posted.text("next"));
    fresh(visit, &next.map_or(PATH.to_owned(), |next| leading_to(PATH, next))).await?;
    let name = posted.text("name");
    let made = (name, posted.text("challenge"), posted.text("answer"));
    let adding = web.accounts.add_passkey(caller, made, visit.request(), |_| None);
    let tried = web.limits.prove(visit.client, caller.user.id, adding).await.map_err(Stop::RateLimited)?;
    match or_refusal(tried)? {
        Ok(outcome) => Ok(added(visit, done(outcome)?, next)),
        Err(refusal) => {
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            form(visit, name, next, &problems).await
        }
    }
}

async fn form(visit: &Visit, name: &str, next: Option<&str>, problems: &Problems) -> Answer {
    let words = visit.words;
    let challenge = visit.web.accounts.offer_passkey(visit.caller()?).await?;
    let field = Field::line("name", words.t("field-passkey-name"))
        .with(name)
        .at_most(LONGEST_NAME)
        .hinted(words.t("hint-passkey-name"))
        .judged(problems);
    let page = visit.page(words.t("passkey-title")).under(security::PATH, words.t("security-title"));
    let page = page.with_problem(problems.summary());
    let next = next.unwrap_or_default().to_owned();
    let status = if problems.summary().is_some() { problems.status() } else { StatusCode::OK };
    Ok(html(status, &PasskeyPage { page, challenge, field, next }))
}

/// A challenge to show one of a person's passkeys; none where they have none or there are none.
pub(crate) async fn asked_of(visit: &Visit, user: UserId, has_passkeys: bool) -> Result<Option<Challenge>, Stop> {
    if !has_passkeys {
        return Ok(None);
    }
    Ok(or_refusal(visit.web.accounts.ask_passkey(Some(user)).await)?.ok())
}
