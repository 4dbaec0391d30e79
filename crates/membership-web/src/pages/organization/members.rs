//! The members, and below them the outstanding invitations (S1.1); every row offers what its viewer may do (S1.9).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::member::MemberStatus;
use membership_core::port::{Cursor, InvitationQuery, MemberQuery, MemberSort, Page as Listed};
use membership_core::role::RoleKey;
use membership_core::view::{InvitationView, MemberView, OrganizationView};
use membership_http::export::members_file;
use serde::Deserialize;

use crate::answer::{Answer, html};
use crate::local_path::query_value;
use crate::page::{Chip, Page, sells_seats};
use crate::pages::organization::former::undo_of_member;
use crate::pages::organization::invitation_rows::InvitationRow;
use crate::pages::organization::member_rows::MemberRow;
use crate::pages::organization::seen;
use crate::pages::organization::several::{self, Bulk};
use crate::pages::organization::why::why_not_invite;
use crate::search::searched;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::words::Words;

/// How many rows a page shows.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage {
    page: Page,
    base: String,
    q: String,
    may_invite: bool,
    /// Why not, for whoever otherwise may.
    why_not_invite: Option<String>,
    /// The query by which the same members are exported.
    export: String,
    filters: Vec<Chip>,
    sorts: Vec<Chip>,
    /// What the search form must not lose: the filters that are chosen.
    chosen: Vec<(&'static str, String)>,
    /// Whether any filter is chosen.
    narrowed: bool,
    members: Option<MemberList>,
    invitations: Option<InvitationList>,
}

struct MemberList {
    /// What can be done to those that are ticked.
    bulk: Option<Bulk>,
    rows: Vec<MemberRow>,
    total: u64,
    next: Option<String>,
}

struct InvitationList {
    rows: Vec<InvitationRow>,
    total: u64,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    after: Option<String>,
    id: Option<uuid::Uuid>,
    invited_after: Option<String>,
    invited_id: Option<uuid::Uuid>,
    role: Option<String>,
    status: Option<String>,
    seat: Option<String>,
    sort: Option<String>,
    done: Option<String>,
    of: Option<uuid::Uuid>,
}

impl Asked {
    fn search(&self) -> Option<String> {
        searched(self.q.as_deref())
    }

    fn members(&self) -> MemberQuery {
        MemberQuery {
            text: self.search(),
            role: self.role.as_deref().and_then(|role| RoleKey::parse(role).ok()),
            status: MemberStatus::ALL.into_iter().find(|it| self.status.as_deref() == Some(it.as_str())),
            seat: self.seat.as_deref().map(|seat| seat == "with"),
            sort: if self.sort.as_deref() == Some("newest") { MemberSort::JoinedAt } else { MemberSort::Name },
            cursor: cursor(self.after.as_ref(), self.id),
            limit: ROWS,
            ..MemberQuery::default()
        }
    }

    fn invitations(&self) -> InvitationQuery {
        InvitationQuery {
            outstanding: true,
            text: self.search(),
            cursor: cursor(self.invited_after.as_ref().filter(|it| it.parse::<i64>().is_ok()), self.invited_id),
            limit: ROWS,
            ..InvitationQuery::default()
        }
    }
}

impl Asked {
    /// The filters and the order that are chosen, by their names in the query.
    fn chosen(&self) -> Vec<(&'static str, String)> {
        let all = [("role", &self.role), ("status", &self.status), ("seat", &self.seat), ("sort", &self.sort)];
        all.into_iter().filter_map(|(name, chosen)| Some((name, chosen.clone()?))).collect()
    }

    /// The query with another choice of one filter, or without it.
    fn with(&self, name: &str, value: Option<&str>) -> String {
        let others = self.chosen().into_iter().filter(|(other, _)| *other != name);
        let q = self.search().map(|q| ("q", q));
        let parts = q.into_iter().chain(others).map(|(name, value)| format!("{name}={}", query_value(&value)));
        let value = value.map(|value| format!("{name}={}", query_value(value)));
        format!("?{}", parts.chain(value).collect::<Vec<_>>().join("&"))
    }

    /// One filter as a chip; pressed again, it is taken away.
    fn chip(&self, name: &'static str, value: &str, label: String) -> Chip {
        let chosen = self.chosen().iter().any(|(other, it)| *other == name && it == value);
        Chip { href: self.with(name, (!chosen).then_some(value)), label, chosen }
    }
}

fn filters(words: Words, view: &OrganizationView, asked: &Asked) -> Vec<Chip> {
    let policy = &view.head.organization.policy;
    let roles = policy.role_scheme.roles().iter();
    let mut chips: Vec<_> =
        roles.map(|role| asked.chip("role", role.key.as_str(), words.role(role.key.as_str()))).collect();
    for status in MemberStatus::ALL.into_iter().filter(|status| *status != MemberStatus::Active) {
        let label = words.t(&format!("badge-membership-{}", status.as_str()));
        chips.push(asked.chip("status", status.as_str(), label));
    }
    if sells_seats(view) {
        chips.push(asked.chip("seat", "with", words.t("filter-with-seat")));
        chips.push(asked.chip("seat", "without", words.t("filter-without-seat")));
    }
    chips
}

