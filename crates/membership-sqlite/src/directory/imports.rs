//! Imports and their rows, for screens and for whoever carries them out.

use std::collections::BTreeMap;

use membership_core::id::{ImportId, MemberId, OrganizationId};
use membership_core::import::{
    Existing, Import, ImportCounts, ImportRow, ImportState, RowOutcome, RowResult, actor_named,
};
use membership_core::port::StoreError;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{corrupt, from_sqlx};
use crate::rows::{self, get};

macro_rules! import_columns {
    () => {
        "i.id, i.acts_for, i.existing, i.state, i.total, i.done, i.created_at, i.finished_at, i.version"
    };
}

pub(crate) const IMPORT: &str =
    concat!("SELECT ", import_columns!(), " FROM imports i WHERE i.organization_id = ?1 AND i.id = ?2");
pub(crate) const IMPORTS: &str = concat!(
    "SELECT ",
    import_columns!(),
    ", (SELECT json_group_object(c.result, c.rows) FROM (SELECT x.result, count(*) AS rows FROM import_rows x ",
    "WHERE x.organization_id = ?1 AND x.import_id = i.id AND x.result IS NOT NULL GROUP BY x.result) c) AS counts ",
    "FROM imports i WHERE i.organization_id = ?1 AND i.id BETWEEN coalesce(?2, x'') ",
    "AND coalesce(?2, x'ffffffffffffffffffffffffffffffffff') ORDER BY i.created_at DESC, i.id DESC LIMIT 100"
);
pub(crate) const IMPORT_ROWS: &str = "SELECT x.position, x.line, x.sealed, x.result, x.member_id, x.problems \
    FROM import_rows x WHERE x.organization_id = ?1 AND x.import_id = ?2 AND x.position >= ?3 \
    ORDER BY x.position LIMIT ?4";

impl SqliteStore {
    pub(super) async fn list_imports(
        &self,
        organization: OrganizationId,
        import: Option<ImportId>,
    ) -> Result<Vec<(Import, ImportCounts)>, StoreError> {
        let query = sqlx::query(IMPORTS).bind(organization.0).bind(import.map(|id| id.0));
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(|row| Ok((one(row)?, counts(row)?))).collect()
    }

    pub(super) async fn list_import_rows(
        &self,
        organization: OrganizationId,
        import: ImportId,
        (from, limit): (u32, u32),
    ) -> Result<Vec<ImportRow>, StoreError> {
        let query = sqlx::query(IMPORT_ROWS).bind(organization.0).bind(import.0).bind(from).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(import_row).collect()
    }
}

/// An import out of the columns of [`IMPORT`].
pub(crate) fn one(row: &SqliteRow) -> Result<Import, StoreError> {
    let finished_at: Option<i64> = get(row, "finished_at")?;
    let acts_for: String = get(row, "acts_for")?;
    let state: String = get(row, "state")?;
    Ok(Import {
        id: ImportId(get(row, "id")?),
        by: actor_named(&acts_for).ok_or_else(|| corrupt("nobody an import could act for"))?,
        existing: Existing::parse(get(row, "existing")?).map_err(corrupt)?,
        state: ImportState::named(&state).ok_or_else(|| corrupt("no state of an import"))?,
        total: get(row, "total")?,
        done: get(row, "done")?,
        created_at: rows::time(row, "created_at")?,
        finished_at: finished_at.map(|_| rows::time(row, "finished_at")).transpose()?,
        version: get(row, "version")?,
    })
}

fn counts(row: &SqliteRow) -> Result<ImportCounts, StoreError> {
    let named: BTreeMap<String, u32> = serde_json::from_str(get(row, "counts")?).map_err(corrupt)?;
    named.into_iter().map(|(name, count)| Ok((result(&name)?, count))).collect()
}

fn result(name: &str) -> Result<RowResult, StoreError> {
    RowResult::named(name).ok_or_else(|| corrupt("no result of a row"))
}

fn import_row(row: &SqliteRow) -> Result<ImportRow, StoreError> {
    let named: Option<String> = get(row, "result")?;
    let member: Option<Uuid> = get(row, "member_id")?;
    let problems = serde_json::from_str(get(row, "problems")?).map_err(corrupt)?;
    let outcome = match named {
        Some(name) => Some(RowOutcome { result: result(&name)?, member: member.map(MemberId), problems }),
        None => None,
    };
    Ok(ImportRow { position: get(row, "position")?, line: get(row, "line")?, sealed: get(row, "sealed")?, outcome })
}
