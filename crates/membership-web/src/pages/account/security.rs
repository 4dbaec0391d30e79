//! What one shows besides the password: what is set up, and the ways to set more up and to give it up.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::Given;
use membership_core::second_factor::{Assurance, Passkey};
use membership_core::service::{FactorSetUp, MyFactors};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other, with_cookie};
use crate::form::Posted;
use crate::form::token::FormToken;
use crate::local_path::{leading_to, local_path, saying};
use crate::page::Page;
use crate::pages::account::elsewhere::{Button, second_factor_buttons};
use crate::pages::account::{done, go_on_as, passkey, proof};
use crate::pages::organization::confirm::Confirm;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::web::Web;

/// Where all of it is.
pub(crate) const PATH: &str = "/profile/security";

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage {
    page: Page,
    /// What sent the visitor here, if something did, and what it still waits for.
    errand: Option<Errand>,
    /// Where else the second factor can be shown, if one still is to be.
    elsewhere: Vec<Button>,
    /// Since when there is an authenticator app.
    app: Option<String>,
    passkeys: Vec<ShownPasskey>,
    /// Whether one can be added here, and where.
    new_passkey: Option<String>,
    /// How many recovery codes are left, if there is a second factor.
    codes: Option<usize>,
    /// The way back, as forms carry it.
    next: String,
}

/// Somewhere a second factor was asked for.
struct Errand {
    text: String,
    href: String,
    label: String,
}

struct ShownPasskey {
    id: String,
    name: String,
    detail: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
    next: Option<String>,
}

/// Shows what is set up.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let caller = visit.caller()?;
    let words = visit.words;
    let mine = visit.web.accounts.my_factors(caller).await?;
    let next = asked.next.as_deref().and_then(local_path);
    let two_factors = caller.sign_in.assurance == Assurance::TwoFactors;
    let template = SecurityPage {
        page: below_profile(&visit, "security-title").after(asked.done.as_deref()),
        elsewhere: if next.is_some() && !two_factors { second_factor_buttons(&visit) } else { Vec::new() },
        errand: next.and_then(|next| errand(&visit, &mine, two_factors, next)),
        app: mine.factors.confirmed_totp().and_then(|it| it.confirmed_at).map(|at| words.date(at)),
        passkeys: mine.factors.passkeys.iter().map(|it| shown(&visit, it)).collect(),
        new_passkey: mine.passkeys.then(|| next.map_or(passkey::PATH.to_owned(), |it| leading_to(passkey::PATH, it))),
        codes: mine.factors.is_on().then_some(mine.factors.codes.len()),
        next: next.unwrap_or_default().to_owned(),
    };
    Ok(html(StatusCode::OK, &template))
}

/// What whoever was sent here is to do before the page they came from opens.
fn errand(visit: &Visit, mine: &MyFactors, two_factors: bool, next: &str) -> Option<Errand> {
    let words = visit.words;
    let told = |text: &str, href: String, label: &str| Errand { text: words.t(text), href, label: words.t(label) };
    match (mine.factors.is_on(), two_factors) {
        (false, true) => Some(told("security-errand-shown", next.to_owned(), "security-go-on")),
        (true, true) => Some(told("security-errand-done", next.to_owned(), "security-go-on")),
        (true, false) => Some(told("security-errand-show", proof::leading_back(next), "proof-title")),
        (false, false) => Some(told("security-errand", "#app".to_owned(), "security-errand-begin")),
    }
}

fn shown(visit: &Visit, passkey: &Passkey) -> ShownPasskey {
    let words = visit.words;
    let detail = match passkey.used_at {
        Some(at) => words.t1("passkey-used", "date", words.moment(at)),
        None => words.t1("passkey-added", "date", words.date(passkey.created_at)),
    };
    ShownPasskey { id: passkey.id.to_string(), name: passkey.name.clone(), detail }
}

/// A page below the profile.
pub(crate) fn below_profile(visit: &Visit, title: &str) -> Page {
    visit.page(visit.words.t(title)).under("/profile", visit.words.t("profile-title"))
}

/// Refuses whoever has not shown for a while who they are; the proof then leads back to `here`.
pub(crate) async fn fresh(visit: &Visit, here: &str) -> Result<MyFactors, Stop> {
    let mine = visit.web.accounts.my_factors(visit.caller()?).await?;
    if mine.fresh { Ok(mine) } else { Err(Stop::FreshProof(here.to_owned())) }
}

