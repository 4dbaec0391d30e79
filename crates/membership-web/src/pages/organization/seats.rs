//! Seats: how many there are, who holds one, and who waits for one (S0.5, S0.6).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::{ChangeMembers, MemberDeed, SetWhenFull};
use membership_core::id::{MemberId, OrganizationId};
use membership_core::organization::Seats;
use membership_core::policy::{SeatPolicy, WhenFull};
use membership_core::port::{Cursor, MemberQuery};
use membership_core::refusal::Refusal;
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::Posted;
use crate::local_path::query_value;
use crate::page::Page;
use crate::pages::organization::former::undo_of_member;
use crate::pages::organization::member_action::MemberAction;
use crate::pages::organization::member_rows::MemberRow;
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::web::Web;

const ROWS: u32 = 50;
/// How many of those who wait are shown.
const MOST_SHOWN: usize = 100;

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
    Picture::of(view.head.seats)
}

impl Picture {
    pub(crate) fn of(seats: Seats) -> Self {
        let of = u64::from(seats.limit.unwrap_or(0).max(seats.taken()).max(1));
        let width = |count: u32| u64::from(count) * 100 / of;
        Self {
            limit: seats.limit,
            taken: seats.taken(),
            assigned: seats.assigned,
            reserved: seats.reserved,
            free: seats.free(),
            assigned_width: width(seats.assigned),
            reserved_width: width(seats.reserved),
        }
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
    /// Who waits for a seat, whoever is next first, and how many more there are.
    waiting: Vec<MemberRow>,
    /// How many wait, and how many of them are not shown.
    waiting_total: u32,
    further: Option<String>,
    /// Whether people wait when all seats are taken; `None` if the viewer may not choose.
    waits: Option<bool>,
    /// Who of the last several got no seat, each with the rule that says no.
    refused: Vec<(String, String)>,
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
    id: MemberId,
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
    of: Option<uuid::Uuid>,
}

/// Shows the seats.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    page(&visit, organization, &asked, Vec::new()).await
}

/// Gives seats to the members that were ticked; who got none is told, and why.
pub(crate) async fn allocate(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    posted: Posted,
) -> Answer {
    let visit = &posted.visit;
    let here = format!("/organizations/{organization}/seats");
    let members: Vec<MemberId> = posted.all("member").filter_map(|text| text.parse().ok()).collect();
    if members.is_empty() {
        return Ok(see_other(&format!("{here}?done=none-chosen")));
    }
    let (by, deed) = (visit.actor()?, MemberDeed::AllocateSeat);
    let each = web.memberships().execute(&ChangeMembers { organization, by, members, deed }).await?;
    let name = |whom: Option<String>| whom.unwrap_or_else(|| visit.words.t("several-unknown"));
    let refusals = each.into_iter().filter_map(|it| Some((it.whom, it.outcome.err()?)));
    // Pressed twice, or by two at once: it is as it was asked for.
    let refusals = refusals.filter(|(_, refusal)| *refusal != Refusal::SeatHeld);
    let refused: Vec<_> = refusals.map(|(whom, refusal)| (name(whom), visit.words.refusal(&refusal))).collect();
    if refused.is_empty() {
        return Ok(see_other(&format!("{here}?done=seats-allocated")));
    }
    page(visit, organization, &Asked::default(), refused).await
}

/// Chooses whether people wait when all seats are taken.
pub(crate) async fn set_when_full(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    posted: Posted,
) -> Answer {
    let when_full = if posted.text("when_full") == "wait" { WhenFull::Wait } else { WhenFull::Refuse };
    let command = SetWhenFull { organization, by: posted.visit.actor()?, when_full };
    web.memberships().execute(&command).await?;
    Ok(see_other(&format!("/organizations/{organization}/seats?done=when-full-set")))
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path(organization): Path<OrganizationId>) -> Response {
    see_other(&format!("/organizations/{organization}/seats"))
}

async fn page(visit: &Visit, organization: OrganizationId, asked: &Asked, refused: Vec<(String, String)>) -> Answer {
    let view = seen(visit, organization).await?;
    let policy = view.head.organization.policy.seat_policy;
    let mut lists = Vec::new();
    if policy == SeatPolicy::ByHand && view.allowed_actions.contains(&"view_members") {
        let waiting = cursor(asked.without_after.as_ref(), asked.without_id);
        lists.push(list(visit, &view, MemberAction::AllocateSeat, waiting).await?);
        let holding = cursor(asked.with_after.as_ref(), asked.with_id);
        lists.push(list(visit, &view, MemberAction::ReleaseSeat, holding).await?);
    }
    let mut waiting = Vec::new();
    if view.head.seats.waiting > 0 && view.allowed_actions.contains(&"view_members") {
        let (words, viewer) = (visit.words, visit.user()?);
        let line = visit.web.memberships().waiting(organization, visit.actor()?).await?;
        waiting.extend(line.iter().take(MOST_SHOWN).map(|it| MemberRow::of(words, organization, viewer, it)));
    }
    let waiting_total = view.head.seats.waiting;
    let further = waiting_total.saturating_sub(u32::try_from(waiting.len()).unwrap_or(u32::MAX));
    let may_choose = view.allowed_actions.contains(&"set_when_full");
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let base = format!("/organizations/{organization}");
    let done = asked.done.as_deref();
    let mut undo = undo_of_member(visit, &view, (done, asked.of)).await;
    if let Some(undo) = &mut undo {
        undo.fields.push(("back", format!("{base}/seats")));
    }
    let page = visit.page(visit.words.t("seats-title")).of(&view, "seats").after(done);
    let template = SeatsPage {
        page: page.undoing(undo),
        base,
        seats: picture(&view),
        policy: visit.words.seat_policy(policy),
        lists,
        further: (0 < further).then(|| visit.words.n("seats-waiting-further", further)),
        waiting,
        waiting_total,
        waits: may_choose.then(|| view.head.waits_when_full()),
        refused,
    };
    Ok(html(status, &template))
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
            id: it.member.id,
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
