//! One program: its sessions in the order of time, who attends all of them, and what its mail says (S2.4, S2.5).

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use membership_core::command::{ChangeProgram, CreateSession, DeleteProgram, SessionTerms};
use membership_core::id::{OrganizationId, ProgramId, SessionId};
use membership_core::name::SessionTitle;
use membership_core::port::SessionQuery;
use membership_core::program::{Phase, Session};
use membership_core::refusal::Refusal;
use time::OffsetDateTime;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::local_path::{query_value, saying_of};
use crate::page::{Page, Way};
use crate::pages::attending::dates::{phase, read_time, span};
use crate::pages::attending::programs::{ProgramForm, program_form, read_terms};
use crate::pages::attending::undo::undo_of_program;
use crate::pages::attending::{Asked, ROWS, group_names, make, may_manage, now};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::words::{Words, machine_time};

#[derive(Template)]
#[template(path = "program.html")]
struct ProgramPage {
    page: Page,
    here: String,
    version: u64,
    message: Option<String>,
    language: Option<String>,
    /// The groups that attend all of it.
    groups: Vec<Way>,
    sessions: Vec<OnTheLine>,
    total: u64,
    next: Option<String>,
    manage: Option<Manage>,
}

/// What only whoever may manage programs sees.
struct Manage {
    change: ProgramForm,
    change_open: bool,
    new: Vec<Field>,
    new_open: bool,
}

/// A session on the line of time.
struct OnTheLine {
    /// The month, where another one begins.
    month: Option<String>,
    href: String,
    title: String,
    when: String,
    when_machine: String,
    phase: String,
    tone: &'static str,
    dot: &'static str,
    groups: Option<String>,
}

type Target = Path<(OrganizationId, ProgramId)>;

