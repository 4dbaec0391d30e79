//! Writing the times at which logins were cleared, and the logins that are kept: one statement, under the lock of the
//! organization's narrow row.

use membership_core::changes::ClearChanges;
use membership_core::port::StoreError;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::{guards, list};
use crate::distribution::Group;
use crate::rows::Guarded;
use crate::rows::clears::{ClearRow, ClearedRow};
use crate::statement::{Route, statements, write as guarded};

/// The columns of a parameter with clears.
macro_rules! clear_record {
    () => {
        "r(expected bigint, id uuid, number bigint, state text, started_by uuid, starter text, started_at timestamptz,
            acts_for uuid, moved_at timestamptz, finished_at timestamptz, chunks bigint, after_user uuid, counts jsonb,
            version bigint)"
    };
}

statements! {
    /// Clears that began or moved, logins they took, and kept logins that are settled.
    CLEARS, Route::By(Group::Organization), "WITH new_clears AS (
            INSERT INTO login_clears (organization_id, id, number, state, started_by, starter, started_at, acts_for,
                moved_at, finished_at, chunks, after_user, counts, version)
            SELECT $1, r.id, r.number, r.state, r.started_by, r.starter, r.started_at, r.acts_for, r.moved_at,
                r.finished_at, r.chunks, r.after_user, r.counts, r.version
            FROM jsonb_to_recordset($2) AS ", clear_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_clears AS (
            UPDATE login_clears AS l SET state = r.state, acts_for = r.acts_for, moved_at = r.moved_at,
                finished_at = r.finished_at, chunks = r.chunks, after_user = r.after_user, counts = r.counts,
                version = r.version
            FROM jsonb_to_recordset($2) AS ", clear_record!(), "
            WHERE l.organization_id = $1 AND l.id = r.id AND l.version = r.expected
            RETURNING 1
        ), taken AS (
            INSERT INTO cleared_logins (organization_id, clear_id, user_id, member_id, account, username, emails,
                password, password_due, initial_password_expires_at, initial_password_used_at, identities, factors)
            SELECT $1, r.clear_id, r.user_id, r.member_id, r.account, r.username, r.emails, r.password, r.password_due,
                r.initial_password_expires_at, r.initial_password_used_at, r.identities, nullif(r.factors, 'null')
            FROM jsonb_to_recordset($3) AS r(clear_id uuid, user_id uuid, member_id uuid, account boolean,
                username text, emails jsonb, password text, password_due boolean,
                initial_password_expires_at timestamptz, initial_password_used_at timestamptz, identities jsonb,
                factors jsonb)
            ON CONFLICT DO NOTHING RETURNING 1
        ), settled AS (
            DELETE FROM cleared_logins AS c USING jsonb_to_recordset($4) AS r(clear_id uuid, user_id uuid)
            WHERE c.organization_id = $1 AND c.clear_id = r.clear_id AND c.user_id = r.user_id
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM new_clears) + (SELECT count(*) FROM changed_clears)
            + (SELECT count(*) FROM taken) + (SELECT count(*) FROM settled)";
}

/// A kept login that is settled.
#[derive(Debug, Serialize)]
struct Settled {
    clear_id: Uuid,
    user_id: Uuid,
}

/// Writes what changed of the clears, if anything did.
pub(super) async fn write(
    connection: &mut PgConnection,
    organization: Uuid,
    changes: &ClearChanges,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let query = CLEARS
        .query()
        .bind(organization)
        .bind(list(&changes.saved, |it| Guarded { expected: it.expected, row: ClearRow::from(&it.row) }))
        .bind(list(&changes.taken, ClearedRow::from))
        .bind(list(&changes.settled, |(clear, user)| Settled { clear_id: clear.0, user_id: user.0 }));
    let count = changes.saved.len().saturating_add(changes.taken.len()).saturating_add(changes.settled.len());
    guarded(connection, query, guards(count)).await
}
