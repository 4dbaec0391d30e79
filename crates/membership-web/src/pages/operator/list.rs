//! All organizations of the deployment, to be found by name or id.

use askama::Template;
use axum::extract::Query;
use http::StatusCode;
use membership_core::organization::{Head, OrganizationState};
use membership_core::port::{Cursor, OrganizationQuery};
use membership_core::subscription::SubscriptionState;
use serde::Deserialize;
use time::OffsetDateTime;

use super::{PATH, operator};
use crate::answer::{Answer, html};
use crate::local_path::query_value;
use crate::page::Page;
use crate::pages::organization::seats::Picture;
use crate::search::searched;
use crate::switcher::Entry;
use crate::visit::Visit;
use crate::words::Words;

const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage {
    page: Page,
    q: String,
    total: u64,
    rows: Vec<Row>,
    next: Option<String>,
}

/// An organization as a row.
struct Row {
    href: String,
    name: String,
    initial: String,
    tint: u8,
    since: String,
    plan: Option<String>,
    seats: Picture,
    /// What is out of the ordinary: the tone and the words.
    badge: Option<(&'static str, String)>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    before: Option<uuid::Uuid>,
    done: Option<String>,
}

/// Lists them, the newest first.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let by = operator(&visit)?;
    let q = searched(asked.q.as_deref()).unwrap_or_default();
    let cursor = asked.before.map(|id| Cursor { after: String::new(), id });
    let query = OrganizationQuery { text: Some(q.clone()), cursor, limit: ROWS };
    let memberships = visit.web.memberships();
    let listed = memberships.organizations(by, &query).await?;
    let now = memberships.ports().store.read(&membership_core::facts::Scope::default()).await?.now;
    let next = listed.next.map(|it| format!("{PATH}?q={}&before={}", query_value(&q), it.id));
    let template = OperatorPage {
        page: visit.page(visit.words.t("operator-title")).after(asked.done.as_deref()),
        rows: listed.items.iter().map(|head| Row::of(visit.words, head, now)).collect(),
        q,
        total: listed.total,
        next,
    };
    Ok(html(StatusCode::OK, &template))
}

impl Row {
    fn of(words: Words, head: &Head, now: OffsetDateTime) -> Self {
        let entry = Entry::of(head);
        Self {
            href: format!("{PATH}/organizations/{}", head.organization.id),
            name: entry.name,
            initial: entry.initial,
            tint: entry.tint,
            since: words.t1("operator-since", "date", words.date(head.organization.created_at)),
            plan: head.subscription.plan.as_ref().map(ToString::to_string),
            seats: Picture::of(head.seats),
            badge: badge(words, head, now),
        }
    }
}

fn badge(words: Words, head: &Head, now: OffsetDateTime) -> Option<(&'static str, String)> {
    if head.organization.state == OrganizationState::AwaitingOwner {
        return Some(("warn", words.t("awaits-owner")));
    }
    match head.subscription.state_at(now) {
        SubscriptionState::Active => {
            let end = head.subscription.expires_at?;
            Some(("", words.t1("operator-until", "date", words.date(end))))
        }
        SubscriptionState::Grace => Some(("warn", words.t("operator-grace"))),
        SubscriptionState::Expired => Some(("bad", words.t("badge-subscription-expired"))),
    }
}
