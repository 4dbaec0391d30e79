//! What only the operator of the deployment does: organizations for others, and what they have bought (S0.1, S0.13).

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::{FoundFor, SetSubscription};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::language::Language;
use membership_core::name::{OrganizationName, PlanName};
use membership_core::organization::Seats;
use membership_core::preset::Preset;
use membership_core::refusal::Refusal;
use membership_core::subscription::{Subscription, Terms};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::account::profile::languages;
use crate::pages::organization::member_action::read_date;
use crate::pages::organizations::preset_cards;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage {
    page: Page,
    found: Vec<Field>,
    presets: Choices,
    limit: Vec<Field>,
    /// The organization that was just created or changed.
    organization: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
    organization: Option<uuid::Uuid>,
}

/// Which of the page's two forms was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Nothing,
    Found,
    Limit,
}

/// Shows both forms.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    operator(&visit)?;
    let problems = Problems::none(visit.words);
    let organization = asked.organization.map(|id| id.to_string());
    Ok(form(&visit, None, Sent::Nothing, &problems, asked.done.as_deref(), organization))
}

/// Creates an organization that awaits the owner whose address is named.
pub(crate) async fn found(State(web): State<Web>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    let mut problems = Problems::none(posted.visit.words);
    if let Some(command) = read_found(&posted, by, &mut problems) {
        let (once, memberships) = (posted.once(), web.memberships());
        let receipt = once.receipt(memberships, command.id.0).await?;
        let request = once.request(&posted.visit, command.id.0);
        match or_refusal(memberships.run(&command, request, |_| Some(receipt.clone())).await)? {
            Ok(_) => {
                let id = command.id;
                return Ok(see_other(&format!("/operator?done=organization-awaits-owner&organization={id}")));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(&posted.visit, Some(&posted), Sent::Found, &problems, None, None))
}

/// Sets what an organization has bought, as a whole.
pub(crate) async fn set_subscription(State(web): State<Web>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    let mut problems = Problems::none(posted.visit.words);
    let organization = posted.text("organization").trim().parse::<OrganizationId>();
    let organization = problems.read(organization.map_err(|input| input.about("organization")));
    let terms = read_terms(&posted, &mut problems, SOLD_TO_ONE);
    if let (Some(organization), Some(terms)) = (organization, terms) {
        let command = SetSubscription { organization, by, terms };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => {
                return Ok(see_other(&format!("/operator?done=subscription-set&organization={organization}")));
            }
            Err(refusal @ Refusal::UnknownOrganization) => problems.add_to("organization", &refusal),
            Err(Refusal::Invalid(input)) => problems.add(&of_form(input, SOLD_TO_ONE).into()),
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(&posted.visit, Some(&posted), Sent::Limit, &problems, None, None))
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back() -> Response {
    see_other("/operator")
}

/// The operator who visits; to others the page is not allowed.
fn operator(visit: &Visit) -> Result<Actor, Stop> {
    let user = &visit.caller()?.user;
    if user.operator { Ok(Actor::Operator(Some(user.id))) } else { Err(Refusal::OperatorOnly.into()) }
}

fn read_found(posted: &Posted, by: Actor, problems: &mut Problems) -> Option<FoundFor> {
    let name = problems.read(OrganizationName::parse(posted.text("name")));
    let owner = EmailAddress::parse(posted.text("owner_email")).map_err(|input| input.about("owner_email"));
    let owner = problems.read(owner);
    let policy = problems.read(Preset::named(posted.text("preset")).and_then(Preset::policy));
    let language = problems.read(posted.text("language").parse::<Language>());
    let terms = read_terms(posted, problems, SOLD_AT_FIRST);
    let once = posted.once();
    Some(FoundFor {
        id: OrganizationId(once.id("organization")),
        name: name?,
        policy: policy?,
        language: language?,
        terms: terms?,
        owner: owner?,
        invitation: InvitationId(once.id("invitation")),
        by,
    })
}

/// The fields of what is sold, in each of the page's two forms: plan, seats, end, days of grace.
type SoldFields = [&'static str; 4];
const SOLD_AT_FIRST: SoldFields = ["plan", "seat_limit", "expires_at", "grace_days"];
const SOLD_TO_ONE: SoldFields = ["new_plan", "limit", "new_expires_at", "new_grace_days"];

/// The same complaint about the field that this form has for it.
fn of_form(input: InvalidInput, fields: SoldFields) -> InvalidInput {
    let index = SOLD_AT_FIRST.iter().position(|name| *name == input.field);
    let name = index.and_then(|index| fields.get(index));
    if let Some(name) = name { input.about(*name) } else { input }
}

fn read_terms(posted: &Posted, problems: &mut Problems, fields: SoldFields) -> Option<Terms> {
    let [plan, limit, expires_at, grace_days] = fields;
    let name = posted.optional(plan).map(PlanName::parse).transpose();
    let name = problems.read(name.map_err(|input| input.about(plan)));
    let seats = problems.read(read_limit(limit, posted.optional(limit)));
    let end = problems.read(posted.optional(expires_at).map(|text| read_date(expires_at, text)).transpose());
    let grace = problems.read(read_grace(grace_days, posted.optional(grace_days)));
    Some(Terms { plan: name?, seat_limit: seats?, expires_at: end?, grace_days: grace? })
}

fn read_grace(field: &'static str, text: Option<&str>) -> Result<u16, InvalidInput> {
    let days = text.map_or(Ok(0), str::parse).ok().filter(|days| *days <= Subscription::MOST_GRACE_DAYS);
    let rule = || format!("must be at most {}", Subscription::MOST_GRACE_DAYS);
    days.ok_or_else(|| InvalidInput::new(field, "not-a-number-of-days", rule()))
}

/// The fields of what is sold, with what was typed.
fn sold(words: Words, posted: Option<&Posted>, problems: &Problems, fields: SoldFields) -> Vec<Field> {
    let [plan, limit, expires_at, grace_days] = fields;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    vec![
        Field::line(plan, words.t("field-plan")).with(typed(plan)).at_most(PlanName::LONGEST).optional(),
        Field::line(limit, words.t("field-seat-limit"))
            .of_kind("number")
            .with(typed(limit))
            .hinted(words.t("hint-seat-limit"))
            .optional(),
        Field::line(expires_at, words.t("field-expires-at"))
            .of_kind("date")
            .with(typed(expires_at))
            .hinted(words.t("hint-expires-at"))
            .optional(),
        Field::line(grace_days, words.t("field-grace-days"))
            .of_kind("number")
            .with(typed(grace_days))
            .hinted(words.t("hint-grace-days"))
            .optional(),
    ]
    .into_iter()
    .map(|field| field.judged(problems))
    .collect()
}

/// A number of seats; none means without limit.
fn read_limit(field: &'static str, text: Option<&str>) -> Result<Option<u32>, InvalidInput> {
    let Some(text) = text else { return Ok(None) };
    let limit = text.parse().ok().filter(|limit| *limit <= Seats::LARGEST_LIMIT);
    let rule = || format!("must be at most {}", Seats::LARGEST_LIMIT);
    limit.map(Some).ok_or_else(|| InvalidInput::new(field, "not-a-number-of-seats", rule()))
}

fn form(
    visit: &Visit,
    posted: Option<&Posted>,
    sent: Sent,
    problems: &Problems,
    done: Option<&str>,
    organization: Option<String>,
) -> Response {
    let words = visit.words;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let language = if sent == Sent::Found { typed("language") } else { words.language.tag() };
    let mut found = vec![
        Field::line("name", words.t("field-organization-name"))
            .with(typed("name"))
            .at_most(OrganizationName::LONGEST)
            .judged(problems),
        Field::email("owner_email", words.t("field-owner-email"))
            .with(typed("owner_email"))
            .hinted(words.t("hint-owner-email"))
            .filled_with("off")
            .at_most(254)
            .judged(problems),
        Field::select("language", words.t("field-organization-language"), languages(words, language)).judged(problems),
    ];
    found.extend(sold(words, posted, problems, SOLD_AT_FIRST));
    let known = organization.clone().unwrap_or_default();
    let mut limit = vec![
        Field::line("organization", words.t("field-organization-id"))
            .with(if sent == Sent::Limit { typed("organization") } else { &known })
            .hinted(words.t("hint-organization-id"))
            .judged(problems),
    ];
    limit.extend(sold(words, posted, problems, SOLD_TO_ONE));
    let page = visit.page(words.t("operator-title")).after(done).with_problem(problems.summary());
    let presets = preset_cards(words, typed("preset")).judged(problems);
    let status = if problems.summary().is_some() { problems.status() } else { StatusCode::OK };
    html(status, &OperatorPage { page, found, presets, limit, organization })
}
