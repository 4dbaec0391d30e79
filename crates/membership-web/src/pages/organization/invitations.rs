//! The invitations by how they fare: outstanding, not delivered, accepted, expired, and what was ended (S0.9, S3.7).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::invitation::InvitationState;
use membership_core::port::InvitationQuery;
use serde::Deserialize;

use crate::answer::{Answer, html};
use crate::local_path::query_value;
use crate::page::{Chip, Page};
use crate::pages::organization::invitation_rows::InvitationRow;
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::pages::organization::several::{self, Bulk};
use crate::pages::organization::why::why_not_invite;
use crate::stop::Stop;
use crate::visit::Visit;

const ROWS: u32 = 50;

/// A tab: how the invitations in it fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Outstanding,
    Undelivered,
    Accepted,
    Expired,
    Declined,
    Revoked,
}

impl Tab {
    /// Every tab, in the order in which they stand.
    pub(crate) const ALL: [Self; 6] =
        [Self::Outstanding, Self::Undelivered, Self::Accepted, Self::Expired, Self::Declined, Self::Revoked];

    /// The name in the address and among the words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Outstanding => "outstanding",
            Self::Undelivered => "undelivered",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }

    /// What is listed in it.
    pub(crate) fn query(self) -> InvitationQuery {
        let state = match self {
            Self::Outstanding | Self::Undelivered => None,
            Self::Accepted => Some(InvitationState::Accepted),
            Self::Expired => Some(InvitationState::Expired),
            Self::Declined => Some(InvitationState::Declined),
            Self::Revoked => Some(InvitationState::Revoked),
        };
        let undelivered = self == Self::Undelivered;
        InvitationQuery { state, outstanding: state.is_none(), undelivered, limit: ROWS, ..InvitationQuery::default() }
    }
}

#[derive(Template)]
#[template(path = "invitations.html")]
struct InvitationsPage {
    page: Page,
    base: String,
    may_invite: bool,
    /// Why not, for whoever otherwise may.
    why_not_invite: Option<String>,
    tab: &'static str,
    tabs: Vec<Chip>,
    rows: Vec<InvitationRow>,
    /// What can be done to those that are ticked.
    bulk: Option<Bulk>,
    total: u64,
    none: String,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    tab: Option<String>,
    after: Option<String>,
    id: Option<uuid::Uuid>,
    done: Option<String>,
}

/// Shows a tab.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    if !view.allowed_actions.contains(&"view_invitations") {
        return Err(Stop::NotAllowed);
    }
    let words = visit.words;
    let tab = Tab::ALL.into_iter().find(|tab| asked.tab.as_deref() == Some(tab.name())).unwrap_or(Tab::Outstanding);
    let after = asked.after.as_ref().filter(|it| it.parse::<i64>().is_ok());
    let query = InvitationQuery { cursor: cursor(after, asked.id), ..tab.query() };
    let listed = visit.web.memberships().invitations(organization, visit.actor()?, &query).await?;
    let base = format!("/organizations/{organization}");
    let chip = |it: Tab| Chip {
        href: format!("{base}/invitations?tab={}", it.name()),
        label: words.t(&format!("invitations-{}", it.name())),
        chosen: it == tab,
    };
    let page = visit.page(words.t("invitations-title")).of(&view, "invitations").after(asked.done.as_deref());
    let offered = |name: &str| listed.items.iter().any(|it| it.allowed_actions.contains(&name));
    let bulk = Bulk::of(format!("{base}/invitations/several"), several::for_invitations(words, offered));
    let may_invite = view.allowed_actions.contains(&"invite");
    let row = |it| {
        let row = InvitationRow::of(words, organization, it);
        if may_invite { row.or_again(words, organization, it) } else { row }
    };
    let template = InvitationsPage {
        page,
        bulk,
        may_invite,
        why_not_invite: why_not_invite(&visit, &view).await?,
        tab: tab.name(),
        tabs: Tab::ALL.into_iter().map(chip).collect(),
        rows: listed.items.iter().map(row).collect(),
        total: listed.total,
        none: none(&visit, organization, tab, listed.total).await?,
        next: listed.next.map(|it| format!("?tab={}&after={}&id={}", tab.name(), query_value(&it.after), it.id)),
        base,
    };
    Ok(html(StatusCode::OK, &template))
}

/// What an empty tab says: of those that are outstanding also whether anybody was ever invited.
async fn none(visit: &Visit, organization: OrganizationId, tab: Tab, total: u64) -> Result<String, Stop> {
    if tab == Tab::Outstanding && total == 0 {
        let any = InvitationQuery { limit: 1, ..InvitationQuery::default() };
        let ever = visit.web.memberships().invitations(organization, visit.actor()?, &any).await?;
        if ever.total == 0 {
            return Ok(visit.words.t("invitations-never"));
        }
    }
    Ok(visit.words.t(&format!("invitations-{}-none", tab.name())))
}
