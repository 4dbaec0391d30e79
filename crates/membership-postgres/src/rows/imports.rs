//! Rows of imports.

use membership_core::id::{ImportId, MemberId};
use membership_core::import::{
    Existing, Import, ImportCounts, ImportRow, ImportState, RowOutcome, RowProblem, RowResult, SettledRow, actor_named,
    actor_text,
};
use membership_core::port::StoreError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Instant, damaged};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ImportRowOf {
    id: Uuid,
    acts_for: String,
    existing: String,
    state: String,
    total: u32,
    done: u32,
    created_at: Instant,
    finished_at: Option<Instant>,
    version: u64,
}

/// The columns of [`ImportRowOf`], of a table called `i`.
macro_rules! import_columns {
    () => {
        concat!(
            "i.id, i.acts_for, i.existing, i.state, i.total, i.done, ",
            $crate::statement::micros!("i.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("i.finished_at"),
            " AS finished_at, i.version"
        )
    };
}

pub(crate) use import_columns;

impl From<&Import> for ImportRowOf {
    fn from(it: &Import) -> Self {
        Self {
            id: it.id.0,
            acts_for: actor_text(it.by),
            existing: it.existing.as_str().to_owned(),
            state: it.state.as_str().to_owned(),
            total: it.total,
            done: it.done,
            created_at: it.created_at.into(),
            finished_at: it.finished_at.map(Instant::from),
            version: it.version,
        }
    }
}

impl ImportRowOf {
    pub(crate) fn import(self) -> Result<Import, StoreError> {
        Ok(Import {
            id: ImportId(self.id),
            by: actor_named(&self.acts_for).ok_or_else(|| damaged("who imports", &self.acts_for))?,
            existing: Existing::parse(&self.existing)
                .map_err(|_| damaged("way with existing people", &self.existing))?,
            state: ImportState::named(&self.state).ok_or_else(|| damaged("state of an import", &self.state))?,
            total: self.total,
            done: self.done,
            created_at: self.created_at.0,
            finished_at: self.finished_at.map(|at| at.0),
            version: self.version,
        })
    }
}

/// An import with how many of its rows have which result.
#[derive(Debug, Deserialize)]
pub(crate) struct CountedImportRow {
    #[serde(flatten)]
    import: ImportRowOf,
    counts: Vec<(String, u32)>,
}

impl CountedImportRow {
    pub(crate) fn counted(self) -> Result<(Import, ImportCounts), StoreError> {
        let mut counts = ImportCounts::new();
        for (name, count) in self.counts {
            counts.insert(RowResult::named(&name).ok_or_else(|| damaged("result of a row", &name))?, count);
        }
        Ok((self.import.import()?, counts))
    }
}

/// A row of an import, as it is written and read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RowOfImport {
    #[serde(default)]
    import_id: Option<Uuid>,
    position: u32,
    line: u32,
    sealed: Option<String>,
    result: Option<String>,
    member_id: Option<Uuid>,
    problems: Vec<RowProblem>,
}

impl RowOfImport {
    /// A row to be written.
    pub(crate) fn new((import, row): &(ImportId, ImportRow)) -> Self {
        let outcome = row.outcome.as_ref();
        Self {
            import_id: Some(import.0),
            position: row.position,
            line: row.line,
            sealed: row.sealed.clone().filter(|_| outcome.is_none()),
            result: outcome.map(|it| it.result.as_str().to_owned()),
            member_id: outcome.and_then(|it| it.member).map(|id| id.0),
            problems: outcome.map(|it| it.problems.clone()).unwrap_or_default(),
        }
    }

    /// The outcome of a row; its line stays what it was.
    pub(crate) fn settled((import, row): &(ImportId, SettledRow)) -> Self {
        let outcome = Some(row.outcome.clone());
        Self::new(&(*import, ImportRow { position: row.position, line: 0, sealed: None, outcome }))
    }

    pub(crate) fn row(self) -> Result<ImportRow, StoreError> {
        let result = self.result.map(|name| RowResult::named(&name).ok_or_else(|| damaged("result of a row", &name)));
        let (member, problems) = (self.member_id.map(MemberId), self.problems);
        let outcome = result.transpose()?.map(|result| RowOutcome { result, member, problems });
        Ok(ImportRow { position: self.position, line: self.line, sealed: self.sealed, outcome })
    }
}
