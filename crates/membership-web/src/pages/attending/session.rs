//! One session: when it is, who is enrolled and why, and who else comes in (S2.5, S2.11, S2.13).

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use membership_core::command::{ChangeSession, DeleteSession, Place, SessionTerms, Withdraw};
use membership_core::id::{GroupId, MemberId, OrganizationId, SessionId};
use membership_core::input::InvalidInput;
use membership_core::name::SessionTitle;
use membership_core::port::{EnrolledMember, EnrolledQuery};
use membership_core::program::{Phase, Program, Session, groups_named};
use membership_core::refusal::Refusal;
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Boxes, Field, Posted, Problems};
use crate::local_path::{saying, saying_of};
use crate::page::Page;
use crate::pages::attending::dates::{phase, read_changed_time, span};
use crate::pages::attending::people::Finder;
use crate::pages::attending::program::session_fields;
use crate::pages::attending::undo::undo_of_session;
use crate::pages::attending::{
    Came, Coming, ROWS, few_addresses, group_boxes, group_names, left, may_manage, now, ticked_groups,
};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::tint::{initials, tint};
use crate::visit::Visit;
use crate::words::machine_time;

#[derive(Template)]
#[template(path = "session.html")]
struct SessionPage {
    page: Page,
    here: String,
    version: u64,
    when: String,
    when_machine: String,
    phase: String,
    tone: &'static str,
    /// When the mails go out, if that is still to come.
    mails: Option<String>,
    groups: Vec<AttendingGroup>,
    rows: Vec<EnrolledRow>,
    total: u64,
    next: Option<String>,
    came: Vec<Came>,
    manage: Option<Manage>,
}

/// A group that attends, and through what.
struct AttendingGroup {
    id: String,
    href: String,
    name: String,
    /// Whether it attends all of the program, and so cannot be taken off here.
    whole_program: bool,
}

struct EnrolledRow {
    id: String,
    href: String,
    name: String,
    initials: String,
    tint: u8,
    email: Option<String>,
    /// Why: by name, and through which groups.
    why: Vec<String>,
    by_name: bool,
}

/// What only whoever may manage programs sees.
struct Manage {
    /// `None` once the session is over.
    enrol: Option<EnrolForm>,
    change: Vec<Field>,
    change_open: bool,
}

struct EnrolForm {
    groups: Option<Boxes>,
    addresses: Field,
    finder: Finder,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
    who: Option<String>,
    done: Option<String>,
    of: Option<uuid::Uuid>,
}

type Target = Path<(OrganizationId, SessionId)>;

type GroupTarget = Path<(OrganizationId, SessionId, GroupId)>;

/// What is shown again after a form was not, or not wholly, carried out.
#[derive(Default)]
struct Again<'a> {
    change: Option<&'a Posted>,
    addresses: Option<String>,
    groups: Vec<GroupId>,
    came: Vec<Came>,
}

/// Shows the session.
pub(crate) async fn show(visit: Visit, Path((organization, session)): Target, Query(asked): Query<Asked>) -> Answer {
    page(&visit, (organization, session), &asked, Again::default(), &Problems::none(visit.words)).await
}

