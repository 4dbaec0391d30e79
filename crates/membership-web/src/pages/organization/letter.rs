//! A personal link to hand over, shown this once: as text, as a picture for a phone, and as a letter to print, with a short
//! code for whoever has no phone at hand (S4.8).

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use membership_core::service::HandedOver;
use membership_core::view::{MemberView, OrganizationView};
use secrecy::ExposeSecret;

use crate::answer::{html, see_other};
use crate::page::Page;
use crate::pages::account::code;
use crate::qr;
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

#[derive(Template)]
#[template(path = "letter.html")]
struct LetterPage {
    page: Page,
    lead: String,
    link: String,
    letter: Letter,
    /// Where "done" leads.
    back: String,
}

/// The letter, in the language of whoever gets it.
struct Letter {
    language: &'static str,
    organization: String,
    title: String,
    greeting: String,
    why: String,
    /// The picture of the link; nothing if it cannot be drawn, for the code leads to the same page.
    picture: Option<String>,
    picture_label: String,
    scan: String,
    type_it: String,
    code_page: String,
    code_label: String,
    code: String,
    then: String,
    until: String,
    keep: String,
}

/// Shows a personal link that was just made to be handed over.
pub(crate) fn link_to_hand_over(web: &Web, visit: &Visit, view: &OrganizationView, member: &MemberView) -> Response {
    let organization = view.head.organization.id;
    let back = format!("/organizations/{organization}/members/{}", member.member.id);
    let Some(handed) = web.memberships().handed_over(organization, member) else { return see_other(&back) };
    let link = web.address(&format!("/join/{}", handed.link.expose_secret()));
    let page = LetterPage {
        page: visit.page(visit.words.t("link-title")).of(view, "members"),
        lead: visit.words.t1("set-up-link-lead", "name", &member.member.name),
        letter: letter(web, view, member, (&handed, &link)),
        link,
        back,
    };
    html(StatusCode::OK, &page)
}

fn letter(web: &Web, view: &OrganizationView, member: &MemberView, (handed, link): (&HandedOver, &str)) -> Letter {
    let organization = &view.head.organization;
    let words = Words { language: member.member.language_in(organization) };
    let until = (("link", words.moment(handed.expires_at)), ("code", words.moment(handed.code_expires_at)));
    Letter {
        language: words.language.tag(),
        organization: organization.name.to_string(),
        title: words.t1("letter-title", "organization", &organization.name),
        greeting: words.t1("letter-greeting", "name", &member.member.name),
        why: words.t1("letter-why", "organization", &organization.name),
        picture: qr::picture(link),
        picture_label: words.t("letter-picture"),
        scan: words.t("letter-scan"),
        type_it: words.t("letter-type"),
        code_page: web.address(code::PATH),
        code_label: words.t("field-typed-code"),
        code: handed.code.expose_secret().to_owned(),
        then: words.t("letter-then"),
        until: words.t2("letter-until", until.0, until.1),
        keep: words.t1("letter-keep", "organization", &organization.name),
    }
}
