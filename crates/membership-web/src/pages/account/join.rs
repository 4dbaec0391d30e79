//! Set up a login by a personal link: choose one, or take the membership over with the account one has (S4.5). Opening
//! it changes nothing (I11).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use membership_core::name::Username;
use membership_core::refusal::Refusal;
use membership_core::service::{Failure, SetUpForm, SetUpInspection};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::link_cookie::JOIN;
use crate::local_path::sign_in_and_return;
use crate::page::Way;
use crate::pages::account::form_page::{Button, FormPage};
use crate::pages::account::{done, go_on_as};
use crate::stop::{Message, Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// Moves the link out of the address.
pub(crate) async fn take_link(State(web): State<Web>, Path(link): Path<String>) -> Response {
    JOIN.take(&web, &link)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    username: String,
}

/// What stands below a field while somebody types.
#[derive(Template)]
#[template(path = "checked.html")]
struct Checked {
    is_free: bool,
    text: String,
}

fn link_of(web: &Web, headers: &HeaderMap) -> Result<SecretString, Stop> {
    JOIN.link(web, headers).ok_or_else(|| Failure::from(Refusal::UnknownLink).into())
}

/// Asks for username and password, or whether to take the membership over.
pub(crate) async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let link = link_of(&visit.web, &headers)?;
    let inspection = visit.web.accounts.inspect_set_up(link.expose_secret()).await?;
    Ok(form(&visit, &inspection, None, &Problems::none(visit.words)))
}

/// Says whether a username can be had, while it is typed. Nothing is decided by it: sending the form is checked anew.
pub(crate) async fn check(visit: Visit, headers: HeaderMap, Query(typed): Query<Typed>) -> Answer {
    let link = link_of(&visit.web, &headers)?;
    let checking = async {
        let username = Username::parse(&typed.username)?;
        visit.web.accounts.check_username(link.expose_secret(), &username).await
    };
    let checked = match or_refusal(checking.await)? {
        Ok(()) => Checked { is_free: true, text: visit.words.t("join-username-free") },
        Err(refusal) => Checked { is_free: false, text: visit.words.refusal(&refusal) },
    };
    Ok(html(StatusCode::OK, &checked))
}

/// Sets the login up and signs the person in.
pub(crate) async fn act(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let link = link_of(&web, &headers)?;
    let visit = &posted.visit;
    let inspection = web.accounts.inspect_set_up(link.expose_secret()).await?;
    let mut problems = Problems::none(visit.words);
    let caller = visit.caller.as_deref();
    let typed = if caller.is_some() { Some(SetUpForm::default()) } else { read(&posted, &mut problems) };
    if let Some(typed) = typed {
        let setting_up = web.accounts.redeem_set_up(link.expose_secret(), typed, caller, visit.request(), |_| None);
        match or_refusal(setting_up.await)? {
            Ok(outcome) => {
                let account = done(outcome)?;
                let path = format!("/organizations/{}", account.organization);
                let answer = match &account.token {
                    Some(token) => go_on_as(&web, token, &path),
                    None => see_other(&path),
                };
                return Ok(JOIN.forget(&web, answer));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(visit, &inspection, Some(&posted), &problems))
}

fn read(posted: &Posted, problems: &mut Problems) -> Option<SetUpForm> {
    let username = problems.read(posted.optional("username").map(Username::parse).transpose())?;
    Some(SetUpForm { username, password: posted.password(), language: Some(posted.visit.words.language) })
}

fn form(visit: &Visit, inspection: &SetUpInspection, posted: Option<&Posted>, problems: &Problems) -> Response {
    let words = visit.words;
    let page = visit.page(words.t1("join-title", "organization", &inspection.organization_name));
    if inspection.has_account && visit.caller.is_none() {
        let ways = vec![Way::to(sign_in_and_return(JOIN.path), words.t("way-sign-in"))];
        return html(StatusCode::OK, &Message { page, text: words.t("join-has-account"), ways });
    }
    let (lead, fields, label) = match &visit.caller {
        Some(caller) => (words.t1("join-take-over", "name", &caller.user.name), Vec::new(), words.t("join-as-this")),
        None => {
            let fields = newcomer(visit, inspection, posted, problems);
            (words.t1("join-lead", "name", &inspection.name), fields, words.t("join-submit"))
        }
    };
    let template = FormPage {
        page: page.with_problem(problems.summary()),
        lead,
        action: JOIN.path,
        fields,
        buttons: Button::only(label),
    };
    html(problems.status(), &template)
}

fn newcomer(visit: &Visit, inspection: &SetUpInspection, posted: Option<&Posted>, problems: &Problems) -> Vec<Field> {
    let words = visit.words;
    // A name is put there only where one must be chosen: whoever may leave it out is not to choose one unawares.
    let suggested = inspection.suggested_username.as_ref().filter(|_| inspection.asks_username);
    let prepared = inspection.username.as_ref().or(suggested).map_or("", Username::as_str);
    let username = Field::line("username", words.t("field-username"))
        .with(posted.map_or(prepared, |posted| posted.text("username")))
        .filled_with("username")
        .hinted(words.t("hint-username"))
        .checked_at("/join/username")
        .at_most(Username::LONGEST);
    let username =
        if inspection.asks_username || inspection.username.is_some() { username } else { username.optional() };
    let shortest = visit.web.accounts.rules().shortest_password;
    let password = Field::password(words.t("field-password"), "new-password");
    vec![username.judged(problems), password.hinted(words.n("hint-new-password", shortest)).judged(problems)]
}