/// Changes its title or moves its dates; the mails move with the start.
pub(crate) async fn change(Path((organization, session)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let present = visit.web.memberships().session(organization, by, session).await?;
    let mut problems = Problems::none(visit.words);
    let title = problems.read(SessionTitle::parse(posted.text("title")));
    let starts_at = problems.read(read_changed_time("starts_at", posted.text("starts_at"), present.starts_at));
    let ends_at = problems.read(read_changed_time("ends_at", posted.text("ends_at"), present.ends_at));
    if let (Some(title), Some(starts_at), Some(ends_at)) = (title, starts_at, ends_at) {
        let terms = SessionTerms { title, starts_at, ends_at };
        let expected = posted.version();
        let command = ChangeSession { organization, by, session, terms, expected };
        match or_refusal(visit.web.memberships().execute(&command).await)? {
            Ok(saved) => {
                let changed = (saved.version != present.version).then_some(session);
                return Ok(see_other(&saying_of(&here(organization, session), "session-saved", changed)));
            }
            Err(refusal @ Refusal::DateInThePast) => problems.add_to("ends_at", &refusal),
            Err(refusal @ Refusal::SessionBegun) => problems.add_to("starts_at", &refusal),
            Err(refusal) => problems.add(&refusal),
        }
    }
    let again = Again { change: Some(&posted), ..Again::default() };
    page(visit, (organization, session), &Asked::default(), again, &problems).await
}

/// Brings in groups, addresses, or one member who was found.
pub(crate) async fn enrol(Path((organization, session)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let mut problems = Problems::none(visit.words);
    let member = problems.read(posted.optional("member").map(str::parse::<MemberId>).transpose());
    let groups = problems.read(ticked_groups(&posted).and_then(groups_named));
    let entries = problems.read(few_addresses(posted.text("addresses")));
    let (Some(member), Some(groups), Some(entries)) = (member, groups, entries) else {
        let groups = ticked_groups(&posted).unwrap_or_default();
        let again = Again { addresses: Some(posted.text("addresses").to_owned()), groups, ..Again::default() };
        return page(visit, (organization, session), &Asked::default(), again, &problems).await;
    };
    let coming = Coming { groups, members: member.into_iter().collect(), entries };
    let mut again = Again { groups: coming.groups.clone(), ..Again::default() };
    if coming.groups.is_empty() && coming.members.is_empty() && coming.entries.is_empty() {
        problems.add(&Refusal::Invalid(InvalidInput::new("addresses", "empty", "must not be empty")));
    } else {
        match or_refusal(coming.bring(visit, organization, Place::Session(session)).await)? {
            Ok(enrolled) => {
                again.came = coming.outcomes(visit.words, &enrolled);
                again.groups.clear();
                if again.came.iter().all(|it| it.refused.is_none() && it.who.is_empty()) {
                    // Of several, the log has an entry each, and one press takes back one.
                    let one = match (coming.groups.as_slice(), coming.members.as_slice()) {
                        ([_], []) => Some(session.0),
                        ([], [member]) => Some(member.0),
                        _ => None,
                    };
                    return Ok(see_other(&saying_of(&here(organization, session), "enrolled", one)));
                }
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    let failed = problems.summary().is_some();
    again.addresses = Some(if failed { posted.text("addresses").to_owned() } else { left(&again.came) });
    page(visit, (organization, session), &Asked::default(), again, &problems).await
}

/// Takes a member out.
pub(crate) async fn withdraw(Path((organization, session)): Target, posted: Posted) -> Answer {
    let member: MemberId = posted.text("member").parse()?;
    take_out(&posted.visit, (organization, session), Vec::new(), vec![member]).await
}

/// Says how many people attend through a group before it is taken out.
pub(crate) async fn ask_withdraw_group(visit: Visit, Path((organization, id, group)): GroupTarget) -> Answer {
    let view = seen(&visit, organization).await?;
    if !may_manage(&view) {
        return Err(Stop::NotAllowed);
    }
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let session = memberships.session(organization, by, id).await?;
    let name = memberships.group(organization, by, group).await?.name;
    let query = EnrolledQuery { session: id, members: None, group: Some(group), after: None, limit: 1 };
    let enrolled = memberships.enrolled(organization, by, &query).await?.total;
    let here = here(organization, id);
    let template = Confirm {
        page: visit
            .page(words.t2("session-withdraw-title", ("group", &name), ("title", &session.title)))
            .of(&view, "programs")
            .under(format!("/organizations/{organization}/programs"), words.t("programs-title"))
            .under(here.clone(), session.title.to_string()),
        consequences: vec![words.n("session-withdraw-members", enrolled), words.t("session-withdraw-stay")],
        fields: Vec::new(),
        choices: None,
        action: format!("{here}/groups/{group}/withdrawal"),
        submit: words.t("take-out"),
        grave: true,
        back: here,
    };
    Ok(html(http::StatusCode::OK, &template))
}

/// Takes a group out.
pub(crate) async fn withdraw_group(Path((organization, session, group)): GroupTarget, posted: Posted) -> Answer {
    take_out(&posted.visit, (organization, session), vec![group], Vec::new()).await
}

async fn take_out(
    visit: &Visit,
    (organization, session): (OrganizationId, SessionId),
    groups: Vec<GroupId>,
    members: Vec<MemberId>,
) -> Answer {
    let (by, from) = (visit.actor()?, Place::Session(session));
    let whom = members.first().map_or(session.0, |member| member.0);
    let command = Withdraw { organization, by, from, groups, members, all_or_none: true };
    match or_refusal(visit.web.memberships().execute(&command).await)? {
        Ok(_) | Err(Refusal::NotEnrolled) => {
            Ok(see_other(&saying_of(&here(organization, session), "withdrawn", Some(whom))))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Says what goes with the session when it is deleted.
pub(crate) async fn ask_delete(visit: Visit, Path((organization, id)): Target) -> Answer {
    let view = seen(&visit, organization).await?;
    if !may_manage(&view) {
        return Err(Stop::NotAllowed);
    }
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let session = memberships.session(organization, by, id).await?;
    let query = EnrolledQuery { session: id, members: None, group: None, after: None, limit: 1 };
    let enrolled = memberships.enrolled(organization, by, &query).await?.total;
    let here = here(organization, id);
    let template = Confirm {
        page: visit
            .page(words.t1("session-delete-title", "title", &session.title))
            .of(&view, "programs")
            .under(format!("/organizations/{organization}/programs"), words.t("programs-title"))
            .under(here.clone(), session.title.to_string()),
        consequences: vec![
            words.n("session-delete-members", enrolled),
            words.t("session-delete-mail"),
            words.t("delete-final"),
        ],
        fields: Vec::new(),
        choices: None,
        action: format!("{here}/delete"),
        submit: words.t("session-delete"),
        grave: true,
        back: here,
    };
    Ok(html(http::StatusCode::OK, &template))
}

/// Deletes it.
pub(crate) async fn delete(Path((organization, session)): Target, posted: Posted) -> Answer {
    let by = posted.visit.actor()?;
    let memberships = posted.visit.web.memberships();
    let program = or_refusal(memberships.session(organization, by, session).await)?.map(|it| it.program);
    let back = match program {
        Ok(program) => format!("/organizations/{organization}/programs/{program}"),
        Err(_) => format!("/organizations/{organization}/programs"),
    };
    match or_refusal(memberships.execute(&DeleteSession { organization, by, session, expected: None }).await)? {
        Ok(()) | Err(Refusal::UnknownSession) => Ok(see_other(&saying(&back, "session-deleted"))),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path((organization, session)): Target) -> Response {
    see_other(&here(organization, session))
}

fn here(organization: OrganizationId, session: SessionId) -> String {
    format!("/organizations/{organization}/sessions/{session}")
}

async fn page(
    visit: &Visit,
    (organization, id): (OrganizationId, SessionId),
    asked: &Asked,
    again: Again<'_>,
    problems: &Problems,
) -> Answer {
    let view = seen(visit, organization).await?;
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let session = memberships.session(organization, by, id).await?;
    let program = memberships.program(organization, by, session.program).await?;
    let after = asked.after.as_deref().and_then(|it| it.parse().ok());
    let query = EnrolledQuery { session: id, members: None, group: None, after, limit: ROWS };
    let listed = memberships.enrolled(organization, by, &query).await?;
    let groups = attending(visit, organization, (&program, &session)).await?;
    let now = now(visit).await?;
    let at = session.phase_at(now);
    let (phase, tone) = phase(words, at);
    let base = format!("/organizations/{organization}");
    let manage = match may_manage(&view) {
        true => Some(manage(visit, &view, &session, (asked, &again), problems).await?),
        false => None,
    };
    let undo = undo_of_session(visit, &view, (&session, now), (asked.done.as_deref(), asked.of)).await;
    let template = SessionPage {
        page: visit
            .page(session.title.to_string())
            .of(&view, "programs")
            .under(format!("{base}/programs"), words.t("programs-title"))
            .under(format!("{base}/programs/{}", program.id), program.name.to_string())
            .after(asked.done.as_deref())
            .undoing(undo)
            .with_problem(problems.summary()),
        here: here(organization, id),
        version: session.version,
        when: span(words, &session),
        when_machine: machine_time(session.starts_at),
        phase,
        tone,
        mails: (at == Phase::Ahead).then(|| words.moment(session.starts_at)),
        rows: listed.items.iter().map(|it| row(visit, &base, it, &groups)).collect(),
        groups,
        total: listed.total,
        next: listed.next.map(|it| format!("?after={}", it.id)),
        came: again.came,
        manage,
    };
    Ok(html(problems.status(), &template))
}

fn row(visit: &Visit, base: &str, it: &EnrolledMember, groups: &[AttendingGroup]) -> EnrolledRow {
    let (words, name) = (visit.words, it.member.name.to_string());
    let called = |id: &GroupId| groups.iter().find(|group| group.id == id.to_string()).map(|group| group.name.clone());
    let through = it.groups.iter().filter_map(called).map(|name| words.t1("enrolled-through", "group", name));
    EnrolledRow {
        id: it.member.id.to_string(),
        href: format!("{base}/members/{}", it.member.id),
        initials: initials(&name),
        tint: tint(&name),
        email: it.member.email.as_ref().map(ToString::to_string),
        why: it.by_name.then(|| words.t("enrolled-by-name")).into_iter().chain(through).collect(),
        by_name: it.by_name,
        name,
    }
}

async fn attending(
    visit: &Visit,
    organization: OrganizationId,
    (program, session): (&Program, &Session),
) -> Result<Vec<AttendingGroup>, Stop> {
    let others = session.groups.iter().filter(|it| !program.groups.contains(it));
    let ids: Vec<_> = program.groups.iter().chain(others).copied().collect();
    let names = group_names(visit, organization, &ids).await?;
    let attending = |(id, name): (GroupId, String)| AttendingGroup {
        id: id.to_string(),
        href: format!("/organizations/{organization}/groups/{id}"),
        name,
        whole_program: program.groups.contains(&id),
    };
    Ok(names.into_iter().map(attending).collect())
}

async fn manage(
    visit: &Visit,
    view: &OrganizationView,
    session: &Session,
    (asked, again): (&Asked, &Again<'_>),
    problems: &Problems,
) -> Result<Manage, Stop> {
    let (words, organization) = (visit.words, view.head.organization.id);
    let here = here(organization, session.id);
    let enrol = match session.phase_at(now(visit).await?) {
        Phase::Over => None,
        Phase::Ahead | Phase::Running => {
            let ways = (here.clone(), format!("{here}/enrolments"));
            let place = Place::Session(session.id);
            let groups = group_boxes(visit, organization, &again.groups).await?;
            Some(EnrolForm {
                groups: groups.map(|it| it.hinted(words.t("hint-session-groups")).judged(problems)),
                addresses: Field::area("addresses", words.t("field-addresses"), 3)
                    .with(again.addresses.as_deref().unwrap_or_default())
                    .hinted(words.t("hint-session-addresses"))
                    .optional()
                    .judged(problems),
                finder: Finder::of(visit, organization, asked.who.as_deref(), ways, Some(place)).await?,
            })
        }
    };
    Ok(Manage {
        enrol,
        change: session_fields(words, (again.change, Some(session)), problems),
        change_open: again.change.is_some(),
    })
}
