//! What audits and sweeps need of the store as a whole.

use async_trait::async_trait;
use membership_core::api_key::ApiKey;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::backup::PieceSink;
use membership_core::id::{ImportId, OrganizationId, UserId};
use membership_core::login_clear::LoginClear;
use membership_core::organization::ChainEnd;
use membership_core::port::{StoreError, Upkeep};
use sqlx::sqlite::SqliteRow;
use time::Duration;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::from_sqlx;
use crate::rows::{self, audit_columns, counter, get, micros};

const LOGS_AT_ONCE: usize = 100;
const ENTRIES_AT_ONCE: u32 = 1_000;

pub(crate) const ORGANIZATION_LOGS: &str = "SELECT organization_id AS id, audit_sequence, audit_hash FROM organization_seats \
    WHERE organization_id > ?1 ORDER BY organization_id LIMIT ?2";
pub(crate) const USER_LOGS: &str =
    "SELECT id, audit_sequence, audit_hash FROM users WHERE id > ?1 ORDER BY id LIMIT ?2";
pub(crate) const ORGANIZATION_LOG: &str = concat!(
    "SELECT ",
    audit_columns!(),
    " FROM audit_log a WHERE a.organization_id = ?1 AND a.sequence > ?2 ORDER BY a.sequence LIMIT ?3"
);
pub(crate) const USER_LOG: &str = concat!(
    "SELECT ",
    audit_columns!(),
    " FROM user_log a WHERE a.user_id = ?1 AND a.sequence > ?2 ORDER BY a.sequence LIMIT ?3"
);
/// A deleted organization is left out: nothing is decided in it any more, so that it would be named for ever.
pub(crate) const WITH_LAPSED: &str = "SELECT o.id FROM organizations o WHERE o.state <> 'deleted' AND o.id IN (\
    SELECT i.organization_id FROM invitations i WHERE i.state = 'pending' AND i.expires_at <= ?1 \
    UNION SELECT m.organization_id FROM memberships m WHERE m.deactivates_at IS NOT NULL \
    AND m.status <> 'deactivated' AND m.deactivates_at <= ?1 \
    UNION SELECT s.organization_id FROM organization_seats s WHERE s.announces_at IS NOT NULL \
    AND s.announces_at <= ?1) LIMIT ?2";

/// Open imports, the oldest first; there are few.
pub(crate) const DUE_IMPORTS: &str = "SELECT i.organization_id, i.id FROM imports i INDEXED BY imports_open \
    JOIN organizations o ON o.id = i.organization_id WHERE i.state IN ('running', 'undoing') \
    AND i.leased_until <= ?1 AND o.state <> 'deleted' ORDER BY i.created_at, i.id LIMIT ?2";
const CLAIM_IMPORT: &str = "UPDATE imports SET leased_until = ?4 WHERE organization_id = ?1 AND id = ?2 \
    AND state IN ('running', 'undoing') AND leased_until <= ?3";
const RELEASE_IMPORT: &str = "UPDATE imports SET leased_until = created_at WHERE organization_id = ?1 AND id = ?2";

/// How long a message is kept after it was sent or given up, and a link after its end: so long it can say what it was.
const KEPT_FOR: Duration = Duration::days(30);

/// How many rows one statement forgets, so that nobody waits long for the writer.
const ROWS_AT_ONCE: u32 = 1_000;

pub(crate) const FORGET_RECEIPTS: &str = "DELETE FROM idempotency_keys WHERE (scope_id, key) IN \
    (SELECT scope_id, key FROM idempotency_keys WHERE expires_at <= ?1 LIMIT ?2)";
pub(crate) const FORGET_SIGN_UPS: &str = "DELETE FROM sign_ups WHERE id IN \
    (SELECT id FROM sign_ups WHERE expires_at <= ?1 LIMIT ?2)";
pub(crate) const FORGET_SET_UP_CODES: &str = "DELETE FROM set_up_codes \
    WHERE (locator, organization_id, member_id) IN \
    (SELECT locator, organization_id, member_id FROM set_up_codes WHERE expires_at <= ?1 LIMIT ?2)";
