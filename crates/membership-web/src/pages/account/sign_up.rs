//! Ask for an account. The answer is the same for an address that has one (I13); the rest is told by mail.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use membership_core::email::EmailAddress;
use membership_core::name::PersonName;
use membership_core::service::SignUpForm;
use secrecy::SecretString;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::page::{Page, Way};
use crate::stop::{Message, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    page: Page,
    fields: Vec<Field>,
}

/// Asks for name, address and password.
pub(crate) async fn show(visit: Visit) -> Answer {
    if visit.caller.is_some() {
        return Ok(see_other("/organizations"));
    }
    Ok(form(&visit, None, &Problems::none(visit.words)))
}

/// Writes to the address, and says no more than that.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let mut problems = Problems::none(posted.visit.words);
    if let Some(form) = read_person(&posted, &mut problems) {
        match or_refusal(web.accounts.sign_up(form, posted.visit.request(), |()| None).await)? {
            Ok(_) => return Ok(see_other("/sign-up/sent")),
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(&posted.visit, Some(&posted), &problems))
}

/// Says that a mail is on its way.
pub(crate) async fn sent(visit: Visit) -> Answer {
    let words = visit.words;
    let mut ways = vec![Way::to("/sign-in", words.t("way-sign-in"))];
    if visit.web.mailbox.is_some() {
        ways.insert(0, Way::to("/dev/mailbox", words.t("way-mailbox")));
    }
    let page = visit.page(words.t("sign-up-sent"));
    Ok(html(http::StatusCode::OK, &Message { page, text: words.t("sign-up-sent-text"), ways }))
}

/// The fields that a person's account takes, filled with what was typed.
pub(crate) fn person_fields(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> Vec<Field> {
    let words = visit.words;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let shortest = visit.web.accounts.rules().shortest_password;
    vec![
        Field::line("name", words.t("field-name"))
            .with(typed("name"))
            .filled_with("name")
            .at_most(PersonName::LONGEST)
            .judged(problems),
        Field::email("email", words.t("field-email")).with(typed("email")).at_most(254).judged(problems),
        Field::password(words.t("field-password"), "new-password")
            .hinted(words.n("hint-new-password", shortest))
            .judged(problems),
    ]
}

/// What the person told, if all of it can be read.
pub(crate) fn read_person(posted: &Posted, problems: &mut Problems) -> Option<SignUpForm> {
    let name = problems.read(PersonName::parse(posted.text("name")));
    let email = problems.read(EmailAddress::parse(posted.text("email")));
    let password = posted.password().unwrap_or_else(|| SecretString::from(""));
    Some(SignUpForm { email: email?, name: name?, password, language: posted.visit.words.language })
}

fn form(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> Response {
    let page = visit.page(visit.words.t("sign-up-title")).with_problem(problems.summary());
    html(problems.status(), &SignUpPage { page, fields: person_fields(visit, posted, problems) })
}
