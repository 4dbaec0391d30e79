//! What audits and sweeps need of the store as a whole. These statements ask every shard; none is part of a request.

use async_trait::async_trait;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::backup::PieceSink;
use membership_core::id::{ImportId, OrganizationId, UserId};
use membership_core::organization::ChainEnd;
use membership_core::port::{StoreError, Upkeep};
use serde::Deserialize;
use time::Duration;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::Hex;
use crate::rows::records::{AuditRow, audit_columns};
use crate::statement::{Bound, Route, execute, fetch, statements};
use crate::store::PostgresStore;

pub(crate) mod forgetting;

/// How many logs are listed at once.
const LOGS: usize = 100;

/// What is over at the first parameter's time, or now.
macro_rules! now {
    () => {
        "coalesce($1::timestamptz, statement_timestamp())"
    };
}

statements! {
    /// Where organizations' logs end.
    ORGANIZATION_LOGS, Route::FanOut(Group::Organization),
        "SELECT row_to_json(r) FROM (
            SELECT s.organization_id AS id, s.audit_sequence AS sequence, encode(s.audit_hash, 'hex') AS hash
            FROM organization_seats s WHERE $1::uuid IS NULL OR s.organization_id > $1
            ORDER BY s.organization_id LIMIT $2) r";
    /// Where users' logs end.
    USER_LOGS, Route::FanOut(Group::User),
        "SELECT row_to_json(r) FROM (
            SELECT u.id, u.audit_sequence AS sequence, encode(u.audit_hash, 'hex') AS hash
            FROM users u WHERE $1::uuid IS NULL OR u.id > $1 ORDER BY u.id LIMIT $2) r";
    /// An organization's log.
    ORGANIZATION_LOG, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", audit_columns!(), " FROM audit_log a
        WHERE a.organization_id = $1 AND a.sequence > $2 ORDER BY a.sequence LIMIT 1000) r";
    /// A user's log.
    USER_LOG, Route::By(Group::User),
        "SELECT row_to_json(r) FROM (SELECT ", audit_columns!(), " FROM user_log a
        WHERE a.user_id = $1 AND a.sequence > $2 ORDER BY a.sequence LIMIT 1000) r";
    /// Organizations with something that is over and not settled, or to be announced, the oldest first. Deleted ones settle nothing.
    LAPSED, Route::FanOut(Group::Organization), "WITH lapsed AS (
            (SELECT i.organization_id, i.expires_at AS since FROM invitations i
                JOIN organizations o ON o.id = i.organization_id AND o.state <> 'deleted'
            WHERE i.state = 'pending' AND i.expires_at <= ", now!(), " ORDER BY i.expires_at LIMIT 10000)
            UNION ALL
            (SELECT m.organization_id, m.deactivates_at AS since FROM memberships m
                JOIN organizations o ON o.id = m.organization_id AND o.state <> 'deleted'
            WHERE m.deactivates_at IS NOT NULL AND m.status <> 'deactivated' AND m.deactivates_at <= ", now!(), "
            ORDER BY m.deactivates_at LIMIT 10000)
            UNION ALL
            (SELECT s.organization_id, s.announces_at AS since FROM organization_seats s
                JOIN organizations o ON o.id = s.organization_id AND o.state <> 'deleted'
            WHERE s.announces_at IS NOT NULL AND s.announces_at <= ", now!(), "
            ORDER BY s.announces_at LIMIT 10000)
        )
        SELECT to_json(organization_id) FROM lapsed GROUP BY organization_id ORDER BY min(since) LIMIT $2";
    /// Imports with work left, the oldest first.
    DUE_IMPORTS, Route::FanOut(Group::Organization),
        "SELECT row_to_json(r) FROM (
            SELECT i.organization_id, i.id FROM imports i
                JOIN organizations o ON o.id = i.organization_id AND o.state <> 'deleted'
            WHERE i.state IN ('running', 'undoing') AND i.leased_until <= ", now!(), "
            ORDER BY i.created_at, i.id LIMIT $2) r";
    /// An import that nobody has claimed.
    CLAIM_IMPORT, Route::By(Group::Organization),
        "UPDATE imports AS i SET leased_until = coalesce($3::timestamptz, statement_timestamp()) + $4::interval
        WHERE i.organization_id = $1 AND i.id = $2 AND i.state IN ('running', 'undoing')
            AND i.leased_until <= coalesce($3::timestamptz, statement_timestamp())";
    /// A claim that is given back.
    RELEASE_IMPORT, Route::By(Group::Organization),
        "UPDATE imports AS i SET leased_until = i.created_at WHERE i.organization_id = $1 AND i.id = $2";
}