pub(crate) const FORGET_SIGN_INS: &str = "DELETE FROM sign_ins WHERE (user_id, id) IN \
    (SELECT user_id, id FROM sign_ins WHERE coalesce(ended_at, expires_at) <= ?1 LIMIT ?2)";
pub(crate) const FORGET_LINKS: &str = "DELETE FROM user_links WHERE (user_id, id) IN \
    (SELECT user_id, id FROM user_links WHERE expires_at <= ?1 LIMIT ?2)";
pub(crate) const FORGET_KEYS: &str = "DELETE FROM api_keys WHERE (organization_id, id) IN \
    (SELECT organization_id, id FROM api_keys WHERE coalesce(revoked_at, expires_at) <= ?1 LIMIT ?2)";
pub(crate) const FORGET_OPERATOR_KEYS: &str = "DELETE FROM operator_keys WHERE (deployment, id) IN \
    (SELECT deployment, id FROM operator_keys WHERE coalesce(revoked_at, expires_at) <= ?1 LIMIT ?2)";
pub(crate) const FORGET_QUOTAS: &str = "DELETE FROM organization_quotas \
    WHERE (organization_id, subject_id, cause, seconds) IN \
    (SELECT organization_id, subject_id, cause, seconds FROM organization_quotas WHERE empties_at <= ?1 LIMIT ?2)";
pub(crate) const FORGET_MAIL_QUOTAS: &str = "DELETE FROM mail_quotas WHERE (bucket, cause, seconds) IN \
    (SELECT bucket, cause, seconds FROM mail_quotas WHERE empties_at <= ?1 LIMIT ?2)";
pub(crate) const FORGET_IMPORTS: &str = "DELETE FROM imports WHERE (organization_id, id) IN \
    (SELECT organization_id, id FROM imports WHERE finished_at <= ?1 LIMIT ?2)";
/// What let people in is kept no longer than it can be given back.
pub(crate) const FORGET_CLEARED: &str = "DELETE FROM cleared_logins WHERE (organization_id, clear_id, user_id) IN \
    (SELECT c.organization_id, c.clear_id, c.user_id FROM login_clears l INDEXED BY login_clears_by_end \
    JOIN cleared_logins c ON c.organization_id = l.organization_id AND c.clear_id = l.id \
    WHERE l.finished_at <= ?1 AND l.state = 'cleared' LIMIT ?2)";
pub(crate) const FORGET_MESSAGES: &str = "DELETE FROM outbox WHERE (scope_id, id) IN \
    (SELECT scope_id, id FROM outbox WHERE settled_at <= ?1 LIMIT ?2)";

#[async_trait]
impl Upkeep for SqliteStore {
    async fn logs(&self, after: Option<Stream>) -> Result<Vec<(Stream, ChainEnd)>, StoreError> {
        let mut logs = Vec::new();
        let last_user = match after {
            Some(Stream::User(id)) => Some(id.0),
            Some(Stream::Organization(_)) | None => {
                let last = if let Some(Stream::Organization(id)) = after { Some(id.0) } else { None };
                for (id, end) in self.chain_ends(ORGANIZATION_LOGS, last, LOGS_AT_ONCE).await? {
                    logs.push((Stream::Organization(OrganizationId(id)), end));
                }
                None
            }
        };
        let room = LOGS_AT_ONCE.saturating_sub(logs.len());
        for (id, end) in self.chain_ends(USER_LOGS, last_user, room).await? {
            logs.push((Stream::User(UserId(id)), end));
        }
        Ok(logs)
    }

    async fn log(&self, stream: Stream, after: u64) -> Result<Vec<AuditEntry>, StoreError> {
        let (sql, id) = match stream {
            Stream::Organization(id) => (ORGANIZATION_LOG, id.0),
            Stream::User(id) => (USER_LOG, id.0),
        };
        let query = sqlx::query(sql).bind(id).bind(counter(after)?).bind(ENTRIES_AT_ONCE);
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(|row| rows::audit_entry(row, stream)).collect()
    }

