//! What would become of each row: those that are not possible first, each with its line and the reason in words.

use askama::Template;
use http::StatusCode;
use membership_core::import::{Cells, ImportCounts, NewRow, RowResult};
use membership_core::service::RowReport;
use membership_core::view::OrganizationView;
use membership_http::ImportFile;

use crate::answer::{Answer, html};
use crate::form::{Posted, Problems};
use crate::page::Page;
use crate::pages::importing::begin::{TermFields, term_fields};
use crate::pages::importing::{Figure, badge, figures, home, page_below};
use crate::words::Words;

/// How many rows are shown at once.
const ROWS: usize = 50;
/// How many rows show what a column holds.
const SAMPLES: usize = 3;
/// The longest sample, in characters.
const LONGEST_SAMPLE: usize = 40;

#[derive(Template)]
#[template(path = "import_trial.html")]
struct TrialPage {
    page: Page,
    here: String,
    sealed: String,
    told: String,
    figures: Vec<Figure>,
    /// How its columns were found.
    by_header: bool,
    columns: Vec<ColumnSeen>,
    rows: Vec<TrialRow>,
    shown: String,
    from: usize,
    before: Option<usize>,
    next: Option<usize>,
    terms: TermFields,
    /// What the button says that starts it; none if there is nothing to do.
    start: Option<String>,
}

/// A column as it was understood.
struct ColumnSeen {
    label: String,
    samples: String,
}

/// A row and what would become of it.
struct TrialRow {
    line: String,
    name: String,
    email: String,
    result: String,
    badge: &'static str,
    problems: Vec<String>,
}

/// The page of a trial.
pub(super) fn page(
    posted: &Posted,
    view: &OrganizationView,
    (file, reports): (&ImportFile, &[RowReport]),
    sealed: String,
) -> Answer {
    let visit = &posted.visit;
    let words = visit.words;
    let mut counts = ImportCounts::new();
    reports.iter().for_each(|it| *counts.entry(it.outcome.result).or_default() += 1);
    let count = |result: RowResult| counts.get(&result).copied().unwrap_or_default();
    let mut ordered: Vec<_> = file.rows.iter().zip(reports).collect();
    ordered.sort_by_key(|(row, report)| (report.outcome.result != RowResult::Failed, row.line));
    let last = ordered.len().saturating_sub(1) / ROWS * ROWS;
    let go = posted.optional("go").unwrap_or_else(|| posted.text("from"));
    let from = go.parse().unwrap_or(0_usize).min(last) / ROWS * ROWS;
    let until = from.saturating_add(ROWS).min(ordered.len());
    let to_do = count(RowResult::Added).saturating_add(count(RowResult::Updated));
    let template = TrialPage {
        page: page_below(visit, view, words.t("trial-title")),
        here: home(view.head.organization.id),
        sealed,
        told: words.n("trial-rows", file.rows.len()),
        figures: figures(words, "trial", count),
        by_header: file.has_header,
        columns: columns(words, file),
        rows: ordered.into_iter().skip(from).take(ROWS).map(|it| TrialRow::of(words, it)).collect(),
        shown: words.t2("trial-shown", ("from", words.number(from.saturating_add(1))), ("until", words.number(until))),
        from,
        before: from.checked_sub(ROWS),
        next: Some(until).filter(|until| *until < file.rows.len()),
        terms: term_fields(words, view, Some(posted), &Problems::none(words)),
        start: (0 < to_do).then(|| words.n("trial-start", to_do)),
    };
    Ok(html(StatusCode::OK, &template))
}

impl TrialRow {
    fn of(words: Words, (row, report): (&NewRow, &RowReport)) -> Self {
        let outcome = &report.outcome;
        let name = [row.cells.first_name.as_str(), row.cells.last_name.as_str()];
        Self {
            line: words.t1("import-line", "line", report.line),
            name: name.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" "),
            email: row.cells.email.clone(),
            result: words.t(&format!("trial-{}", outcome.result.as_str())),
            badge: badge(outcome.result),
            problems: outcome.problems.iter().map(|it| words.row_problem(it)).collect(),
        }
    }
}

/// The columns that hold something, or were named, each with what its first rows say.
fn columns(words: Words, file: &ImportFile) -> Vec<ColumnSeen> {
    let seen = |name: &&'static str| {
        let samples = file.rows.iter().map(|row| sample(&row.cells, name)).filter(|it| !it.is_empty());
        let samples: Vec<_> = samples.take(SAMPLES).collect();
        let label = words.t(&format!("column-{}", name.replace('_', "-")));
        (file.has_header || !samples.is_empty()).then(|| ColumnSeen { label, samples: samples.join(" · ") })
    };
    file.columns.iter().filter_map(seen).collect()
}

/// What a row says in a column, shortened; of a password only that there is one.
fn sample(cells: &Cells, column: &str) -> String {
    let text = match column {
        "last_name" => cells.last_name.clone(),
        "first_name" => cells.first_name.clone(),
        "email" => cells.email.clone(),
        "labels" => cells.labels.join(" | "),
        "send_email" => cells.send_email.clone(),
        "password" if !cells.password.is_empty() => "••••••••".to_owned(),
        "language" => cells.language.clone(),
        "additional_information" => cells.additional_information.clone(),
        "groups" => cells.groups.join(" | "),
        "number" => cells.number.clone(),
        "role" => cells.role.clone(),
        "deactivates_at" => cells.deactivates_at.clone(),
        _ => String::new(),
    };
    if text.chars().count() <= LONGEST_SAMPLE {
        return text;
    }
    text.chars().take(LONGEST_SAMPLE).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_short_and_never_a_password() {
        let cells = Cells { last_name: "x".repeat(60), password: "secret words".into(), ..Cells::default() };
        assert_eq!(sample(&cells, "last_name").chars().count(), LONGEST_SAMPLE + 1);
        assert_eq!(sample(&cells, "password"), "••••••••");
        assert_eq!(sample(&Cells::default(), "password"), "");
    }
}
