//! Writing rounds of mail to members without a login: one statement, before the organization's own, under the lock of
//! its narrow row.

use membership_core::changes::Changes;
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::{guards, list};
use crate::distribution::Group;
use crate::rows::Guarded;
use crate::rows::roster::RoundRow;
use crate::statement::{Route, statements, write as guarded};

/// The columns of a parameter with rounds.
macro_rules! round_record {
    () => {
        "r(expected bigint, id uuid, number bigint, audience jsonb, started_by uuid, starter text,
            started_at timestamptz, moved_at timestamptz, finished_at timestamptz, chunks bigint, after_member uuid,
            mailed bigint, left_out jsonb, version bigint)"
    };
}

statements! {
    /// Rounds that began or moved.
    ROUNDS, Route::By(Group::Organization), "WITH new_rounds AS (
            INSERT INTO roster_rounds (organization_id, id, number, audience, started_by, starter, started_at,
                moved_at, finished_at, chunks, after_member, mailed, left_out, version)
            SELECT $1, r.id, r.number, r.audience, r.started_by, r.starter, r.started_at, r.moved_at, r.finished_at,
                r.chunks, r.after_member, r.mailed, r.left_out, r.version
            FROM jsonb_to_recordset($2) AS ", round_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_rounds AS (
            UPDATE roster_rounds AS n SET moved_at = r.moved_at, finished_at = r.finished_at, chunks = r.chunks,
                after_member = r.after_member, mailed = r.mailed, left_out = r.left_out, version = r.version
            FROM jsonb_to_recordset($2) AS ", round_record!(), "
            WHERE n.organization_id = $1 AND n.id = r.id AND n.version = r.expected
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM new_rounds) + (SELECT count(*) FROM changed_rounds)";
}

/// Writes what changed of the rounds, if anything did.
pub(super) async fn write(
    connection: &mut PgConnection,
    organization: Uuid,
    changes: &Changes,
) -> Result<(), StoreError> {
    if changes.rounds.is_empty() {
        return Ok(());
    }
    let rows = list(&changes.rounds, |it| Guarded { expected: it.expected, row: RoundRow::from(&it.row) });
    guarded(connection, ROUNDS.query().bind(organization).bind(rows), guards(changes.rounds.len())).await
}
