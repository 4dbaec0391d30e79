//! A member as a row: who, what they are, and what the viewer may do to them, which the rules say (S1.9).

use membership_core::id::{OrganizationId, UserId};
use membership_core::member::MemberStatus;
use membership_core::view::MemberView;

use crate::pages::organization::member_action::MemberAction;
use crate::pages::organization::several::can_be_chosen;
use crate::pages::organizations::role_of;
use crate::tint::{initials, tint};
use crate::words::Words;

/// A member as a row.
pub(crate) struct MemberRow {
    pub id: String,
    /// Whether something can be done to several of which this is one.
    pub can_be_chosen: bool,
    pub href: String,
    pub name: String,
    pub initials: String,
    pub tint: u8,
    pub email: Option<String>,
    pub role: String,
    pub is_owner: bool,
    pub is_self: bool,
    /// What keeps the member from full access, as a badge.
    pub status: Option<String>,
    /// Until when, if the membership ends by itself.
    pub until: Option<String>,
    pub joined: String,
    pub actions: Vec<RowAction>,
    /// What the row's menu is called, for whoever does not see where it stands.
    pub menu: String,
}

/// One of the actions of a row.
pub(crate) struct RowAction {
    pub href: String,
    pub label: String,
    /// Whether it takes something away.
    pub grave: bool,
    /// What the row says at once, if it is done without a page of its own.
    pub now: Option<String>,
}

impl MemberRow {
    /// Shows a member to whoever is signed in.
    pub(crate) fn of(words: Words, organization: OrganizationId, viewer: UserId, view: &MemberView) -> Self {
        let member = &view.member;
        let name = member.name.to_string();
        Self {
            id: member.id.to_string(),
            can_be_chosen: can_be_chosen(view),
            href: format!("/organizations/{organization}/members/{}", member.id),
            initials: initials(&name),
            tint: tint(&name),
            email: member.email.as_ref().map(ToString::to_string),
            role: role_of(words, view),
            is_owner: view.is_owner,
            is_self: member.user == Some(viewer),
            status: status(words, view),
            until: member.deactivates_at.filter(|_| view.status != MemberStatus::Deactivated).map(|at| words.date(at)),
            joined: words.date(member.joined_at),
            actions: actions(words, organization, view),
            menu: words.t1("member-actions", "name", &name),
            name,
        }
    }
}

fn status(words: Words, view: &MemberView) -> Option<String> {
    view.access.because().map(|rule| words.t(&format!("badge-{rule}")))
}

fn actions(words: Words, organization: OrganizationId, view: &MemberView) -> Vec<RowAction> {
    let base = format!("/organizations/{organization}");
    let offered = |name: &str| view.allowed_actions.contains(&name);
    let mut actions: Vec<_> = MemberAction::ALL
        .into_iter()
        .filter(|action| offered(action.name()))
        .map(|action| RowAction {
            href: format!("{base}/members/{}/{}", view.member.id, action.slug()),
            label: words.t(&format!("action-{}", action.slug())),
            grave: action.is_grave(),
            now: action.is_at_once().then(|| words.t(&format!("now-{}", action.slug()))),
        })
        .collect();
    if offered("leave") {
        let label = words.t("leave");
        actions.push(RowAction { href: format!("{base}/leave"), label, grave: true, now: None });
    }
    actions
}
