//! My organizations: where I belong, what waits for me, and how to begin one of my own.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use membership_core::command::Found;
use membership_core::email::EmailAddress;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::invitation::Invitation;
use membership_core::name::OrganizationName;
use membership_core::organization::Head;
use membership_core::person::Person;
use membership_core::policy::SeatPolicy;
use membership_core::preset::{PRESETS, Preset};
use membership_core::service::OrganizationOfMine;
use membership_core::view::{Access, MemberView};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::account::done;
use crate::stop::or_refusal;
use crate::switcher::Entry;
use crate::visit::Visit;
use crate::web::Web;
use crate::words::{Words, machine_time};

#[derive(Template)]
#[template(path = "organizations.html")]
struct OrganizationsPage {
    page: Page,
    mine: Vec<Mine>,
    waiting: Vec<Waiting>,
}

struct Mine {
    href: String,
    name: String,
    role: String,
    initial: String,
    tint: u8,
    awaits_owner: bool,
    /// Whether the person holds a seat, where seats mean anything (S0.3).
    seat: Option<bool>,
    limited: Option<String>,
}

struct Waiting {
    organization_id: String,
    invitation_id: String,
    organization: String,
    role: String,
    until: String,
    until_machine: String,
}

#[derive(Template)]
#[template(path = "new_organization.html")]
struct NewOrganizationPage {
    page: Page,
    field: Field,
    presets: Choices,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Where the site's name leads.
pub(crate) async fn home(visit: Visit) -> Response {
    see_other(if visit.caller.is_some() { "/organizations" } else { "/sign-in" })
}

/// Lists the organizations one belongs to, and the invitations that wait for one's addresses.
pub(crate) async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let user = &visit.caller()?.user;
    let memberships = visit.web.memberships();
    let mine = memberships.organizations_of(user.id).await?;
    let addresses: Vec<EmailAddress> = user.verified_emails().cloned().collect();
    let waiting = memberships.waiting_for(&addresses).await?;
    let page = visit.page(visit.words.t("organizations-title")).after(asked.done.as_deref());
    let template = OrganizationsPage {
        page,
        mine: mine.iter().map(|it| show_mine(visit.words, it)).collect(),
        waiting: waiting.iter().map(|(head, invitation)| show_waiting(visit.words, head, invitation)).collect(),
    };
    Ok(html(StatusCode::OK, &template))
}

/// Accepts an invitation that waits for one of one's addresses. The browser goes on under another token (A64).
pub(crate) async fn accept(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let caller = posted.visit.caller()?;
    let (organization, invitation) = (posted.text("organization").parse()?, posted.text("invitation").parse()?);
    let request = posted.visit.request();
    let accepted = web.accounts.accept_waiting((organization, invitation), caller, request, |_| None).await?;
    let answer = see_other(&format!("/organizations/{}", done(accepted)?.organization));
    Ok(posted.visit.afresh(&headers, answer).await)
}

/// The way back from the address of the form.
pub(crate) async fn back() -> Response {
    see_other("/organizations")
}

/// Asks for the new organization's name and how it works.
pub(crate) async fn ask_new(visit: Visit) -> Answer {
    visit.caller()?;
    Ok(form(&visit, None, &Problems::none(visit.words)))
}

/// Founds an organization.
pub(crate) async fn found(State(web): State<Web>, posted: Posted) -> Answer {
    let user = &posted.visit.caller()?.user;
    let mut problems = Problems::none(posted.visit.words);
    let name = problems.read(OrganizationName::parse(posted.text("name")));
    let policy = problems.read(Preset::named(posted.text("preset")).and_then(Preset::policy));
    if let (Some(name), Some(policy)) = (name, policy) {
        let once = posted.once();
        let command = Found {
            id: OrganizationId(once.id("organization")),
            name,
            policy,
            language: posted.visit.words.language,
            founder: Person::from(user),
            member: MemberId(once.id("member")),
            seat_limit: None,
        };
        let memberships = web.memberships();
        let receipt = once.receipt(memberships, command.id.0).await?;
        let request = once.request(&posted.visit, command.id.0);
        match or_refusal(memberships.run(&command, request, |_| Some(receipt.clone())).await)? {
            // Founded now, or by the first of two presses.
            Ok(_) => return Ok(see_other(&format!("/organizations/{}?done=founded", command.id))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(&posted.visit, Some(&posted), &problems))
}

/// The presets as cards, each described in words.
pub(crate) fn preset_cards(words: Words, chosen: &str) -> Choices {
    let cards = PRESETS.map(|preset| Choice {
        value: preset.key.to_owned(),
        title: words.t(&format!("preset-{}", preset.key)),
        about: words.t(&format!("preset-{}-about", preset.key)),
        chosen: false,
    });
    Choices::new("preset", words.t("field-preset"), choose(cards.into(), chosen))
}

/// The role by which a member is known: the owner's is `owner`.
pub(crate) fn role_of(words: Words, view: &MemberView) -> String {
    words.role(if view.is_owner { "owner" } else { view.member.role.as_str() })
}

/// Why access is not full, if it is not.
pub(crate) fn limited(words: Words, access: Access) -> Option<String> {
    access.because().map(|rule| words.t(&format!("access-{rule}")))
}

fn show_mine(words: Words, it: &OrganizationOfMine) -> Mine {
    let organization = &it.head.organization;
    let entry = Entry::of(&it.head);
    let needs_seat = organization.policy.seat_policy != SeatPolicy::Unlimited;
    Mine {
        href: entry.href,
        name: entry.name,
        initial: entry.initial,
        tint: entry.tint,
        seat: needs_seat.then_some(it.own.seat),
        role: role_of(words, &it.own),
        awaits_owner: organization.owner.is_none(),
        limited: limited(words, it.own.access),
    }
}

fn show_waiting(words: Words, head: &Head, invitation: &Invitation) -> Waiting {
    Waiting {
        organization_id: head.organization.id.to_string(),
        invitation_id: invitation.id.to_string(),
        organization: head.organization.name.to_string(),
        role: words.role(if invitation.for_owner { "owner" } else { invitation.role.as_str() }),
        until: words.moment(invitation.expires_at),
        until_machine: machine_time(invitation.expires_at),
    }
}

fn form(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> Response {
    let words = visit.words;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let field = Field::line("name", words.t("field-organization-name"))
        .with(typed("name"))
        .hinted(words.t("hint-organization-name"))
        .filled_with("organization")
        .at_most(OrganizationName::LONGEST)
        .judged(problems);
    let presets = preset_cards(words, typed("preset")).judged(problems);
    let page = visit.page(words.t("new-organization-title")).with_problem(problems.summary());
    html(problems.status(), &NewOrganizationPage { page, field, presets })
}
