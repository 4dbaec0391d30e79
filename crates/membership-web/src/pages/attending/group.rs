//! One group: who is in it, who comes in, what it is called, and how it ends (S2.2, S2.10, S2.11).

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use membership_core::command::{DeleteGroup, Enrol, Place, RenameGroup, Withdraw};
use membership_core::group::Group;
use membership_core::id::{GroupId, MemberId, OrganizationId};
use membership_core::name::GroupName;
use membership_core::port::MemberQuery;
use membership_core::refusal::Refusal;
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::local_path::{local_path, query_value, saying_of};
use crate::page::Page;
use crate::pages::attending::people::Finder;
use crate::pages::attending::undo::undo_of_group;
use crate::pages::attending::{Came, Coming, ROWS, left, may_manage, some_addresses};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::member_rows::MemberRow;
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    page: Page,
    here: String,
    id: String,
    version: u64,
    /// The members, each with the id that a form names them by.
    rows: Vec<(String, MemberRow)>,
    total: u64,
    next: Option<String>,
    came: Vec<Came>,
    manage: Option<Manage>,
}

/// What only whoever may manage groups sees.
struct Manage {
    addresses: Field,
    finder: Finder,
    name: Field,
    /// Whether the new name is being talked about, so that it must not hide.
    name_open: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
    id: Option<uuid::Uuid>,
    who: Option<String>,
    done: Option<String>,
    of: Option<uuid::Uuid>,
}

type Target = Path<(OrganizationId, GroupId)>;

/// What is shown again after a form was not carried out.
#[derive(Default)]
struct Again<'a> {
    name: Option<&'a str>,
    addresses: Option<&'a str>,
    came: Vec<Came>,
}

/// Shows the group.
pub(crate) async fn show(visit: Visit, Path((organization, group)): Target, Query(asked): Query<Asked>) -> Answer {
    page(&visit, (organization, group), &asked, Again::default(), &Problems::none(visit.words)).await
}

