//! Seats: how many there are, who holds one, and who waits for one (S0.5, S0.6).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::policy::SeatPolicy;
use membership_core::port::{Cursor, MemberQuery};
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html};
use crate::local_path::query_value;
use crate::page::Page;
use crate::pages::organization::member_action::MemberAction;
use crate::pages::organization::member_rows::MemberRow;
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::stop::Stop;
use crate::visit::Visit;

const ROWS: u32 = 50;

/// The seats in numbers, and as the widths of a bar of 100.
pub(crate) struct Picture {
    pub limit: Option<u32>,
    pub taken: u32,
    pub assigned: u32,
    pub reserved: u32,
    pub free: Option<u32>,
    pub assigned_width: u64,
    pub reserved_width: u64,
}

/// The seats of an organization as its viewer reads them.
pub(crate) fn picture(view: &OrganizationView) -> Picture {
    let seats = view.head.seats;
    let of = u64::from(seats.limit.unwrap_or(0).max(seats.taken()).max(1));
    let width = |count: u32| u64::from(count) * 100 / of;
    Picture {
        limit: seats.limit,
        taken: seats.taken(),
        assigned: seats.assigned,
        reserved: seats.reserved,
        free: seats.free(),
        assigned_width: width(seats.assigned),
        reserved_width: width(seats.reserved),
    }
}

#[derive(Template)]
#[template(path = "seats.html")]
struct SeatsPage {
    page: Page,
    base: String,
    seats: Picture,
    policy: String,
    /// The members without a seat and those with one; only where seats are given by hand.
    lists: Vec<SeatList>,
}

struct SeatList {
    id: &'static str,
    title: String,
    none: String,
    total: u64,
    rows: Vec<SeatRow>,
    next: Option<String>,
}

struct SeatRow {
    member: MemberRow,
    /// The one thing this list is for, if the viewer may do it.
    button: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    without_after: Option<String>,
    without_id: Option<uuid::Uuid>,
    with_after: Option<String>,
    with_id: Option<uuid::Uuid>,
    done: Option<String>,
}

/// Shows the seats.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let policy = view.head.organization.policy.seat_policy;
    let mut lists = Vec::new();
    if policy == SeatPolicy::ByHand && view.allowed_actions.contains(&"view_members") {
        let waiting = cursor(asked.without_after.as_ref(), asked.without_id);
        lists.push(list(&visit, &view, MemberAction::AllocateSeat, waiting).await?);
        let holding = cursor(asked.with_after.as_ref(), asked.with_id);
        lists.push(list(&visit, &view, MemberAction::ReleaseSeat, holding).await?);
    }
    let template = SeatsPage {
        page: visit.page(visit.words.t("seats-title")).of(&view, "seats").after(asked.done.as_deref()),
        base: format!("/organizations/{organization}"),
        seats: picture(&view),
        policy: visit.words.seat_policy(policy),
        lists,
    };
    Ok(html(StatusCode::OK, &template))
}

/// The members for whom an action is meant: those without a seat for allocating, those with one for releasing.
async fn list(
    visit: &Visit,
    view: &OrganizationView,
    action: MemberAction,
    cursor: Option<Cursor>,
) -> Result<SeatList, Stop> {
    let words = visit.words;
    let organization = view.head.organization.id;
    let holding = action == MemberAction::ReleaseSeat;
    let name = if holding { "with" } else { "without" };
    let query = MemberQuery { seat: Some(holding), cursor, limit: ROWS, ..MemberQuery::default() };
    let listed = visit.web.memberships().members(organization, visit.actor()?, &query).await?;
    let viewer = visit.user()?;
    let rows = listed
        .items
        .iter()
        .map(|it| SeatRow {
            member: MemberRow::of(words, organization, viewer, it),
            button: it.allowed_actions.contains(&action.name()).then(|| {
                let address = format!("/organizations/{organization}/members/{}/{}", it.member.id, action.slug());
                (address, words.t(&format!("action-{}", action.slug())))
            }),
        })
        .collect();
    let next = listed.next.as_ref();
    Ok(SeatList {
        id: name,
        title: words.t(&format!("seats-{name}")),
        none: words.t(&format!("seats-{name}-none")),
        total: listed.total,
        rows,
        next: next.map(|it| format!("?{name}_after={}&{name}_id={}#{name}", query_value(&it.after), it.id)),
    })
}
