//! One member: who it is, how the membership stands, what may be done, why the rest may not, and what has happened.

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::command::{ChangeRole, Reactivate, Remove, SetDeactivationDate, Suspend, TransferOwnership};
use membership_core::id::{GroupId, MemberId, OrganizationId};
use membership_core::port::AuditQuery;
use membership_core::refusal::Refusal;
use membership_core::service::{Failure, Outcome, Request};
use membership_core::view::{MemberView, OrganizationView};
use serde::Deserialize;

use crate::answer::{Answer, html};
use crate::page::{Page, sells_seats};
use crate::pages::attending::undo::undo_of_place;
use crate::pages::attending::{may_manage, offered_groups};
use crate::pages::organization::former::undo_of_member;
use crate::pages::organization::log::{Entry, show_entry};
use crate::pages::organization::member_action::MemberAction;
use crate::pages::organization::member_rows::MemberRow;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;

/// How much of the history the page shows.
const ENTRIES: u8 = 20;

#[derive(Template)]
#[template(path = "member.html")]
struct MemberPage {
    page: Page,
    base: String,
    row: MemberRow,
    /// Whether the member holds a seat, where seats mean anything.
    seat: Option<bool>,
    has_login: bool,
    powers: String,
    /// What cannot be done, each with the rule that says no.
    refused: Vec<(String, String)>,
    history: Option<Vec<Entry>>,
    /// Whether there is more of it than the page shows.
    goes_on: bool,
    /// The groups, if the viewer may see them.
    groups: Option<GroupsOf>,
}

/// The groups a member is in, and those that can be joined.
struct GroupsOf {
    member: String,
    base: String,
    present: Vec<(GroupId, String)>,
    /// `None` if the viewer may not change them.
    others: Option<Vec<(GroupId, String)>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
    of: Option<uuid::Uuid>,
}

/// Shows a member to whoever may see the members.
pub(crate) async fn show(
    visit: Visit,
    Path((organization, member)): Path<(OrganizationId, MemberId)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let view = seen(&visit, organization).await?;
    let own = view.own.as_ref().is_some_and(|own| own.member.id == member);
    if !own && !view.allowed_actions.contains(&"view_members") {
        return Err(Stop::NotAllowed);
    }
    let words = visit.words;
    let it = visit.web.memberships().member(organization, visit.actor()?, member).await?;
    let base = format!("/organizations/{organization}");
    let done = asked.done.as_deref();
    let page = visit.page(it.member.name.to_string()).of(&view, "members");
    let page = page.under(format!("{base}/members"), words.t("members-title")).after(done);
    let role = view.head.organization.policy.role_scheme.role(&it.member.role);
    let told = (done, asked.of);
    let undo = match undo_of_member(&visit, &view, told).await {
        None => undo_of_place(&visit, &view, told, &format!("{base}/members/{member}")).await,
        undo => undo,
    };
    let history = history(&visit, &view, member).await?;
    let template = MemberPage {
        page: page.undoing(undo),
        row: MemberRow::of(words, organization, visit.user()?, &it),
        seat: sells_seats(&view).then_some(it.seat),
        has_login: it.member.user.is_some(),
        powers: role.map(|role| words.powers(role)).unwrap_or_default(),
        refused: refused(&visit, &view, &it).await?,
        goes_on: history.as_ref().is_some_and(|it| usize::from(ENTRIES) <= it.len()),
        history,
        groups: groups(&visit, &view, &it).await?,
        base,
    };
    Ok(html(StatusCode::OK, &template))
}