    async fn copy(&self, organization: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError> {
        self.copy_out(organization, sink).await
    }

    async fn organizations_with_lapsed(&self, limit: u32) -> Result<Vec<OrganizationId>, StoreError> {
        let query = sqlx::query_scalar::<_, Uuid>(WITH_LAPSED).bind(micros(self.now())).bind(limit);
        let ids = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        Ok(ids.into_iter().map(OrganizationId).collect())
    }

    async fn due_imports(&self, limit: u32) -> Result<Vec<(OrganizationId, ImportId)>, StoreError> {
        let query = sqlx::query(DUE_IMPORTS).bind(micros(self.now())).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        let due = |row: &SqliteRow| Ok((OrganizationId(get(row, "organization_id")?), ImportId(get(row, "id")?)));
        rows.iter().map(due).collect()
    }

    async fn claim_import(
        &self,
        organization: OrganizationId,
        import: ImportId,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let mut transaction = self.begin_writing().await?;
        let query = sqlx::query(CLAIM_IMPORT).bind(organization.0).bind(import.0).bind(micros(now));
        let query = query.bind(micros(now.saturating_add(lease)));
        let claimed = query.execute(&mut *transaction).await.map_err(from_sqlx)?.rows_affected();
        transaction.commit().await.map_err(from_sqlx)?;
        Ok(claimed == 1)
    }

    async fn release_import(&self, organization: OrganizationId, import: ImportId) -> Result<(), StoreError> {
        let mut transaction = self.begin_writing().await?;
        let query = sqlx::query(RELEASE_IMPORT).bind(organization.0).bind(import.0);
        query.execute(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.commit().await.map_err(from_sqlx)
    }

    async fn forget_expired(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let mut forgotten = 0;
        for (sql, until) in [
            (FORGET_RECEIPTS, now),
            (FORGET_SIGN_UPS, now),
            (FORGET_SET_UP_CODES, now),
            (FORGET_SIGN_INS, now),
            (FORGET_LINKS, now.saturating_sub(KEPT_FOR)),
            (FORGET_MESSAGES, now.saturating_sub(KEPT_FOR)),
            (FORGET_CLEARED, now.saturating_sub(LoginClear::UNDONE_WITHIN)),
            (FORGET_IMPORTS, now.saturating_sub(KEPT_FOR)),
            (FORGET_KEYS, now.saturating_sub(ApiKey::LISTED_FOR)),
            (FORGET_OPERATOR_KEYS, now.saturating_sub(ApiKey::LISTED_FOR)),
            (FORGET_QUOTAS, now),
            (FORGET_MAIL_QUOTAS, now),
        ] {
            forgotten += self.forget(sql, micros(until)).await?;
        }
        Ok(forgotten)
    }
}

impl SqliteStore {
    /// The ids and ends of logs from after that id; every id is greater than no bytes at all.
    async fn chain_ends(
        &self,
        sql: &'static str,
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<(Uuid, ChainEnd)>, StoreError> {
        let after = after.map_or(Vec::new(), |id| id.as_bytes().to_vec());
        let query = sqlx::query(sql).bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(chain_end).collect()
    }

    /// Forgets in batches, each a transaction of its own, until nothing is left.
    async fn forget(&self, sql: &'static str, until: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let mut transaction = self.begin_writing().await?;
            let query = sqlx::query(sql).bind(until).bind(ROWS_AT_ONCE);
            let rows = query.execute(&mut *transaction).await.map_err(from_sqlx)?.rows_affected();
            transaction.commit().await.map_err(from_sqlx)?;
            forgotten += rows;
            if rows < u64::from(ROWS_AT_ONCE) {
                return Ok(forgotten);
            }
        }
    }
}

fn chain_end(row: &SqliteRow) -> Result<(Uuid, ChainEnd), StoreError> {
    let end = ChainEnd { sequence: get(row, "audit_sequence")?, hash: rows::hash(row, "audit_hash")? };
    Ok((get(row, "id")?, end))
}
