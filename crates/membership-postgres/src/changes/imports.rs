//! Writing imports and what became of their rows: one statement, under the lock of the organization's narrow row.

use membership_core::changes::ImportChanges;
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;

use super::{guards, list};
use crate::distribution::Group;
use crate::rows::Guarded;
use crate::rows::imports::{ImportRowOf, RowOfImport};
use crate::statement::{Route, execute, statements, write as guarded};

/// The columns of a parameter with imports.
macro_rules! import_record {
    () => {
        "r(expected bigint, id uuid, acts_for text, existing text, state text, total bigint, done bigint,
            created_at timestamptz, finished_at timestamptz, version bigint)"
    };
}

/// The columns of a parameter with rows.
macro_rules! row_record {
    () => {
        "r(import_id uuid, position bigint, line bigint, sealed text, result text, member_id uuid, problems jsonb)"
    };
}

statements! {
    /// Imports, and rows that have their outcome; answers how many guards held. Only the rows of a new import are not
    /// there yet, and they come after it.
    IMPORTS, Route::By(Group::Organization), "WITH new_imports AS (
            INSERT INTO imports (organization_id, id, acts_for, existing, state, total, done, created_at, finished_at,
                leased_until, version)
            SELECT $1, r.id, r.acts_for, r.existing, r.state, r.total, r.done, r.created_at, r.finished_at, r.created_at,
                r.version
            FROM jsonb_to_recordset($2) AS ", import_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_imports AS (
            UPDATE imports AS i SET acts_for = r.acts_for, state = r.state, done = r.done, finished_at = r.finished_at,
                version = r.version
            FROM jsonb_to_recordset($2) AS ", import_record!(), "
            WHERE i.organization_id = $1 AND i.id = r.id AND i.version = r.expected
            RETURNING 1
        ), settled AS (
            UPDATE import_rows AS x SET sealed = NULL, result = r.result, member_id = r.member_id,
                problems = r.problems
            FROM jsonb_to_recordset($3) AS ", row_record!(), "
            WHERE x.organization_id = $1 AND x.import_id = r.import_id AND x.position = r.position
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM new_imports) + (SELECT count(*) FROM changed_imports)
            + (SELECT count(*) FROM settled)";
    /// The rows of new imports.
    NEW_ROWS, Route::By(Group::Organization),
        "INSERT INTO import_rows (organization_id, import_id, position, line, sealed, result, member_id, problems)
        SELECT $1, r.import_id, r.position, r.line, r.sealed, r.result, r.member_id, r.problems
        FROM jsonb_to_recordset($2) AS ", row_record!();
}

/// Writes what changed of the imports, if anything did.
pub(super) async fn write(
    connection: &mut PgConnection,
    organization: OrganizationId,
    changes: &ImportChanges,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let query = IMPORTS
        .query()
        .bind(organization.0)
        .bind(list(&changes.saved, |it| Guarded { expected: it.expected, row: ImportRowOf::from(&it.row) }))
        .bind(list(&changes.settled, RowOfImport::settled));
    guarded(connection, query, guards(changes.saved.len().saturating_add(changes.settled.len()))).await?;
    if !changes.rows.is_empty() {
        let rows = list(&changes.rows, RowOfImport::new);
        execute(connection, NEW_ROWS.query().bind(organization.0).bind(rows)).await?;
    }
    Ok(())
}
