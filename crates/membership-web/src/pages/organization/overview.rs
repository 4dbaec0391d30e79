//! Where one lands in an organization (S1.7): what one is here, how it stands, and where to go.

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::port::{InvitationQuery, MemberQuery};
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html};
use crate::page::{Page, sells_seats};
use crate::pages::organization::seats::{Picture, picture};
use crate::pages::organization::seen;
use crate::pages::organizations::{limited, role_of};
use crate::stop::Stop;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    page: Page,
    base: String,
    role: String,
    limited: Option<String>,
    until: Option<String>,
    owner: Option<String>,
    members: Option<u64>,
    outstanding: Option<u64>,
    seats: Option<Picture>,
    may_invite: bool,
    may_leave: bool,
    awaits_owner: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Shows the organization.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let words = visit.words;
    let own = view.own.as_ref().ok_or(Stop::NotFound)?;
    let page = visit.page(view.head.organization.name.to_string()).of(&view, "overview").after(asked.done.as_deref());
    let template = OverviewPage {
        page,
        base: format!("/organizations/{organization}"),
        role: role_of(words, own),
        limited: limited(words, own.access),
        until: own.member.deactivates_at.map(|at| words.moment(at)),
        owner: view.owner.clone(),
        members: count_members(&visit, &view).await?,
        outstanding: count_outstanding(&visit, &view).await?,
        seats: sells_seats(&view).then(|| picture(&view)),
        may_invite: view.allowed_actions.contains(&"invite"),
        may_leave: own.allowed_actions.contains(&"leave"),
        awaits_owner: view.head.organization.owner.is_none(),
    };
    Ok(html(StatusCode::OK, &template))
}

async fn count_members(visit: &Visit, view: &OrganizationView) -> Result<Option<u64>, Stop> {
    if !view.allowed_actions.contains(&"view_members") {
        return Ok(None);
    }
    let query = MemberQuery { limit: 1, ..MemberQuery::default() };
    let page = visit.web.memberships().members(view.head.organization.id, visit.actor()?, &query).await?;
    Ok(Some(page.total))
}

async fn count_outstanding(visit: &Visit, view: &OrganizationView) -> Result<Option<u64>, Stop> {
    if !view.allowed_actions.contains(&"view_invitations") {
        return Ok(None);
    }
    let query = InvitationQuery { outstanding: true, limit: 1, ..InvitationQuery::default() };
    let page = visit.web.memberships().invitations(view.head.organization.id, visit.actor()?, &query).await?;
    Ok(Some(page.total))
}