/// Gives it another name.
pub(crate) async fn rename(Path((organization, group)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(name) = problems.read(GroupName::parse(posted.text("name"))) {
        let expected = posted.version();
        let command = RenameGroup { organization, by, group, name, expected };
        match or_refusal(visit.web.memberships().execute(&command).await)? {
            Ok(renamed) => {
                // The name that it had already leaves nothing to take back.
                let changed = (expected != Some(renamed.version)).then_some(group);
                return Ok(see_other(&saying_of(&here(organization, group), "group-renamed", changed)));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    let again = Again { name: Some(posted.text("name")), ..Again::default() };
    page(visit, (organization, group), &Asked::default(), again, &problems).await
}

/// Brings people in by their addresses: members at once, others by an invitation.
pub(crate) async fn add_addresses(Path((organization, group)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let mut problems = Problems::none(visit.words);
    let mut again = Again { addresses: Some(posted.text("addresses")), ..Again::default() };
    let mut still = String::new();
    if let Some(entries) = problems.read(some_addresses(posted.text("addresses"))) {
        let coming = Coming { entries, ..Coming::default() };
        match or_refusal(coming.bring(visit, organization, Place::Group(group)).await)? {
            Ok(enrolled) => {
                again.came = coming.outcomes(visit.words, &enrolled);
                still = left(&again.came);
            }
            Err(refusal) => problems.add(&refusal),
        }
        if problems.summary().is_none() {
            again.addresses = Some(&still);
        }
    }
    page(visit, (organization, group), &Asked::default(), again, &problems).await
}

/// Brings one member in, or takes one out.
pub(crate) async fn set_member(Path((organization, group)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let member: MemberId = posted.text("member").parse()?;
    let (memberships, members) = (visit.web.memberships(), vec![member]);
    let (groups, offers, place) = (Vec::new(), Vec::new(), Place::Group(group));
    let (done, result) = if posted.text("do") == "out" {
        let command = Withdraw { organization, by, from: place, groups, members, all_or_none: true };
        ("group-left", memberships.execute(&command).await.map(drop))
    } else {
        let command = Enrol { organization, by, into: place, groups, members, offers, all_or_none: true };
        ("group-joined", memberships.execute(&command).await.map(drop))
    };
    let back = local_path(posted.text("back")).map_or_else(|| here(organization, group), str::to_owned);
    match or_refusal(result)? {
        // Pressed twice, or by two at once: it is as it was asked for.
        Ok(()) | Err(Refusal::AlreadyInGroup | Refusal::NotInGroup) => {
            Ok(see_other(&saying_of(&back, done, Some(member))))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Brings a member into the group that was chosen on the member's page.
pub(crate) async fn join(Path((organization, member)): Path<(OrganizationId, MemberId)>, posted: Posted) -> Answer {
    let group: GroupId = posted.text("group").parse()?;
    let (by, into, members) = (posted.visit.actor()?, Place::Group(group), vec![member]);
    let (groups, offers) = (Vec::new(), Vec::new());
    let command = Enrol { organization, by, into, groups, members, offers, all_or_none: true };
    match or_refusal(posted.visit.web.memberships().execute(&command).await)? {
        Ok(_) | Err(Refusal::AlreadyInGroup) => {
            let back = format!("/organizations/{organization}/members/{member}");
            Ok(see_other(&saying_of(&back, "group-joined", Some(member))))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Says what becomes of members and sessions when the group is deleted.
pub(crate) async fn ask_delete(visit: Visit, Path((organization, id)): Target) -> Answer {
    let view = seen(&visit, organization).await?;
    if !may_manage(&view) {
        return Err(Stop::NotAllowed);
    }
    let memberships = visit.web.memberships();
    let group = memberships.group(organization, visit.actor()?, id).await?;
    let query = MemberQuery { group: Some(id), limit: 1, ..MemberQuery::default() };
    let members = memberships.members(organization, visit.actor()?, &query).await?.total;
    let words = visit.words;
    let here = here(organization, id);
    let template = Confirm {
        page: visit
            .page(words.t1("group-delete-title", "name", &group.name))
            .of(&view, "groups")
            .under(format!("/organizations/{organization}/groups"), words.t("groups-title"))
            .under(here.clone(), group.name.to_string()),
        consequences: vec![
            words.n("group-delete-members", members),
            words.t("group-delete-sessions"),
            words.t("group-delete-shares"),
            words.t("group-delete-invitations"),
            words.t("delete-final"),
        ],
        fields: Vec::new(),
        choices: None,
        action: format!("{here}/delete"),
        submit: words.t("group-delete"),
        grave: true,
        back: here,
    };
    Ok(html(http::StatusCode::OK, &template))
}

/// Deletes it.
pub(crate) async fn delete(Path((organization, group)): Target, posted: Posted) -> Answer {
    let command = DeleteGroup { organization, by: posted.visit.actor()?, group, expected: None };
    match or_refusal(posted.visit.web.memberships().execute(&command).await)? {
        Ok(()) | Err(Refusal::UnknownGroup { .. }) => {
            Ok(see_other(&format!("/organizations/{organization}/groups?done=group-deleted")))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path((organization, group)): Target) -> Response {
    see_other(&here(organization, group))
}

/// The same, from the form on a member's page.
pub(crate) async fn back_to_member(Path((organization, member)): Path<(OrganizationId, MemberId)>) -> Response {
    see_other(&format!("/organizations/{organization}/members/{member}"))
}

fn here(organization: OrganizationId, group: GroupId) -> String {
    format!("/organizations/{organization}/groups/{group}")
}

async fn page(
    visit: &Visit,
    (organization, id): (OrganizationId, GroupId),
    asked: &Asked,
    again: Again<'_>,
    problems: &Problems,
) -> Answer {
    let view = seen(visit, organization).await?;
    let (memberships, words) = (visit.web.memberships(), visit.words);
    let group = memberships.group(organization, visit.actor()?, id).await?;
    let cursor = cursor(asked.after.as_ref(), asked.id);
    let query = MemberQuery { group: Some(id), cursor, limit: ROWS, ..MemberQuery::default() };
    let listed = memberships.members(organization, visit.actor()?, &query).await?;
    let viewer = visit.user()?;
    let row = |it| MemberRow::of(words, organization, viewer, it);
    let manage =
        if may_manage(&view) { Some(manage(visit, &view, &group, asked, &again, problems).await?) } else { None };
    let undo = undo_of_group(visit, &view, &group, (asked.done.as_deref(), asked.of)).await;
    let template = GroupPage {
        page: visit
            .page(group.name.to_string())
            .of(&view, "groups")
            .under(format!("/organizations/{organization}/groups"), words.t("groups-title"))
            .after(asked.done.as_deref())
            .undoing(undo)
            .with_problem(problems.summary()),
        here: here(organization, id),
        id: id.to_string(),
        version: group.version,
        rows: listed.items.iter().map(|it| (it.member.id.to_string(), row(it))).collect(),
        total: listed.total,
        next: listed.next.map(|it| format!("?after={}&id={}", query_value(&it.after), it.id)),
        came: again.came,
        manage,
    };
    Ok(html(problems.status(), &template))
}

async fn manage(
    visit: &Visit,
    view: &OrganizationView,
    group: &Group,
    asked: &Asked,
    again: &Again<'_>,
    problems: &Problems,
) -> Result<Manage, Stop> {
    let (words, organization) = (visit.words, view.head.organization.id);
    let here = here(organization, group.id);
    let ways = (here.clone(), format!("{here}/members"));
    Ok(Manage {
        finder: Finder::of(visit, organization, asked.who.as_deref(), ways, Some(Place::Group(group.id))).await?,
        addresses: Field::area("addresses", words.t("field-addresses"), 4)
            .with(again.addresses.unwrap_or_default())
            .hinted(words.t("hint-group-addresses"))
            .judged(problems),
        name: Field::line("name", words.t("field-group-name"))
            .with(again.name.unwrap_or(group.name.as_str()))
            .at_most(GroupName::LONGEST)
            .over(group.name.as_str(), problems),
        name_open: again.name.is_some(),
    })
}