/// Which of the page's forms was not carried out.
#[derive(Clone, Copy)]
enum Again<'a> {
    None,
    Program(&'a Posted),
    Session(&'a Posted),
}

/// Shows the program.
pub(crate) async fn show(visit: Visit, Path((organization, program)): Target, Query(asked): Query<Asked>) -> Answer {
    page(&visit, (organization, program), &asked, Again::None, &Problems::none(visit.words)).await
}

/// Changes it.
pub(crate) async fn change(Path((organization, program)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(terms) = read_terms(&posted, &mut problems) {
        let expected = posted.version();
        let command = ChangeProgram { organization, by, program, terms, expected };
        match or_refusal(visit.web.memberships().execute(&command).await)? {
            Ok(saved) => {
                // What it was already leaves nothing to take back.
                let changed = (expected != Some(saved.version)).then_some(program);
                return Ok(see_other(&saying_of(&here(organization, program), "program-saved", changed)));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    page(visit, (organization, program), &Asked::default(), Again::Program(&posted), &problems).await
}

/// Gives it another session.
pub(crate) async fn add_session(Path((organization, program)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    let title = problems.read(SessionTitle::parse(posted.text("title")));
    let starts_at = problems.read(read_time("starts_at", posted.text("starts_at")));
    let ends_at = problems.read(read_time("ends_at", posted.text("ends_at")));
    if let (Some(title), Some(starts_at), Some(ends_at)) = (title, starts_at, ends_at) {
        let session = SessionId(posted.once().id("session"));
        let terms = SessionTerms { title, starts_at, ends_at };
        match make(&posted, organization, &CreateSession { organization, by, program, session, terms }).await? {
            Ok(()) => {
                return Ok(see_other(&format!("/organizations/{organization}/sessions/{session}?done=session-made")));
            }
            Err(refusal @ Refusal::DateInThePast) => problems.add_to("ends_at", &refusal),
            Err(refusal) => problems.add(&refusal),
        }
    }
    page(visit, (organization, program), &Asked::default(), Again::Session(&posted), &problems).await
}

/// Says what goes with the program when it is deleted.
pub(crate) async fn ask_delete(visit: Visit, Path((organization, id)): Target) -> Answer {
    let view = seen(&visit, organization).await?;
    if !may_manage(&view) {
        return Err(Stop::NotAllowed);
    }
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let program = memberships.program(organization, by, id).await?;
    let query = SessionQuery { limit: 1, ..SessionQuery::default() };
    let sessions = memberships.sessions(organization, by, (id, &query)).await?.total;
    let here = here(organization, id);
    let template = Confirm {
        page: visit
            .page(words.t1("program-delete-title", "name", &program.name))
            .of(&view, "programs")
            .under(format!("/organizations/{organization}/programs"), words.t("programs-title"))
            .under(here.clone(), program.name.to_string()),
        consequences: vec![
            words.n("program-delete-sessions", sessions),
            words.t("program-delete-members"),
            words.t("program-delete-mail"),
            words.t("delete-final"),
        ],
        fields: Vec::new(),
        choices: None,
        action: format!("{here}/delete"),
        submit: words.t("program-delete"),
        grave: true,
        back: here,
    };
    Ok(html(http::StatusCode::OK, &template))
}

/// Deletes it.
pub(crate) async fn delete(Path((organization, program)): Target, posted: Posted) -> Answer {
    let command = DeleteProgram { organization, by: posted.visit.actor()?, program, expected: None };
    match or_refusal(posted.visit.web.memberships().execute(&command).await)? {
        Ok(()) | Err(Refusal::UnknownProgram) => {
            Ok(see_other(&format!("/organizations/{organization}/programs?done=program-deleted")))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path((organization, program)): Target) -> Response {
    see_other(&here(organization, program))
}

fn here(organization: OrganizationId, program: ProgramId) -> String {
    format!("/organizations/{organization}/programs/{program}")
}

/// The fields of a session: as they were typed, or else as it is.
pub(crate) fn session_fields(
    words: Words,
    (posted, present): (Option<&Posted>, Option<&Session>),
    problems: &Problems,
) -> Vec<Field> {
    use crate::pages::attending::dates::typed_time;
    let typed = |name: &str, present: Option<String>| match posted {
        Some(posted) => posted.text(name).to_owned(),
        None => present.unwrap_or_default(),
    };
    let time = |name: &'static str, label: &str, present: Option<OffsetDateTime>| {
        let present = present.map(typed_time);
        Field::line(name, words.t(label))
            .of_kind("datetime-local")
            .with(typed(name, present.clone()))
            .hinted(words.t("hint-time"))
            .over(&present.unwrap_or_default(), problems)
    };
    let title = present.map(|it| it.title.to_string());
    vec![
        Field::line("title", words.t("field-title"))
            .with(typed("title", title.clone()))
            .at_most(SessionTitle::LONGEST)
            .over(&title.unwrap_or_default(), problems),
        time("starts_at", "field-starts-at", present.map(|it| it.starts_at)),
        time("ends_at", "field-ends-at", present.map(|it| it.ends_at)),
    ]
}

async fn page(
    visit: &Visit,
    (organization, id): (OrganizationId, ProgramId),
    asked: &Asked,
    again: Again<'_>,
    problems: &Problems,
) -> Answer {
    let view = seen(visit, organization).await?;
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let program = memberships.program(organization, by, id).await?;
    let after = asked.after.as_ref().filter(|it| it.parse::<i64>().is_ok());
    let query = SessionQuery { cursor: cursor(after, asked.id), limit: ROWS, ..SessionQuery::default() };
    let listed = memberships.sessions(organization, by, (id, &query)).await?;
    let (posted_program, posted_session) = match again {
        Again::None => (None, None),
        Again::Program(posted) => (Some(posted), None),
        Again::Session(posted) => (None, Some(posted)),
    };
    let none = Problems::none(words);
    let problems_of = |it: Option<&Posted>| if it.is_some() { problems } else { &none };
    let manage = match may_manage(&view) {
        false => None,
        true => Some(Manage {
            change: program_form(visit, organization, (posted_program, Some(&program)), problems_of(posted_program))
                .await?,
            change_open: posted_program.is_some(),
            new: session_fields(words, (posted_session, None), problems_of(posted_session)),
            new_open: posted_session.is_some() || listed.total == 0,
        }),
    };
    let groups = group_names(visit, organization, &program.groups).await?;
    let undo = undo_of_program(visit, &view, &program, (asked.done.as_deref(), asked.of)).await;
    let way = |(id, name)| Way::to(format!("/organizations/{organization}/groups/{id}"), name);
    let template = ProgramPage {
        page: visit
            .page(program.name.to_string())
            .of(&view, "programs")
            .under(format!("/organizations/{organization}/programs"), words.t("programs-title"))
            .after(asked.done.as_deref())
            .undoing(undo)
            .with_problem(problems.summary()),
        here: here(organization, id),
        version: program.version,
        language: program.language.map(|it| words.t(&format!("language-{it}"))),
        message: program.message,
        groups: groups.into_iter().map(way).collect(),
        sessions: line_of_time(visit, organization, (&listed.items, now(visit).await?)),
        total: listed.total,
        next: listed.next.map(|it| format!("?after={}&id={}", query_value(&it.after), it.id)),
        manage,
    };
    Ok(html(problems.status(), &template))
}

fn line_of_time(
    visit: &Visit,
    organization: OrganizationId,
    (sessions, now): (&[Session], OffsetDateTime),
) -> Vec<OnTheLine> {
    let words = visit.words;
    let mut month = None;
    let mut line = Vec::new();
    for it in sessions {
        let this = words.month(it.starts_at);
        let at = it.phase_at(now);
        let (phase, tone) = phase(words, at);
        line.push(OnTheLine {
            month: (month.as_ref() != Some(&this)).then(|| this.clone()),
            href: format!("/organizations/{organization}/sessions/{}", it.id),
            title: it.title.to_string(),
            when: span(words, it),
            when_machine: machine_time(it.starts_at),
            phase,
            tone,
            dot: match at {
                Phase::Ahead => "line-ahead",
                Phase::Running => "line-running",
                Phase::Over => "line-over",
            },
            groups: (!it.groups.is_empty()).then(|| words.n("groups-count", it.groups.len())),
        });
        month = Some(this);
    }
    line
}