fn sorts(words: Words, asked: &Asked) -> Vec<Chip> {
    let newest = asked.sort.as_deref() == Some("newest");
    let chip =
        |value: Option<&str>, key: &str, chosen| Chip { href: asked.with("sort", value), label: words.t(key), chosen };
    vec![chip(None, "sort-name", !newest), chip(Some("newest"), "sort-newest", newest)]
}

/// Shows both lists, as far as the viewer may see them.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let may = |action: &str| view.allowed_actions.contains(&action);
    let (sees_members, sees_invitations) = (may("view_members"), may("view_invitations"));
    if !sees_members && !sees_invitations {
        return Err(Stop::NotAllowed);
    }
    let (memberships, by) = (visit.web.memberships(), visit.actor()?);
    let members = match sees_members {
        true => Some(memberships.members(organization, by, &asked.members()).await?),
        false => None,
    };
    let invitations = match sees_invitations {
        true => Some(memberships.invitations(organization, by, &asked.invitations()).await?),
        false => None,
    };
    let base = format!("/organizations/{organization}");
    let done = asked.done.as_deref();
    let page = visit.page(visit.words.t("members-title")).of(&view, "members").after(done);
    let page = page.undoing(undo_of_member(&visit, &view, (done, asked.of)).await);
    let template = MembersPage {
        page,
        base,
        filters: filters(visit.words, &view, &asked),
        sorts: sorts(visit.words, &asked),
        narrowed: asked.chosen().iter().any(|(name, _)| *name != "sort"),
        chosen: asked.chosen(),
        q: asked.search().unwrap_or_default(),
        may_invite: may("invite"),
        why_not_invite: why_not_invite(&visit, &view).await?,
        export: asked.with("", None),
        members: members.map(|it| list_members(&visit, &view, &asked, &it)).transpose()?,
        invitations: invitations.map(|it| list_invitations(&visit, &view, &asked, &it)),
    };
    Ok(html(StatusCode::OK, &template))
}

/// The members as a file: those that the same search and filters show.
pub(crate) async fn export(
    visit: Visit,
    Path(organization): Path<OrganizationId>,
    Query(asked): Query<Asked>,
) -> Answer {
    Ok(members_file(visit.web.memberships(), (organization, visit.actor()?), asked.members()).await?)
}

fn list_members(
    visit: &Visit,
    view: &OrganizationView,
    asked: &Asked,
    listed: &Listed<MemberView>,
) -> Result<MemberList, Stop> {
    let (organization, viewer) = (view.head.organization.id, visit.user()?);
    let rows = listed.items.iter().map(|it| MemberRow::of(visit.words, organization, viewer, it)).collect();
    let next = listed.next.as_ref().map(|next| next_page(asked, ("after", "id"), next, ""));
    let action = format!("/organizations/{organization}/members/several");
    let bulk = Bulk::of(action, several::for_members(visit.words, view, &listed.items));
    Ok(MemberList { bulk, rows, total: listed.total, next })
}

fn list_invitations(
    visit: &Visit,
    view: &OrganizationView,
    asked: &Asked,
    listed: &Listed<InvitationView>,
) -> InvitationList {
    let organization = view.head.organization.id;
    let rows = listed.items.iter().map(|it| InvitationRow::of(visit.words, organization, it)).collect();
    let next = listed.next.as_ref();
    let next = next.map(|next| next_page(asked, ("invited_after", "invited_id"), next, "#invitations"));
    InvitationList { rows, total: listed.total, next }
}

/// Where a page begins, if the query says so in a way that one of our pages can have said it.
pub(crate) fn cursor(after: Option<&String>, id: Option<uuid::Uuid>) -> Option<Cursor> {
    let after = after.filter(|it| !it.chars().any(char::is_control))?;
    Some(Cursor { after: after.clone(), id: id? })
}

/// The query of the next page of one list; the other list stays where it began.
fn next_page(asked: &Asked, (after, id): (&str, &str), next: &Cursor, at: &str) -> String {
    let q = asked.search().map(|q| format!("q={}&", query_value(&q))).unwrap_or_default();
    let chosen: String = asked.chosen().iter().map(|(name, it)| format!("{name}={}&", query_value(it))).collect();
    format!("?{q}{chosen}{after}={}&{id}={}{at}", query_value(&next.after), next.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_of_the_same_search() {
        let asked = Asked { q: Some(" a&b ".to_owned()), ..Asked::default() };
        let next = Cursor { after: "Zoë & Co".to_owned(), id: uuid::Uuid::nil() };
        let query = next_page(&asked, ("after", "id"), &next, "");
        assert_eq!(query, "?q=a%26b&after=Zo%C3%AB%20%26%20Co&id=00000000-0000-0000-0000-000000000000");
    }
}
