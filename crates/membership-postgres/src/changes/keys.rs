//! Writing keys of the operator. An organization's are written with it.

use membership_core::changes::Changes;
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;

use super::{guards, list};
use crate::distribution::Group;
use crate::facts::keys::DEPLOYMENT;
use crate::rows::Guarded;
use crate::rows::keys::{KeyRow, key_record};
use crate::statement::{Route, statements, write as guarded};

statements! {
    /// Keys of the operator.
    OPERATOR_KEYS, Route::By(Group::Installation), "WITH new_keys AS (
            INSERT INTO operator_keys (deployment, id, name, scopes, user_id, token_hash, created_at, expires_at,
                last_used_at, revoked_at, version)
            SELECT $1, r.id, r.name, r.scopes, r.user_id, decode(r.token_hash, 'hex'), r.created_at, r.expires_at,
                r.last_used_at, r.revoked_at, r.version
            FROM jsonb_to_recordset($2) AS ", key_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_keys AS (
            UPDATE operator_keys AS k SET name = r.name, scopes = r.scopes, expires_at = r.expires_at,
                revoked_at = r.revoked_at, version = r.version
            FROM jsonb_to_recordset($2) AS ", key_record!(), "
            WHERE k.deployment = $1 AND k.id = r.id AND k.version = r.expected
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM new_keys) + (SELECT count(*) FROM changed_keys)";
}

/// Writes the operator's keys.
pub(super) async fn write(connection: &mut PgConnection, changes: &Changes) -> Result<(), StoreError> {
    let keys = &changes.operator_keys;
    if keys.is_empty() {
        return Ok(());
    }
    let rows = list(keys, |it| Guarded { expected: it.expected, row: KeyRow::from(&it.row) });
    guarded(connection, OPERATOR_KEYS.query().bind(DEPLOYMENT).bind(rows), guards(keys.len())).await
}
