//! Writing imports and what became of their rows.

use membership_core::changes::{ImportChanges, Saved};
use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::{Import, ImportRow, RowOutcome, SettledRow, actor_text};
use membership_core::port::StoreError;
use sqlx::SqliteConnection;

use super::{Statement, either};
use crate::error::{corrupt, from_sqlx};
use crate::rows::{counter, micros};

// As with the other tables: the update's last parameter is the version that the row must still have.
const INSERT_IMPORT: &str = "INSERT INTO imports (organization_id, id, acts_for, existing, state, total, done, \
    created_at, finished_at, version, leased_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?8)";
const UPDATE_IMPORT: &str = "UPDATE imports SET acts_for = ?3, existing = ?4, state = ?5, total = ?6, done = ?7, \
    created_at = ?8, finished_at = ?9, version = ?10 WHERE organization_id = ?1 AND id = ?2 AND version = ?11";
const INSERT_ROW: &str = "INSERT INTO import_rows (organization_id, import_id, position, result, member_id, problems, \
    line, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const SETTLE_ROW: &str = "UPDATE import_rows SET result = ?4, member_id = ?5, problems = ?6, sealed = NULL \
    WHERE organization_id = ?1 AND import_id = ?2 AND position = ?3";

/// Writes what changed.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    id: OrganizationId,
    changes: &ImportChanges,
) -> Result<(), StoreError> {
    for saved in &changes.saved {
        run(connection, import_statement(id, saved)?).await?;
    }
    for (import, row) in &changes.rows {
        run(connection, row_statement(id, *import, row)?).await?;
    }
    for (import, SettledRow { position, outcome }) in &changes.settled {
        run(connection, outcome_statement(SETTLE_ROW, (id, *import, *position), Some(outcome))?).await?;
    }
    Ok(())
}

async fn run(connection: &mut SqliteConnection, statement: Statement) -> Result<(), StoreError> {
    let met = statement.execute(connection).await.map_err(from_sqlx)?.rows_affected();
    if met == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

fn import_statement(organization: OrganizationId, saved: &Saved<Import>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    let statement = either(saved.expected, INSERT_IMPORT, UPDATE_IMPORT)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(actor_text(row.by))
        .bind(row.existing.as_str())
        .bind(row.state.as_str())
        .bind(row.total)
        .bind(row.done)
        .bind(micros(row.created_at))
        .bind(row.finished_at.map(micros))
        .bind(counter(row.version)?);
    Ok(match saved.expected {
        Some(version) => statement.bind(counter(version)?),
        None => statement,
    })
}

fn row_statement(organization: OrganizationId, import: ImportId, row: &ImportRow) -> Result<Statement, StoreError> {
    let statement = outcome_statement(INSERT_ROW, (organization, import, row.position), row.outcome.as_ref())?;
    Ok(statement.bind(row.line).bind(row.sealed.clone().filter(|_| row.outcome.is_none())))
}

fn outcome_statement(
    sql: &'static str,
    (organization, import, position): (OrganizationId, ImportId, u32),
    outcome: Option<&RowOutcome>,
) -> Result<Statement, StoreError> {
    let problems = outcome.map(|it| it.problems.as_slice()).unwrap_or_default();
    Ok(sqlx::query(sql)
        .bind(organization.0)
        .bind(import.0)
        .bind(position)
        .bind(outcome.map(|it| it.result.as_str()))
        .bind(outcome.and_then(|it| it.member).map(|id| id.0))
        .bind(serde_json::to_string(problems).map_err(corrupt)?))
}
