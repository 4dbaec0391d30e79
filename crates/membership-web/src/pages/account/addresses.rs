//! One's own addresses: add, verify, choose the one that is written to, remove.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use membership_core::email::EmailAddress;
use membership_core::refusal::Refusal;
use membership_core::service::Failure;
use secrecy::ExposeSecret;

use crate::answer::{Answer, html, see_other};
use crate::form::{Posted, Problems};
use crate::link_cookie::CONFIRM;
use crate::pages::account::form_page::{Button, FormPage};
use crate::pages::account::{done, profile};
use crate::stop::or_refusal;
use crate::visit::Visit;
use crate::web::Web;

/// Adds an address, makes one the primary, or removes one.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let user = posted.visit.user()?;
    let mut problems = Problems::none(posted.visit.words);
    if let Some(address) = problems.read(EmailAddress::parse(posted.text("email"))) {
        let (outcome, what) = match posted.text("do") {
            "primary" => (web.accounts.make_primary(user, address).await.map(drop), "address-primary"),
            "remove" => (web.accounts.remove_email(user, address).await.map(drop), "address-removed"),
            _ => {
                let request = posted.visit.request();
                (web.accounts.add_email(user, address, request, |_| None).await.map(drop), "address-added")
            }
        };
        match or_refusal(outcome)? {
            Ok(()) => return Ok(see_other(&format!("/profile?done={what}"))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    profile::again(&posted.visit, posted.text("email"), &problems)
}

/// The way back from the address of the form.
pub(crate) async fn back() -> Response {
    see_other("/profile")
}

/// Moves the link out of the address.
pub(crate) async fn take_link(State(web): State<Web>, Path(link): Path<String>) -> Response {
    CONFIRM.take(&web, &link)
}

/// Asks whoever is signed in to confirm the address.
pub(crate) async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let user = visit.user()?;
    let link = CONFIRM.link(&visit.web, &headers).ok_or(Failure::from(Refusal::UnknownLink))?;
    visit.web.accounts.check_email_link(user, link.expose_secret()).await?;
    let words = visit.words;
    let page = FormPage {
        lead: words.t1("confirm-address-lead", "name", &visit.caller()?.user.name),
        page: visit.page(words.t("confirm-address-title")),
        action: CONFIRM.path,
        fields: Vec::new(),
        buttons: Button::only(words.t("confirm-address-submit")),
    };
    Ok(html(StatusCode::OK, &page))
}

/// Verifies it.
pub(crate) async fn confirm(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let user = posted.visit.user()?;
    let link = CONFIRM.link(&web, &headers).ok_or(Failure::from(Refusal::UnknownLink))?;
    let request = posted.visit.request();
    done(web.accounts.verify_email(user, link.expose_secret(), request, |_| None).await?)?;
    Ok(CONFIRM.forget(&web, see_other("/profile?done=address-verified")))
}
