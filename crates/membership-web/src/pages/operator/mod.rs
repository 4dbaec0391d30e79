//! What only the operator of the deployment does: organizations for others, what they have bought, owners and keys
//! (S0.1, S0.13, S0.14).

use axum::response::Response;
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::input::InvalidInput;
use membership_core::name::PlanName;
use membership_core::organization::Seats;
use membership_core::refusal::Refusal;
use membership_core::subscription::{Subscription, Terms};

use crate::answer::see_other;
use crate::form::{Field, Posted, Problems};
use crate::page::Page;
use crate::pages::organization::member_action::read_date;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::words::Words;

pub(crate) mod found;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod organization;

/// Where the operator's pages begin.
pub(crate) const PATH: &str = "/operator";

/// The way back to the list from the addresses of forms, for whoever reloads one.
pub(crate) async fn back() -> Response {
    see_other(PATH)
}

/// The operator who visits; to others the pages are not allowed.
fn operator(visit: &Visit) -> Result<Actor, Stop> {
    let user = &visit.caller()?.user;
    if user.operator { Ok(Actor::Operator(Some(user.id))) } else { Err(Refusal::OperatorOnly.into()) }
}

/// A page below the list.
fn page_below(visit: &Visit, title: String) -> Page {
    visit.page(title).under(PATH, visit.words.t("operator-title"))
}

/// The address of an owner-to-be.
fn read_owner(posted: &Posted, problems: &mut Problems) -> Option<EmailAddress> {
    problems.read(EmailAddress::parse(posted.text("owner_email")).map_err(|input| input.about("owner_email")))
}

/// Asks for the address of an owner-to-be.
fn owner_to_be(words: Words, problems: &Problems, typed: &str) -> Field {
    Field::email("owner_email", words.t("field-owner-email"))
        .with(typed)
        .hinted(words.t("hint-owner-email"))
        .filled_with("off")
        .at_most(254)
        .judged(problems)
}

fn read_terms(posted: &Posted, problems: &mut Problems) -> Option<Terms> {
    let plan = problems.read(posted.optional("plan").map(PlanName::parse).transpose());
    let seats = problems.read(read_limit(posted.optional("seat_limit")));
    let end = posted.optional("expires_at").map(|text| read_date("expires_at", text));
    let end = problems.read(end.transpose());
    let grace = problems.read(read_grace(posted.optional("grace_days")));
    Some(Terms { plan: plan?, seat_limit: seats?, expires_at: end?, grace_days: grace? })
}

fn read_grace(text: Option<&str>) -> Result<u16, InvalidInput> {
    let days = text.map_or(Ok(0), str::parse).ok().filter(|days| *days <= Subscription::MOST_GRACE_DAYS);
    let rule = || format!("must be at most {}", Subscription::MOST_GRACE_DAYS);
    days.ok_or_else(|| InvalidInput::new("grace_days", "not-a-number-of-days", rule()))
}

/// A number of seats; none means without limit.
fn read_limit(text: Option<&str>) -> Result<Option<u32>, InvalidInput> {
    let Some(text) = text else { return Ok(None) };
    let limit = text.parse().ok().filter(|limit| *limit <= Seats::LARGEST_LIMIT);
    let rule = || format!("must be at most {}", Seats::LARGEST_LIMIT);
    limit.map(Some).ok_or_else(|| InvalidInput::new("seat_limit", "not-a-number-of-seats", rule()))
}

/// The fields of what is sold: plan, seats, end and days of grace, each with what `filled` says over what is `kept`.
fn sold(
    words: Words,
    problems: &Problems,
    filled: impl Fn(&str) -> String,
    kept: impl Fn(&str) -> String,
) -> Vec<Field> {
    let line =
        |name, key: &str| Field::line(name, words.t(key)).with(filled(name)).optional().over(&kept(name), problems);
    vec![
        line("plan", "field-plan").at_most(PlanName::LONGEST),
        line("seat_limit", "field-seat-limit").of_kind("number").hinted(words.t("hint-seat-limit")),
        line("expires_at", "field-expires-at").of_kind("date").hinted(words.t("hint-expires-at")),
        line("grace_days", "field-grace-days").of_kind("number").hinted(words.t("hint-grace-days")),
    ]
}
