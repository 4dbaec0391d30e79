//! Where one lands in an organization (S1.7): what one is here, how it stands, and where to go.

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::policy::SeatPolicy;
use membership_core::port::{AuditQuery, InvitationQuery, MemberQuery};
use membership_core::roster::Invited;
use membership_core::subscription::{ANNOUNCED_DAYS_BEFORE, SubscriptionState};
use membership_core::view::OrganizationView;
use serde::Deserialize;
use time::{Duration, OffsetDateTime};

use crate::answer::{Answer, html};
use crate::page::{Page, Way, sells_seats};
use crate::pages::attending::now;
use crate::pages::organization::invitations::Tab;
use crate::pages::organization::log::{Entry, show_entry};
use crate::pages::organization::seats::{Picture, picture};
use crate::pages::organization::seen;
use crate::pages::organization::why::why_not_invite;
use crate::pages::organizations::{limited, role_of};
use crate::stop::Stop;
use crate::visit::Visit;

/// From when on the end of a subscription is near: when the first mail tells of it.
const NEAR: Duration = Duration::days(ANNOUNCED_DAYS_BEFORE[0]);

/// After how long nobody is reminded any more of an invitation that expired.
const FORGOTTEN: Duration = Duration::days(30);

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    page: Page,
    base: String,
    role: String,
    limited: Option<String>,
    /// The viewer's place among those who wait for a seat.
    waiting: Option<String>,
    until: Option<String>,
    owner: Option<String>,
    members: Option<u64>,
    outstanding: Option<u64>,
    /// What waits for somebody who administers, each with where to go; `None` for everybody else.
    attention: Option<Vec<Task>>,
    /// What happened last.
    recent: Vec<Entry>,
    seats: Option<Picture>,
    may_invite: bool,
    /// Why not, for whoever otherwise may.
    why_not_invite: Option<String>,
    may_leave: bool,
    awaits_owner: bool,
}

/// Something that somebody should look at.
struct Task {
    /// How urgent: the name of a colour.
    tone: &'static str,
    text: String,
    way: Way,
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
        waiting: view.waiting_position.map(|place| words.n("overview-waiting", place)),
        until: own.member.deactivates_at.map(|at| words.moment(at)),
        owner: view.owner.clone(),
        members: count_members(&visit, &view).await?,
        outstanding: count(&visit, &view, Tab::Outstanding.query()).await?,
        attention: attention(&visit, &view).await?,
        recent: recent(&visit, &view).await?,
        seats: sells_seats(&view).then(|| picture(&view)),
        may_invite: view.allowed_actions.contains(&"invite"),
        why_not_invite: why_not_invite(&visit, &view).await?,
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

async fn count(visit: &Visit, view: &OrganizationView, query: InvitationQuery) -> Result<Option<u64>, Stop> {
    if !view.allowed_actions.contains(&"view_invitations") {
        return Ok(None);
    }
    let query = InvitationQuery { limit: 1, ..query };
    let page = visit.web.memberships().invitations(view.head.organization.id, visit.actor()?, &query).await?;
    Ok(Some(page.total))
}

async fn attention(visit: &Visit, view: &OrganizationView) -> Result<Option<Vec<Task>>, Stop> {
    // Not whether they can invite now: when they cannot, something needs attention.
    if !view.allowed_actions.contains(&"view_invitations") {
        return Ok(None);
    }
    let words = visit.words;
    let base = format!("/organizations/{}", view.head.organization.id);
    let mut tasks = Vec::new();
    let now = now(visit).await?;
    tasks.extend(ending(visit, view, now));
    for (tab, tone) in [(Tab::Undelivered, "bad"), (Tab::Expired, "warn")] {
        // What expired longer ago is past attending to; the tab shows it still.
        let expires_after = match tab {
            Tab::Expired => Some(now.saturating_sub(FORGOTTEN)),
            _ => None,
        };
        let query = InvitationQuery { expires_after, ..tab.query() };
        let total = count(visit, view, query).await?.unwrap_or_default();
        if total > 0 {
            let way = Way::to(format!("{base}/invitations?tab={}", tab.name()), words.t("attention-look"));
            tasks.push(Task { tone, text: words.n(&format!("attention-{}", tab.name()), total), way });
        }
    }
    if view.head.organization.policy.seat_policy == SeatPolicy::ByHand && view.allowed_actions.contains(&"view_members")
    {
        let query = MemberQuery { seat: Some(false), limit: 1, ..MemberQuery::default() };
        let total = visit.web.memberships().members(view.head.organization.id, visit.actor()?, &query).await?.total;
        if total > 0 {
            let way = Way::to(format!("{base}/seats"), words.t("attention-seats"));
            tasks.push(Task { tone: "warn", text: words.n("attention-waiting", total), way });
        }
    }
    if view.head.seats.waiting > 0 {
        let way = Way::to(format!("{base}/seats"), words.t("attention-look"));
        tasks.push(Task { tone: "warn", text: words.n("attention-in-line", view.head.seats.waiting), way });
    }
    if view.allowed_actions.contains(&"send_rounds") {
        for (invited, tone, key) in
            [(Some(Invited::Bounced), "bad", "attention-link-lost"), (None, "warn", "attention-without-login")]
        {
            let query = MemberQuery { login: Some(false), invited, limit: 1, ..MemberQuery::default() };
            let total = visit.web.memberships().members(view.head.organization.id, visit.actor()?, &query).await?.total;
            if total > 0 {
                let asked = invited.map(|it| format!("?invited={it}")).unwrap_or_default();
                let way = Way::to(format!("{base}/roster{asked}"), words.t("attention-look"));
                tasks.push(Task { tone, text: words.n(key, total), way });
            }
        }
    }
    if sells_seats(view) && !view.head.seats.has_free() {
        let way = Way::to(format!("{base}/seats"), words.t("attention-look"));
        tasks.push(Task { tone: "warn", text: words.t("attention-full"), way });
    }
    Ok(Some(tasks))
}

/// What is to be said of the subscription, once its end is near or past.
fn ending(visit: &Visit, view: &OrganizationView, now: OffsetDateTime) -> Option<Task> {
    let end = view.head.subscription.expires_at?;
    let words = visit.words;
    let (tone, text) = match view.subscription_state {
        SubscriptionState::Grace => ("bad", words.t("attention-grace")),
        SubscriptionState::Expired => ("bad", words.t("attention-over")),
        SubscriptionState::Active => {
            if now.saturating_add(NEAR) < end {
                return None;
            }
            ("warn", words.t1("attention-ends", "date", words.date(end)))
        }
    };
    let way = Way::to(format!("/organizations/{}/subscription", view.head.organization.id), words.t("attention-look"));
    Some(Task { tone, text, way })
}

async fn recent(visit: &Visit, view: &OrganizationView) -> Result<Vec<Entry>, Stop> {
    if !view.allowed_actions.contains(&"view_audit") {
        return Ok(Vec::new());
    }
    let query = AuditQuery { limit: 5, ..AuditQuery::default() };
    let entries = visit.web.memberships().audit(view.head.organization.id, visit.actor()?, &query).await?;
    Ok(entries.iter().map(|entry| show_entry(visit.words, entry)).collect())
}
