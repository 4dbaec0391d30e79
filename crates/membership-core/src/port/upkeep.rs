//! What audits, sweeps and backups need of a store as a whole.

use async_trait::async_trait;

use super::StoreError;
use crate::audit::{AuditEntry, Stream};
use crate::backup::PieceSink;
use crate::id::{ImportId, OrganizationId};
use time::Duration;

/// Reads and small writes of operation: what audits, sweeps and backups need of a store as a whole.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// The logs there are, in order, from after that one, each with where it must end; at most 100.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn logs(&self, after: Option<Stream>) -> Result<Vec<(Stream, crate::organization::ChainEnd)>, StoreError>;

    /// The entries of a log in order, from after that sequence number; at most 1,000.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn log(&self, stream: Stream, after: u64) -> Result<Vec<AuditEntry>, StoreError>;

    /// Hands over every row of an organization that a backup has ([`crate::backup`]), all of one moment: the head first,
    /// rows after those they belong to, the log last and in order. Nothing if there is no such organization. The sink is
    /// not to wait for anything slow: it is called while the database holds the moment.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn copy(&self, organization: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError>;

    /// Organizations that have lapsed invitations or memberships, at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn organizations_with_lapsed(&self, limit: u32) -> Result<Vec<OrganizationId>, StoreError>;

    /// Imports with work left that nobody has claimed, the oldest first, at most `limit`. Those of deleted organizations
    /// are left out.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn due_imports(&self, limit: u32) -> Result<Vec<(OrganizationId, ImportId)>, StoreError>;

    /// Claims an import for the length of the lease, by the store's clock; whether nobody else had. No promise depends on
    /// it: it keeps two servers from doing the same work in vain.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn claim_import(
        &self,
        organization: OrganizationId,
        import: ImportId,
        lease: Duration,
    ) -> Result<bool, StoreError>;

    /// Gives a claim back, so that the rest is taken at once.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn release_import(&self, organization: OrganizationId, import: ImportId) -> Result<(), StoreError>;

    /// Forgets what nobody can use any more: receipts, sign-ups and sign-ins past their end, sent messages, dead
    /// links and finished imports older than 30 days, cleared logins that
    /// nobody can give back any more. In bounded batches; returns how many rows went.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn forget_expired(&self) -> Result<u64, StoreError>;
}
