//! The programs, and a form that makes another (S2.4).

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use membership_core::command::{CreateProgram, ProgramTerms};
use membership_core::id::{OrganizationId, ProgramId};
use membership_core::input::{LONGEST_MESSAGE, paragraph};
use membership_core::language::Language;
use membership_core::name::ProgramName;
use membership_core::port::NamedQuery;
use membership_core::program::{Program, groups_named};
use membership_core::view::OrganizationView;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Boxes, Choice, Field, Posted, Problems};
use crate::local_path::query_value;
use crate::page::Page;
use crate::pages::account::profile::languages;
use crate::pages::attending::{Asked, ROWS, group_boxes, make, may_manage, ticked_groups};
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::words::Words;

#[derive(Template)]
#[template(path = "programs.html")]
struct ProgramsPage {
    page: Page,
    base: String,
    rows: Vec<ProgramRow>,
    total: u64,
    next: Option<String>,
    new: Option<ProgramForm>,
    new_open: bool,
}

struct ProgramRow {
    href: String,
    name: String,
    groups: String,
    message: Option<String>,
}

/// The fields of a program.
pub(crate) struct ProgramForm {
    pub fields: Vec<Field>,
    pub groups: Option<Boxes>,
}

/// Lists the programs by name.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    page(&visit, &view, &asked, None, &Problems::none(visit.words)).await
}

/// Makes a program.
pub(crate) async fn create(Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(terms) = read_terms(&posted, &mut problems) {
        let program = ProgramId(posted.once().id("program"));
        match make(&posted, organization, &CreateProgram { organization, by, program, terms }).await? {
            Ok(()) => {
                return Ok(see_other(&format!("/organizations/{organization}/programs/{program}?done=program-made")));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    let view = seen(visit, organization).await?;
    page(visit, &view, &Asked::default(), Some(&posted), &problems).await
}

/// What was typed and ticked, if all of it can be read.
pub(crate) fn read_terms(posted: &Posted, problems: &mut Problems) -> Option<ProgramTerms> {
    let name = problems.read(ProgramName::parse(posted.text("name")));
    let message = problems.read(paragraph("message", posted.text("message"), LONGEST_MESSAGE));
    let language = problems.read(posted.optional("language").map(str::parse::<Language>).transpose());
    let groups = problems.read(ticked_groups(posted).and_then(groups_named));
    Some(ProgramTerms { name: name?, message: message?, language: language?, groups: groups? })
}

/// The fields of a program: as they were typed, or else as it is.
pub(crate) async fn program_form(
    visit: &Visit,
    organization: OrganizationId,
    (posted, present): (Option<&Posted>, Option<&Program>),
    problems: &Problems,
) -> Result<ProgramForm, Stop> {
    let words = visit.words;
    let typed = |name: &str, present: &str| posted.map_or(present, |posted| posted.text(name)).to_owned();
    let language = present.and_then(|it| it.language).map(Language::tag).unwrap_or_default();
    let message = present.and_then(|it| it.message.as_deref()).unwrap_or_default();
    let ticked = match posted {
        Some(posted) => ticked_groups(posted).unwrap_or_default(),
        None => present.map(|it| it.groups.clone()).unwrap_or_default(),
    };
    let name = present.map_or("", |it| it.name.as_str());
    let kept: Vec<_> = present.iter().flat_map(|it| &it.groups).map(ToString::to_string).collect();
    let fields = vec![
        Field::line("name", words.t("field-program-name"))
            .with(typed("name", name))
            .at_most(ProgramName::LONGEST)
            .over(name, problems),
        Field::area("message", words.t("field-message"), 3)
            .with(typed("message", message))
            .hinted(words.t("hint-program-message"))
            .at_most(LONGEST_MESSAGE)
            .optional()
            .over(message, problems),
        Field::select("language", words.t("field-mail-language"), mail_languages(words, &typed("language", language)))
            .over(language, problems),
    ];
    let groups = group_boxes(visit, organization, &ticked).await?;
    let groups = groups.map(|it| it.hinted(words.t("hint-program-groups")).over(&kept, problems));
    Ok(ProgramForm { fields, groups })
}

/// The languages, and each member's own.
fn mail_languages(words: Words, chosen: &str) -> Vec<Choice> {
    let own =
        Choice { value: String::new(), title: words.t("language-of-each-member"), about: String::new(), chosen: false };
    choose([own].into_iter().chain(languages(words, chosen)).collect(), chosen)
}

async fn page(
    visit: &Visit,
    view: &OrganizationView,
    asked: &Asked,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Result<Response, Stop> {
    let (words, organization) = (visit.words, view.head.organization.id);
    let base = format!("/organizations/{organization}");
    let query = NamedQuery { cursor: cursor(asked.after.as_ref(), asked.id), limit: ROWS, ..NamedQuery::default() };
    let listed = visit.web.memberships().programs(organization, visit.actor()?, &query).await?;
    let row = |it: &Program| ProgramRow {
        href: format!("{base}/programs/{}", it.id),
        name: it.name.to_string(),
        groups: words.n("groups-count", it.groups.len()),
        message: it.message.clone(),
    };
    let new = match may_manage(view) {
        true => Some(program_form(visit, organization, (posted, None), problems).await?),
        false => None,
    };
    let template = ProgramsPage {
        page: visit
            .page(words.t("programs-title"))
            .of(view, "programs")
            .after(asked.done.as_deref())
            .with_problem(problems.summary()),
        rows: listed.items.iter().map(row).collect(),
        total: listed.total,
        next: listed.next.map(|it| format!("?after={}&id={}", query_value(&it.after), it.id)),
        new,
        new_open: posted.is_some() || listed.total == 0,
        base,
    };
    Ok(html(problems.status(), &template))
}
