//! How what was just done to a group, a program or a session is taken back by one press: by the command that does the
//! opposite, for whoever did it, as long as nothing else has happened to it since.

use membership_core::group::Group;
use membership_core::id::GroupId;
use membership_core::program::{Phase, Program, Session};
use membership_core::view::OrganizationView;
use time::OffsetDateTime;

use crate::form::posted::VERSION;
use crate::page::Undo;
use crate::pages::attending::dates::{exact_time, typed_time};
use crate::pages::attending::{group_names, may_manage};
use crate::pages::organization::former::{Doing, Told, done_last};
use crate::visit::Visit;

/// Of a member's coming into a group, or leaving it; `back` is the page that tells it.
pub(crate) async fn undo_of_place(
    visit: &Visit,
    view: &OrganizationView,
    (done, of): Told<'_>,
    back: &str,
) -> Option<Undo> {
    let (done, member) = (done?, of?);
    let way = match done {
        "group-joined" => "out",
        "group-left" => "in",
        _ => return None,
    };
    if !may_manage(view) {
        return None;
    }
    let last = done_last(visit, view, member, None).await.filter(|it| it.event == done)?;
    let group: GroupId = last.before("group")?.parse().ok()?;
    let fields = vec![("member", member.to_string()), ("do", way.to_owned()), ("back", back.to_owned())];
    Some(Undo { href: format!("/organizations/{}/groups/{group}/members", view.head.organization.id), fields })
}

/// Of what the group's page tells: its other name, or a member's coming or leaving.
pub(super) async fn undo_of_group(
    visit: &Visit,
    view: &OrganizationView,
    group: &Group,
    told: Told<'_>,
) -> Option<Undo> {
    let here = format!("/organizations/{}/groups/{}", view.head.organization.id, group.id);
    if told != (Some("group-renamed"), Some(group.id.0)) {
        let members = format!("{here}/members");
        return undo_of_place(visit, view, told, &here).await.filter(|it| it.href == members);
    }
    if !may_manage(view) {
        return None;
    }
    let last = done_last(visit, view, group.id.0, None).await.filter(|it| it.event == "group-renamed")?;
    let fields = vec![("name", last.before("name")?.to_owned()), (VERSION, group.version.to_string())];
    Some(Undo { href: format!("{here}/name"), fields })
}

/// Of a change of the program, if every group that was taken off it is still there.
pub(super) async fn undo_of_program(
    visit: &Visit,
    view: &OrganizationView,
    program: &Program,
    told: Told<'_>,
) -> Option<Undo> {
    if told != (Some("program-saved"), Some(program.id.0)) || !may_manage(view) {
        return None;
    }
    let organization = view.head.organization.id;
    let last = done_last(visit, view, program.id.0, None).await.filter(|it| it.event == "program-changed")?;
    let groups = last.list_before("groups")?;
    let ids: Vec<GroupId> = groups.iter().map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let taken_off: Vec<_> = ids.into_iter().filter(|it| !program.groups.contains(it)).collect();
    if group_names(visit, organization, &taken_off).await.ok()?.len() != taken_off.len() {
        return None;
    }
    // No message and no language stand in the form as nothing typed.
    let text = |fact: &str| last.before(fact).unwrap_or_default().to_owned();
    let mut fields = vec![
        ("name", last.before("name")?.to_owned()),
        ("message", text("message")),
        ("language", text("language")),
        (VERSION, program.version.to_string()),
    ];
    fields.extend(groups.into_iter().map(|id| ("groups", id.to_owned())));
    Some(Undo { href: format!("/organizations/{organization}/programs/{}", program.id), fields })
}

/// Of what the session's page tells: its other title or dates, or that a group or a member came in or was taken out.
pub(super) async fn undo_of_session(
    visit: &Visit,
    view: &OrganizationView,
    (session, now): (&Session, OffsetDateTime),
    (done, of): Told<'_>,
) -> Option<Undo> {
    let (done, of) = (done?, of?);
    if !may_manage(view) {
        return None;
    }
    let last = done_last(visit, view, of, None).await?;
    let id = session.id.to_string();
    let of_session = of == session.id.0;
    let of_member = last.before("session") == Some(id.as_str());
    // Nobody comes into what is over.
    let is_open = session.phase_at(now) != Phase::Over;
    let (path, fields) = match (done, last.event.as_str()) {
        ("session-saved", "session-changed") if of_session => (String::new(), terms_before(&last, session, now)?),
        ("enrolled", "session-changed") if of_session => {
            (format!("/groups/{}/withdrawal", last.put_in("groups")?), Vec::new())
        }
        ("withdrawn", "session-changed") if of_session && is_open => {
            ("/enrolments".to_owned(), vec![("groups", last.taken_out("groups")?)])
        }
        ("enrolled", "member-enrolled") if of_member => ("/withdrawals".to_owned(), vec![("member", of.to_string())]),
        ("withdrawn", "enrolment-ended") if of_member && is_open => {
            ("/enrolments".to_owned(), vec![("member", of.to_string())])
        }
        _ => return None,
    };
    Some(Undo { href: format!("/organizations/{}/sessions/{id}{path}", view.head.organization.id), fields })
}

/// The fields of the session as they were, if it can be that again and they can say so.
fn terms_before(last: &Doing, session: &Session, now: OffsetDateTime) -> Option<Vec<(&'static str, String)>> {
    let (starts_at, ends_at) = (last.time_before("starts_at")?, last.time_before("ends_at")?);
    // What has begun keeps its start, and nothing is moved to where it would be over.
    let is_moved = starts_at != session.starts_at;
    if (is_moved && session.phase_at(now) != Phase::Ahead) || ends_at <= now {
        return None;
    }
    let time = |before: OffsetDateTime, present: OffsetDateTime| {
        if before == present { Some(typed_time(present)) } else { exact_time(before) }
    };
    Some(vec![
        ("title", last.before("title")?.to_owned()),
        ("starts_at", time(starts_at, session.starts_at)?),
        ("ends_at", time(ends_at, session.ends_at)?),
        (VERSION, session.version.to_string()),
    ])
}
