//! Complete a sign-up: the link shows that the person reads the mailbox, the password that it is the same person.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use membership_core::refusal::Refusal;
use membership_core::service::Failure;
use membership_core::user::SignUp;
use membership_http::Limits;
use secrecy::ExposeSecret;

use crate::answer::{Answer, html};
use crate::form::{Field, Posted, Problems};
use crate::link_cookie::VERIFY;
use crate::page::Page;
use crate::pages::account::{done, go_on_as};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    page: Page,
    email: String,
    field: Field,
}

/// Moves the link out of the address.
pub(crate) async fn take_link(State(web): State<Web>, Path(link): Path<String>) -> Response {
    VERIFY.take(&web, &link)
}

/// Asks for the password that was chosen.
pub(crate) async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let link = VERIFY.link(&visit.web, &headers).ok_or(Failure::from(Refusal::UnknownLink))?;
    let sign_up = visit.web.accounts.pending_sign_up(link.expose_secret()).await?;
    Ok(form(&visit, &sign_up, &Problems::none(visit.words)))
}

/// Makes the account and signs the person in.
pub(crate) async fn act(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let link = VERIFY.link(&web, &headers).ok_or(Failure::from(Refusal::UnknownLink))?;
    let sign_up = web.accounts.pending_sign_up(link.expose_secret()).await?;
    let password = posted.some_password();
    let verifying = web.accounts.verify(link.expose_secret(), &password, posted.visit.request(), |_| None);
    let login = Limits::login_of_sign_up(sign_up.id.0);
    let tried = web.limits.sign_in(posted.visit.client, &login, verifying).await.map_err(Stop::RateLimited)?;
    match or_refusal(tried)? {
        Ok(outcome) => {
            let answer = go_on_as(&web, &done(outcome)?.token, "/organizations?done=verified");
            Ok(VERIFY.forget(&web, answer))
        }
        Err(Refusal::WrongCredentials) => {
            let mut problems = Problems::none(posted.visit.words);
            problems.say("password", posted.visit.words.t("verify-wrong-password"));
            Ok(form(&posted.visit, &sign_up, &problems))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn form(visit: &Visit, sign_up: &SignUp, problems: &Problems) -> Response {
    let words = visit.words;
    let page = visit.page(words.t("verify-title")).with_problem(problems.summary());
    let field = Field::password(words.t("field-password"), "current-password").judged(problems);
    html(problems.status(), &VerifyPage { page, email: sign_up.email.to_string(), field })
}
