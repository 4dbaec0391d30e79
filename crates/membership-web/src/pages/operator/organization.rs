//! One organization as the operator sees it: what it has bought, and who owns it or shall own it (S0.1, S0.13, S0.14).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::{InviteOwner, ReassignOwnership, SetSubscription};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::facts::Scope;
use membership_core::id::{InvitationId, MemberId, OrganizationId};
use membership_core::invitation::InvitationState;
use membership_core::port::InvitationQuery;
use membership_core::refusal::Refusal;
use membership_core::view::{InvitationView, OrganizationView};
use serde::Deserialize;
use time::OffsetDateTime;

use super::{PATH, operator, owner_to_be, page_below, read_owner, read_terms, sold};
use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::page::Page;
use crate::pages::organization::invitation_rows::InvitationRow;
use crate::pages::organization::seats::{Picture, picture};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

#[derive(Template)]
#[template(path = "operator_organization.html")]
struct OrganizationPage {
    page: Page,
    base: String,
    id: String,
    since: String,
    owner: Option<String>,
    /// What the present owner is left with.
    former: Option<String>,
    state: String,
    seats: Picture,
    sold: Vec<Field>,
    version: u64,
    /// Which member shall own it, if it has an owner.
    owner_field: Option<Field>,
    /// Whom it awaits, if it has none.
    awaited: Option<Awaited>,
    /// Where its members administer it, if the operator is one of them.
    own: Option<String>,
}

/// The owner whom an organization awaits.
struct Awaited {
    /// The latest invitation.
    invited: Option<InvitationRow>,
    /// What has become of it.
    state: String,
    /// Where the next one goes.
    field: Field,
}

/// What the page is about.
struct Seen {
    view: OrganizationView,
    /// The latest invitation to own it, while it awaits its owner.
    invited: Option<InvitationView>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Path(id): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let seen = seen(&visit, id).await?;
    Ok(page(&visit, &seen, None, &Problems::none(visit.words), asked.done.as_deref()))
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path(id): Path<OrganizationId>) -> Response {
    see_other(&format!("{PATH}/organizations/{id}"))
}

/// Sets what it has bought, as a whole.
pub(crate) async fn sell(State(web): State<Web>, Path(id): Path<OrganizationId>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    let mut problems = Problems::none(posted.visit.words);
    if let Some(mut terms) = read_terms(&posted, &mut problems) {
        let present = seen(&posted.visit, id).await?.view.head.subscription.expires_at;
        // The field says no time of day: a date that nobody has touched is the very instant that holds.
        if terms.expires_at.map(OffsetDateTime::date) == present.map(OffsetDateTime::date) {
            terms.expires_at = present;
        }
        let command = SetSubscription { organization: id, by, terms, expected: posted.version() };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("{PATH}/organizations/{id}?done=subscription-set"))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    let seen = seen(&posted.visit, id).await?;
    Ok(page(&posted.visit, &seen, Some(&posted), &problems, None))
}

/// Makes the member with that address its owner.
pub(crate) async fn reassign(State(web): State<Web>, Path(id): Path<OrganizationId>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    let mut problems = Problems::none(posted.visit.words);
    let address = EmailAddress::parse(posted.text("email"));
    if let Some(address) = problems.read(address) {
        let member = member_at(&web, id, by, address).await?;
        let command = ReassignOwnership { organization: id, by, member };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("{PATH}/organizations/{id}?done=owner-reassigned"))),
            Err(Refusal::UnknownMember) => {
                problems.say("email", posted.visit.words.t("operator-nobody-there"));
            }
            Err(refusal) => problems.add_to("email", &refusal),
        }
    }
    let seen = seen(&posted.visit, id).await?;
    Ok(page(&posted.visit, &seen, Some(&posted), &problems, None))
}