async fn groups(visit: &Visit, view: &OrganizationView, it: &MemberView) -> Result<Option<GroupsOf>, Stop> {
    if !view.allowed_actions.contains(&"view_groups") {
        return Ok(None);
    }
    let organization = view.head.organization.id;
    let present = it.groups.iter().flatten();
    let present: Vec<_> = present.map(|group| (group.id, group.name.to_string())).collect();
    let others = match may_manage(view) {
        false => None,
        true => {
            let offered = offered_groups(visit, organization).await?.into_iter();
            let others = offered.filter(|group| present.iter().all(|(id, _)| *id != group.id));
            Some(others.map(|group| (group.id, group.name.to_string())).collect())
        }
    };
    let base = format!("/organizations/{organization}");
    Ok(Some(GroupsOf { member: it.member.id.to_string(), base, present, others }))
}

async fn history(visit: &Visit, view: &OrganizationView, member: MemberId) -> Result<Option<Vec<Entry>>, Stop> {
    if !view.allowed_actions.contains(&"view_audit") {
        return Ok(None);
    }
    let query = AuditQuery { subject: Some(member.0), limit: ENTRIES.into(), ..AuditQuery::default() };
    let entries = visit.web.memberships().audit(view.head.organization.id, visit.actor()?, &query).await?;
    Ok(Some(entries.iter().map(|entry| show_entry(visit.words, entry)).collect()))
}

/// What cannot be done to the member, with the refusal of the very command that would do it, tried without being
/// carried out. Shown only to whoever administers at all.
async fn refused(visit: &Visit, view: &OrganizationView, it: &MemberView) -> Result<Vec<(String, String)>, Stop> {
    let words = visit.words;
    // Whoever owes a second factor is told so by the frame, once and for all actions.
    if !view.allowed_actions.contains(&"view_invitations") || view.second_factor_required {
        return Ok(Vec::new());
    }
    let mut refused = Vec::new();
    for action in MemberAction::ALL.into_iter().filter(|action| !it.allowed_actions.contains(&action.name())) {
        if let Some(refusal) = try_out(visit, view, it, action).await? {
            refused.push((words.t(&format!("action-{}", action.slug())), words.refusal(&refusal)));
        }
    }
    Ok(refused)
}

/// The refusal of an action, if it is one whose absence needs a reason: giving a seat to whoever has one needs none.
async fn try_out(
    visit: &Visit,
    view: &OrganizationView,
    it: &MemberView,
    action: MemberAction,
) -> Result<Option<Refusal>, Stop> {
    let (by, organization) = (visit.actor()?, view.head.organization.id);
    let member = it.member.id;
    let memberships = visit.web.memberships();
    let trial = || Request { dry_run: true, ..Request::default() };
    fn told<T>(outcome: Result<Outcome<T>, Failure>) -> Result<Option<Refusal>, Stop> {
        Ok(or_refusal(outcome)?.err())
    }
    match action {
        MemberAction::ChangeRole => {
            let mut others = view.head.organization.policy.role_scheme.roles().iter().map(|role| &role.key);
            let role = others.find(|role| **role != it.member.role).unwrap_or(&it.member.role).clone();
            let command = ChangeRole { organization, by, member, role, expected: None };
            told(memberships.run(&command, trial(), |_| None).await)
        }
        MemberAction::Remove => {
            let command = Remove { organization, by, member, expected: None };
            told(memberships.run(&command, trial(), |_| None).await)
        }
        MemberAction::TransferOwnership => {
            let command = TransferOwnership { organization, by, member, expected: None };
            told(memberships.run(&command, trial(), |_| None).await)
        }
        MemberAction::SetDeactivationDate => {
            let command = SetDeactivationDate { organization, by, member, at: None, expected: None };
            told(memberships.run(&command, trial(), |_| None).await)
        }
        MemberAction::Suspend => told(memberships.run(&Suspend { organization, by, member }, trial(), |_| None).await),
        MemberAction::Reactivate if it.access.because().is_some() => {
            told(memberships.run(&Reactivate { organization, by, member }, trial(), |_| None).await)
        }
        MemberAction::Reactivate
        | MemberAction::AllocateSeat
        | MemberAction::ReleaseSeat
        | MemberAction::SetLogin
        | MemberAction::SendSetUpLink
        | MemberAction::SignOut => Ok(None),
    }
}
