//! Where everything is kept: the one port through which decisions are made durable.

use async_trait::async_trait;

use crate::changes::Changes;
use crate::facts::{Facts, Scope};
use crate::id::{ApiKeyId, OrganizationId, SignInId, UserId};

/// Why a store could not do its work. Never a rule's answer: that is a [`Refusal`](crate::refusal::Refusal).
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the same rows first, or the database asked to begin again. The whole use case may be
    /// repeated; nothing has been written.
    #[error("somebody else changed the same rows first")]
    Conflict,
    /// The database has no room for the request now (pool, locks, disk). Nothing has been written; try later.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The database cannot be reached. If it broke away during a commit, whether the commit holds is unknown: a
    /// repeat with the same `Idempotency-Key` tells.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// What is stored cannot be understood, or the database refused what must always be accepted: a bug or damage.
    #[error("the database holds or says what it must not: {0}")]
    Corrupt(String),
}

/// Where everything is kept.
///
/// The contract, which the conformance suite of `membership-testkit` checks: a session on an organization keeps every
/// other session on it out from `open` until it is committed or dropped; the facts are those of the last commit; a
/// commit writes all of its [`Changes`] or, on any error, none; what was acknowledged survives a crash (I5).
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction on a scope and reads its facts. Dropping the session leaves everything as it was.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError>;

    /// Reads the facts of a scope, all of one moment, and keeps nobody out.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn read(&self, scope: &Scope) -> Result<Facts, StoreError>;

    /// Writes down that a sign-in is used now, unless that was done within
    /// [`SignIn::NOTED_EVERY`](crate::user::SignIn::NOTED_EVERY). One statement; it touches nothing that a rule is
    /// decided on but how long the sign-in may rest.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError>;

    /// Writes down that a key is used now, unless that was done within
    /// [`ApiKey::NOTED_EVERY`](crate::api_key::ApiKey::NOTED_EVERY). One statement; no rule is decided on it.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn note_key_used(&self, key: UsedKey) -> Result<(), StoreError>;
}

/// A key that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedKey {
    /// One of an organization.
    Organization(OrganizationId, ApiKeyId),
    /// One of the operator.
    Operator(ApiKeyId),
}

/// A transaction on a scope.
#[async_trait]
pub trait Session: Send {
    /// The facts as they are while this session lasts.
    fn facts(&self) -> &Facts;

    /// Writes the changes, all or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a row does not have the version it must have, or one is there that must not be.
    async fn commit(self: Box<Self>, changes: Changes) -> Result<(), StoreError>;
}