/// Asks before a factor is given up.
pub(crate) async fn ask_removal(visit: Visit, Path(factor): Path<String>) -> Answer {
    let mine = fresh(&visit, &visit.back).await?;
    let words = visit.words;
    let (title, is_last) = match given(&factor)? {
        Given::Totp => {
            mine.factors.confirmed_totp().ok_or(Stop::NotFound)?;
            (words.t("remove-app-title"), mine.factors.passkeys.is_empty())
        }
        Given::Passkey(id) => {
            let name = &mine.factors.passkey(id).map_err(|_| Stop::NotFound)?.name;
            let is_last = mine.factors.passkeys.len() == 1 && mine.factors.confirmed_totp().is_none();
            (words.t1("remove-passkey-title", "name", name), is_last)
        }
    };
    let consequences = if is_last {
        vec![words.t("remove-last-password"), words.t("remove-last-codes"), words.t("remove-last-sign-ins")]
    } else {
        vec![words.t("remove-one-of-several")]
    };
    let template = Confirm {
        page: visit.page(title).under(PATH, words.t("security-title")),
        consequences,
        fields: Vec::new(),
        choices: None,
        action: visit.back.clone(),
        submit: words.t("remove-submit"),
        grave: true,
        back: PATH.to_owned(),
    };
    Ok(html(StatusCode::OK, &template))
}

/// Gives a factor up. With the last one every sign-in has ended, this one included.
pub(crate) async fn remove(State(web): State<Web>, Path(factor): Path<String>, posted: Posted) -> Answer {
    let caller = posted.visit.caller()?;
    let left = web.accounts.remove_factor(caller, given(&factor)?).await?;
    if left.is_on() {
        return Ok(see_other(&saying(PATH, "factor-removed")));
    }
    let next = saying(&leading_to("/sign-in", PATH), "last-factor-removed");
    Ok(with_cookie(see_other(&next), &web.cookies().sign_out()))
}

/// What an address names: the app, or a passkey by its id.
fn given(factor: &str) -> Result<Given, Stop> {
    if factor == "app" {
        return Ok(Given::Totp);
    }
    factor.parse().map(Given::Passkey).map_err(|_| Stop::NotFound)
}

/// Asks before the recovery codes are made anew.
pub(crate) async fn ask_codes(visit: Visit) -> Answer {
    let mine = fresh(&visit, &visit.back).await?;
    if !mine.factors.is_on() {
        return Ok(see_other(PATH));
    }
    let words = visit.words;
    let template = Confirm {
        page: visit.page(words.t("codes-anew-title")).under(PATH, words.t("security-title")),
        consequences: vec![words.t("codes-anew-void"), words.t("codes-anew-once")],
        fields: Vec::new(),
        choices: None,
        action: visit.back.clone(),
        submit: words.t("codes-anew-submit"),
        grave: false,
        back: PATH.to_owned(),
    };
    Ok(html(StatusCode::OK, &template))
}

/// Makes them anew, and shows them this once.
pub(crate) async fn make_codes(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let caller = visit.caller()?;
    let codes = done(web.accounts.make_recovery_codes(caller, visit.request(), |_| None).await?)?;
    let page = visit.page(visit.words.t("codes-title")).under(PATH, visit.words.t("security-title"));
    Ok(codes_page(page, codes, PATH))
}

/// Goes on as whoever has just added a factor: to the recovery codes if there are new ones, else to where one was.
pub(crate) fn added(visit: &Visit, set_up: FactorSetUp, next: Option<&str>) -> Response {
    let (web, token) = (&visit.web, &set_up.signed_in.token);
    if set_up.codes.is_empty() {
        return go_on_as(web, token, next.unwrap_or(&saying(PATH, "factor-added")));
    }
    let mut page = visit.page(visit.words.t("codes-title")).after(Some("factor-added"));
    page.form_token = FormToken::of(token.expose()).masked(web.memberships().ports().random.as_ref());
    with_cookie(codes_page(page, set_up.codes, next.unwrap_or(PATH)), &web.cookies().sign_in(token))
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    page: Page,
    codes: Vec<String>,
    next: String,
}

/// The recovery codes, shown once, and the way on.
fn codes_page(page: Page, codes: Vec<String>, next: &str) -> Response {
    html(StatusCode::OK, &CodesPage { page, codes, next: next.to_owned() })
}
