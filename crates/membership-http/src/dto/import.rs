//! Imports on the wire.

use std::collections::BTreeMap;

use membership_core::import::{self, Existing, ImportCounts, NewRow, RowOutcome, RowResult};
use membership_core::input::InvalidInput;
use membership_core::service::{self, ImportTerms, ImportView, RowReport};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::dto::field;
use crate::query::yes_or_no;

/// How an import goes about it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// `true` to be told what would become of each row; nothing is written.
    dry_run: Option<String>,
    /// What happens to people who are members already: `fill` what is empty (the default), `replace` it, or `ignore`
    /// them. What a person owns, which is name, password and language, stays in any case once there is a login.
    existing: Option<String>,
    /// The role of whoever is new and whose row names none; the organization's default role if it is left out.
    role: Option<String>,
}

impl ImportQuery {
    pub(crate) fn is_dry_run(&self) -> Result<bool, InvalidInput> {
        Ok(yes_or_no("dry_run", self.dry_run.as_deref())?.unwrap_or_default())
    }

    pub(crate) fn terms(&self) -> Result<ImportTerms, InvalidInput> {
        let existing = self.existing.as_deref().map(Existing::parse).transpose()?.unwrap_or_default();
        Ok(ImportTerms { existing, role: field::role(self.role.as_deref())? })
    }
}

/// How an import is taken back.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UndoQuery {
    /// `true` to be told what it would come to; nothing is written.
    dry_run: Option<String>,
}

impl UndoQuery {
    pub(crate) fn is_dry_run(&self) -> Result<bool, InvalidInput> {
        Ok(yes_or_no("dry_run", self.dry_run.as_deref())?.unwrap_or_default())
    }
}

/// What taking an import back would come to.
#[derive(Serialize, ToSchema)]
pub(crate) struct UndoForecast {
    /// Always `true`: nothing was written.
    dry_run: bool,
    /// How many members it made would go.
    undone: u32,
    /// How many would stay, because they have a login of their own by now or may not be removed.
    kept: u32,
}

impl From<service::UndoForecast> for UndoForecast {
    fn from(it: service::UndoForecast) -> Self {
        Self { dry_run: true, undone: it.undone, kept: it.kept }
    }
}

/// Rows as JSON. Their lines count from 1.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportedRows {
    /// At most 10,000.
    rows: Vec<ImportedPerson>,
}

/// A row: at least a first or last name, or both.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ImportedPerson {
    last_name: Option<String>,
    first_name: Option<String>,
    /// Needed for a password or an e-mail.
    email: Option<String>,
    labels: Vec<String>,
    /// Whether whoever is new is sent the link to set up the login.
    send_email: bool,
    /// A password that lets the person in once, within 14 days, and must then be replaced.
    #[schema(format = Password)]
    password: Option<String>,
    /// `en` or `fr`.
    language: Option<String>,
    additional_information: Option<String>,
    /// The ids of groups.
    groups: Vec<String>,
    number: Option<String>,
    role: Option<String>,
    /// A day, or a time.
    deactivates_at: Option<String>,
}

impl ImportedRows {
    pub(crate) fn rows(self) -> Vec<NewRow> {
        let row = |(line, it): (u32, ImportedPerson)| NewRow { line, cells: it.cells(), faults: Vec::new() };
        (1..).zip(self.rows).map(row).collect()
    }
}

impl ImportedPerson {
    fn cells(self) -> import::Cells {
        let text = |text: Option<String>| text.map(|it| it.trim().to_owned()).unwrap_or_default();
        import::Cells {
            last_name: text(self.last_name),
            first_name: text(self.first_name),
            email: text(self.email),
            labels: self.labels,
            send_email: if self.send_email { "1".to_owned() } else { String::new() },
            password: self.password.unwrap_or_default(),
            language: text(self.language),
            additional_information: text(self.additional_information),
            groups: self.groups,
            number: text(self.number),
            role: text(self.role),
            deactivates_at: text(self.deactivates_at),
        }
    }
}

/// An import.
#[derive(Serialize, ToSchema)]
pub(crate) struct Import {
    #[schema(format = Uuid)]
    id: String,
    /// `running`, `done`, `undoing` or `undone`.
    state: &'static str,
    /// `fill`, `replace` or `ignore`.
    existing: &'static str,
    /// How many rows it has.
    total: u32,
    /// How many rows have been gone through, or taken back.
    done: u32,
    /// How many rows have which outcome: `added`, `updated`, `unchanged`, `failed`, `undone`, `kept`.
    counts: BTreeMap<&'static str, u32>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    finished_at: Option<OffsetDateTime>,
    /// Until when what it made can be taken back, if that is possible now.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    undo_until: Option<OffsetDateTime>,
}

impl Import {
    pub(crate) fn new(it: &import::Import, counts: &ImportCounts, can_be_undone: bool) -> Self {
        Self {
            id: it.id.to_string(),
            state: it.state.as_str(),
            existing: it.existing.as_str(),
            total: it.total,
            done: it.done,
            counts: named(counts),
            created_at: it.created_at,
            finished_at: it.finished_at,
            undo_until: it.undone_until().filter(|_| can_be_undone),
        }
    }
}

impl From<&ImportView> for Import {
    fn from(view: &ImportView) -> Self {
        Self::new(&view.import, &view.counts, view.can_be_undone)
    }
}

/// What would become of each row.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportRehearsal {
    /// Always `true`: nothing was written.
    dry_run: bool,
    total: usize,
    /// How many rows would have which outcome.
    counts: BTreeMap<&'static str, u32>,
    rows: Vec<RowOutcomes>,
}

/// What became of a row.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowOutcomes {
    /// The line of the file, from 1.
    line: u32,
    /// `added`, `updated`, `unchanged` or `failed`.
    outcome: &'static str,
    /// What is wrong with it.
    problems: Vec<RowTrouble>,
}

/// A rule that a row breaks.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowTrouble {
    /// The column, if it is about one.
    #[schema(required)]
    field: Option<String>,
    /// The rule's stable name.
    code: String,
    /// The rule in words.
    message: String,
}

impl ImportRehearsal {
    pub(crate) fn new(reports: &[RowReport]) -> Self {
        let mut counts = ImportCounts::new();
        reports.iter().for_each(|it| *counts.entry(it.outcome.result).or_default() += 1);
        let rows: Vec<_> = reports.iter().map(|it| RowOutcomes::new(it.line, &it.outcome)).collect();
        Self { dry_run: true, total: rows.len(), counts: named(&counts), rows }
    }
}

impl RowOutcomes {
    fn new(line: u32, outcome: &RowOutcome) -> Self {
        let problem = |it: &import::RowProblem| RowTrouble {
            field: it.field.clone(),
            code: it.code.clone(),
            message: it.message.clone(),
        };
        Self { line, outcome: outcome.result.as_str(), problems: outcome.problems.iter().map(problem).collect() }
    }
}

fn named(counts: &ImportCounts) -> BTreeMap<&'static str, u32> {
    let mut named: BTreeMap<_, _> = RowResult::ALL.iter().map(|it| (it.as_str(), 0)).collect();
    named.extend(counts.iter().map(|(result, rows)| (result.as_str(), *rows)));
    named
}