#[derive(Deserialize)]
struct DueImportRow {
    organization_id: Uuid,
    id: Uuid,
}

#[derive(Deserialize)]
struct LogRow {
    id: Uuid,
    sequence: u64,
    hash: Hex,
}

impl LogRow {
    fn log(self, stream: impl Fn(Uuid) -> Stream) -> Result<(Stream, ChainEnd), StoreError> {
        Ok((stream(self.id), ChainEnd { sequence: self.sequence, hash: self.hash.hash()? }))
    }
}

impl PostgresStore {
    async fn read_all<R>(&self, query: Bound) -> Result<Vec<R>, StoreError>
    where
        R: serde::de::DeserializeOwned + Send + Unpin,
    {
        let mut connection = self.connection().await?;
        fetch(&mut connection, query).await
    }
}

#[async_trait]
impl Upkeep for PostgresStore {
    async fn logs(&self, after: Option<Stream>) -> Result<Vec<(Stream, ChainEnd)>, StoreError> {
        let mut logs = Vec::new();
        let after_user = match after {
            Some(Stream::User(id)) => Some(id.0),
            None | Some(Stream::Organization(_)) => None,
        };
        if after_user.is_none() {
            let after = match after {
                Some(Stream::Organization(id)) => Some(id.0),
                None | Some(Stream::User(_)) => None,
            };
            let rows: Vec<LogRow> = self.read_all(ORGANIZATION_LOGS.query().bind(after).bind(room(&logs))).await?;
            for row in rows {
                logs.push(row.log(|id| Stream::Organization(OrganizationId(id)))?);
            }
        }
        if logs.len() < LOGS {
            let rows: Vec<LogRow> = self.read_all(USER_LOGS.query().bind(after_user).bind(room(&logs))).await?;
            for row in rows {
                logs.push(row.log(|id| Stream::User(UserId(id)))?);
            }
        }
        Ok(logs)
    }

    async fn log(&self, stream: Stream, after: u64) -> Result<Vec<AuditEntry>, StoreError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let query = match stream {
            Stream::Organization(id) => ORGANIZATION_LOG.query().bind(id.0),
            Stream::User(id) => USER_LOG.query().bind(id.0),
        };
        let rows: Vec<AuditRow> = self.read_all(query.bind(after)).await?;
        rows.into_iter().map(|row| row.entry(stream)).collect()
    }

    async fn copy(&self, organization: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError> {
        self.copy_out(organization, sink).await
    }

    async fn organizations_with_lapsed(&self, limit: u32) -> Result<Vec<OrganizationId>, StoreError> {
        let query = LAPSED.query().bind(self.fixed_now()).bind(i64::from(limit));
        let ids: Vec<Uuid> = self.read_all(query).await?;
        Ok(ids.into_iter().map(OrganizationId).collect())
    }

    async fn due_imports(&self, limit: u32) -> Result<Vec<(OrganizationId, ImportId)>, StoreError> {
        let query = DUE_IMPORTS.query().bind(self.fixed_now()).bind(i64::from(limit));
        let rows: Vec<DueImportRow> = self.read_all(query).await?;
        Ok(rows.into_iter().map(|it| (OrganizationId(it.organization_id), ImportId(it.id))).collect())
    }

    async fn claim_import(
        &self,
        organization: OrganizationId,
        import: ImportId,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        let mut connection = self.connection().await?;
        let query = CLAIM_IMPORT.query().bind(organization.0).bind(import.0).bind(self.fixed_now()).bind(lease);
        Ok(execute(&mut connection, query).await? == 1)
    }

    async fn release_import(&self, organization: OrganizationId, import: ImportId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        execute(&mut connection, RELEASE_IMPORT.query().bind(organization.0).bind(import.0)).await.map(drop)
    }

    async fn forget_expired(&self) -> Result<u64, StoreError> {
        forgetting::forget_all(self).await
    }
}

/// How many more logs one answer may name.
fn room(logs: &[(Stream, ChainEnd)]) -> i64 {
    i64::try_from(LOGS.saturating_sub(logs.len())).unwrap_or(0)
}
