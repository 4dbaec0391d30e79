//! Writing records and shares: one statement, before the organization's own, under the lock of its narrow row.

use membership_core::changes::Changes;
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{guards, list};
use crate::distribution::Group;
use crate::rows::Guarded;
use crate::rows::sharing::{ResourceRow, ShareRow};
use crate::statement::{Route, statements, write as guarded};

/// The columns of a parameter with records.
macro_rules! resource_record {
    () => {
        "r(expected bigint, type text, key text, restricted boolean, created_at timestamptz, version bigint)"
    };
}

/// The columns of a parameter with shares.
macro_rules! share_record {
    () => {
        "r(expected bigint, type text, key text, holder_kind text, holder_id uuid, level text, version bigint)"
    };
}

statements! {
    /// Whatever changed of an organization's records. The shares of a record that is gone go with it, uncounted.
    SHARING, Route::By(Group::Organization), "WITH new_resources AS (
            INSERT INTO resources (organization_id, type, key, restricted, created_at, version)
            SELECT $1, r.type, r.key, r.restricted, r.created_at, r.version
            FROM jsonb_to_recordset($2) AS ", resource_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_resources AS (
            UPDATE resources AS o SET restricted = r.restricted, version = r.version
            FROM jsonb_to_recordset($2) AS ", resource_record!(), "
            WHERE o.organization_id = $1 AND o.type = r.type AND o.key = r.key AND o.version = r.expected
            RETURNING 1
        ), removed_resources AS (
            DELETE FROM resources AS o USING jsonb_to_recordset($3) AS ", resource_record!(), "
            WHERE o.organization_id = $1 AND o.type = r.type AND o.key = r.key AND o.version = r.expected
            RETURNING 1
        ), orphaned_shares AS (
            DELETE FROM resource_shares AS s USING jsonb_to_recordset($3) AS ", resource_record!(), "
            WHERE s.organization_id = $1 AND s.type = r.type AND s.key = r.key
        ), new_shares AS (
            INSERT INTO resource_shares (organization_id, type, key, holder_kind, holder_id, level, version)
            SELECT $1, r.type, r.key, r.holder_kind, r.holder_id, r.level, r.version
            FROM jsonb_to_recordset($4) AS ", share_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_shares AS (
            UPDATE resource_shares AS s SET level = r.level, version = r.version
            FROM jsonb_to_recordset($4) AS ", share_record!(), "
            WHERE s.organization_id = $1 AND s.type = r.type AND s.key = r.key
                AND s.holder_kind = r.holder_kind AND s.holder_id = r.holder_id AND s.version = r.expected
            RETURNING 1
        ), removed_shares AS (
            DELETE FROM resource_shares AS s USING jsonb_to_recordset($5) AS ", share_record!(), "
            WHERE s.organization_id = $1 AND s.type = r.type AND s.key = r.key
                AND s.holder_kind = r.holder_kind AND s.holder_id = r.holder_id AND s.version = r.expected
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM new_resources) + (SELECT count(*) FROM changed_resources)
            + (SELECT count(*) FROM removed_resources) + (SELECT count(*) FROM new_shares)
            + (SELECT count(*) FROM changed_shares) + (SELECT count(*) FROM removed_shares)";
}

/// Writes what changed of the records, if anything did.
pub(super) async fn write(
    connection: &mut PgConnection,
    organization: Uuid,
    changes: &Changes,
) -> Result<(), StoreError> {
    let count =
        [changes.resources.len(), changes.removed_resources.len(), changes.shares.len(), changes.removed_shares.len()];
    let count: usize = count.into_iter().sum();
    if count == 0 {
        return Ok(());
    }
    let removed_resources = changes.removed_resources.iter();
    let removed_shares = changes.removed_shares.iter();
    let query = SHARING
        .query()
        .bind(organization)
        .bind(list(&changes.resources, |it| Guarded { expected: it.expected, row: ResourceRow::from(&it.row) }))
        .bind(Json(removed_resources.map(|(name, version)| ResourceRow::gone(name, *version)).collect::<Vec<_>>()))
        .bind(list(&changes.shares, |it| Guarded { expected: it.expected, row: ShareRow::from(&it.row) }))
        .bind(Json(
            removed_shares.map(|(name, holder, version)| ShareRow::gone(name, *holder, *version)).collect::<Vec<_>>(),
        ));
    guarded(connection, query, guards(count)).await
}
