//! An import: how far it is, what became of its rows, and how to take it back.

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::draft::Actor;
use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::{Import, ImportRow, RowOutcome};
use membership_core::service::{Failure, Memberships};
use membership_http::import_result;
use serde::Deserialize;

use crate::answer::{Answer, html};
use crate::page::Page;
use crate::pages::importing::{Figure, badge, figures, home, page_below, seen_by_importer};
use crate::visit::Visit;
use crate::words::Words;

/// How many rows are shown at once.
const ROWS: usize = 50;

type Target = Path<(OrganizationId, ImportId)>;

#[derive(Template)]
#[template(path = "import_progress.html")]
struct ProgressPage {
    page: Page,
    here: String,
    members: String,
    again: String,
    state: String,
    /// Whether there is work left, so that the page looks again by itself.
    open: bool,
    total: u32,
    done: u32,
    told: String,
    figures: Vec<Figure>,
    /// Until when it can be taken back, if it can.
    undo: Option<String>,
    rows: Vec<RowSeen>,
    next: Option<String>,
}

/// A row that needs attention.
struct RowSeen {
    line: String,
    result: String,
    badge: &'static str,
    problems: Vec<String>,
    /// The member it is about.
    member: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    from: Option<usize>,
}

/// Shows an import.
pub(crate) async fn show(visit: Visit, Path((organization, id)): Target, Query(asked): Query<Asked>) -> Answer {
    let view = seen_by_importer(&visit, organization).await?;
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let found = memberships.import(organization, by, id).await?;
    let import = &found.import;
    let open = import.state.is_open();
    // While it goes on the page is asked for again and again; what it shows of rows comes when it is through.
    let rows = if open { Vec::new() } else { unhappy(memberships, (organization, by, import)).await? };
    let members = format!("/organizations/{organization}/members");
    let here = format!("{members}/imports/{id}");
    let from = asked.from.unwrap_or_default();
    let next = from.saturating_add(ROWS);
    let next = (next < rows.len()).then(|| format!("{here}?from={next}#rows"));
    let undo = import.undone_until().filter(|_| found.can_be_undone);
    let template = ProgressPage {
        page: page_below(&visit, &view, words.t1("import-of", "moment", words.moment(import.created_at))),
        state: words.t(&format!("import-state-{}", import.state.as_str())),
        open,
        total: import.total,
        done: import.done,
        told: words.t2("import-done-of", ("done", words.number(import.done)), ("total", words.number(import.total))),
        figures: figures(words, "outcome", |result| found.counts.get(&result).copied().unwrap_or_default()),
        undo: undo.map(|until| words.t1("import-undo-until", "moment", words.moment(until))),
        rows: rows.iter().skip(from).take(ROWS).filter_map(|row| RowSeen::of(words, &members, row)).collect(),
        next,
        again: home(organization),
        members,
        here,
    };
    Ok(html(StatusCode::OK, &template))
}

/// What became of each row, as a file.
pub(crate) async fn result(visit: Visit, Path((organization, id)): Target) -> Answer {
    Ok(import_result(visit.web.memberships(), (organization, visit.actor()?, id)).await?)
}

/// The rows that failed, or that were kept when the rest was taken back.
async fn unhappy(
    memberships: &Memberships,
    (organization, by, import): (OrganizationId, Actor, &Import),
) -> Result<Vec<ImportRow>, Failure> {
    let (mut found, mut from) = (Vec::new(), 0);
    while from < import.total {
        let rows = memberships.import_rows(organization, by, (import.id, from)).await?;
        let Some(last) = rows.last() else { break };
        from = last.position.saturating_add(1);
        let has_problems = |it: &RowOutcome| !it.problems.is_empty();
        found.extend(rows.into_iter().filter(|row| row.outcome.as_ref().is_some_and(has_problems)));
    }
    Ok(found)
}

impl RowSeen {
    fn of(words: Words, members: &str, row: &ImportRow) -> Option<Self> {
        let outcome = row.outcome.as_ref()?;
        Some(Self {
            line: words.t1("import-line", "line", row.line),
            result: words.t(&format!("outcome-{}", outcome.result.as_str())),
            badge: badge(outcome.result),
            problems: outcome.problems.iter().map(|it| words.row_problem(it)).collect(),
            member: outcome.member.map(|id| format!("{members}/{id}")),
        })
    }
}