/// Invites the owner whom it awaits, at the same address or another.
pub(crate) async fn invite_owner(State(web): State<Web>, Path(id): Path<OrganizationId>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    let mut problems = Problems::none(posted.visit.words);
    if let Some(email) = read_owner(&posted, &mut problems) {
        let (once, memberships) = (posted.once(), web.memberships());
        let command =
            InviteOwner { organization: id, by, invitation: InvitationId(once.id("owner-invitation")), email };
        let receipt = once.receipt(memberships, id.0).await?;
        let request = once.request(&posted.visit, id.0);
        match or_refusal(memberships.run(&command, request, |_| Some(receipt.clone())).await)? {
            Ok(_) => return Ok(see_other(&format!("{PATH}/organizations/{id}?done=owner-invited"))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    let seen = seen(&posted.visit, id).await?;
    Ok(page(&posted.visit, &seen, Some(&posted), &problems, None))
}

/// Whose address it is; nobody's id if it is nobody's, which the command then refuses.
async fn member_at(web: &Web, id: OrganizationId, by: Actor, at: EmailAddress) -> Result<MemberId, Stop> {
    let mut scope = Scope { members_at: vec![at.clone()], ..Scope::of(id) };
    scope.include(by);
    let facts = web.memberships().ports().store.read(&scope).await?;
    Ok(facts.member_at(&at).map_or(MemberId(uuid::Uuid::nil()), |member| member.id))
}

async fn seen(visit: &Visit, id: OrganizationId) -> Result<Seen, Stop> {
    let (memberships, by) = (visit.web.memberships(), operator(visit)?);
    let view = memberships.organization(id, by).await?;
    if view.owner.is_some() {
        return Ok(Seen { view, invited: None });
    }
    // Until there is an owner, nobody else is invited.
    let latest = InvitationQuery { limit: 1, ..InvitationQuery::default() };
    let outstanding = InvitationQuery { outstanding: true, ..latest.clone() };
    let mut invited = memberships.invitations(id, by, &outstanding).await?.items;
    if invited.is_empty() {
        invited = memberships.invitations(id, by, &latest).await?.items;
    }
    Ok(Seen { view, invited: invited.pop() })
}

fn awaited(words: Words, seen: &Seen, posted: Option<&Posted>, problems: &Problems) -> Awaited {
    let view = seen.invited.as_ref();
    let present = view.map_or("", |it| it.invitation.email.as_str());
    let state = view.map_or(InvitationState::Pending, |it| it.state);
    Awaited {
        invited: view.map(|it| InvitationRow::of(words, seen.view.head.organization.id, it)),
        state: words.t(&format!("badge-state-{}", state.as_str())),
        field: owner_to_be(words, problems, posted.and_then(|posted| posted.typed("owner_email")).unwrap_or(present)),
    }
}

fn page(visit: &Visit, seen: &Seen, posted: Option<&Posted>, problems: &Problems, done: Option<&str>) -> Response {
    let (words, view) = (visit.words, &seen.view);
    let (organization, bought) = (&view.head.organization, &view.head.subscription);
    let sells = posted.is_some_and(|posted| posted.visit.back.ends_with("/subscription"));
    let kept = |name: &str| match name {
        "plan" => bought.plan.as_ref().map(ToString::to_string).unwrap_or_default(),
        "seat_limit" => view.head.seats.limit.map(|it| it.to_string()).unwrap_or_default(),
        "expires_at" => bought.expires_at.map(|at| at.date().to_string()).unwrap_or_default(),
        _ => Some(bought.grace_days).filter(|it| *it > 0).map(|it| it.to_string()).unwrap_or_default(),
    };
    let filled = |name: &str| match posted.filter(|_| sells) {
        Some(posted) => posted.text(name).to_owned(),
        None => kept(name),
    };
    let owner_field = Field::email("email", words.t("operator-owner-field"))
        .with(posted.map_or("", |posted| posted.text("email")))
        .hinted(words.t("operator-owner-hint"))
        .filled_with("off")
        .at_most(254)
        .judged(problems);
    let top = organization.policy.role_scheme.top();
    let template = OrganizationPage {
        page: page_below(visit, organization.name.to_string()).after(done).with_problem(problems.summary()),
        base: format!("{PATH}/organizations/{}", organization.id),
        id: organization.id.to_string(),
        since: words.date(organization.created_at),
        former: view
            .owner
            .as_ref()
            .map(|name| words.t2("operator-owner-former", ("name", name), ("role", words.role(top.as_str())))),
        state: words.t(&format!("subscription-{}", view.subscription_state.as_str())),
        seats: picture(view),
        sold: sold(words, problems, filled, kept),
        version: organization.version,
        owner_field: view.owner.is_some().then_some(owner_field),
        awaited: view.allowed_actions.contains(&"invite_owner").then(|| awaited(words, seen, posted, problems)),
        own: visit.switcher.organizations.iter().find(|it| it.id == organization.id).map(|it| it.href.clone()),
        owner: view.owner.clone(),
    };
    html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template)
}
