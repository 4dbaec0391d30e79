//! Sessions: a write transaction with the facts it is decided on.

use async_trait::async_trait;
use membership_core::api_key::ApiKey;
use membership_core::changes::Changes;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{SignInId, UserId};
use membership_core::port::{Session, Store, StoreError, UsedKey};
use membership_core::user::SignIn;
use sqlx::{Sqlite, Transaction};

use crate::error::from_sqlx;
use crate::rows::micros;
use crate::{SqliteStore, changes, facts};

#[async_trait]
impl Store for SqliteStore {
    async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError> {
        let mut transaction = self.begin_writing().await?;
        // The time is taken once nobody else can write, so that it never lies before that of an earlier commit.
        let facts = facts::load(&mut transaction, scope, self.now()).await?;
        Ok(Box::new(SqliteSession { transaction, facts }))
    }

    async fn read(&self, scope: &Scope) -> Result<Facts, StoreError> {
        let mut transaction = self.begin_reading().await?;
        let facts = facts::load(&mut transaction, scope, self.now()).await?;
        transaction.rollback().await.map_err(from_sqlx)?;
        Ok(facts)
    }

    async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError> {
        let now = self.now();
        let mut transaction = self.begin_writing().await?;
        let query = sqlx::query(NOTE_SEEN).bind(user.0).bind(sign_in.0).bind(micros(now));
        let query = query.bind(micros(now.saturating_sub(SignIn::NOTED_EVERY)));
        query.execute(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.commit().await.map_err(from_sqlx)
    }

    async fn note_key_used(&self, key: UsedKey) -> Result<(), StoreError> {
        let now = self.now();
        let mut transaction = self.begin_writing().await?;
        let query = match key {
            UsedKey::Organization(organization, id) => sqlx::query(NOTE_KEY).bind(organization.0).bind(id.0),
            UsedKey::Operator(id) => sqlx::query(NOTE_OPERATOR_KEY).bind("operator").bind(id.0),
        };
        let query = query.bind(micros(now)).bind(micros(now.saturating_sub(ApiKey::NOTED_EVERY)));
        query.execute(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.commit().await.map_err(from_sqlx)
    }
}

const NOTE_KEY: &str = "UPDATE api_keys SET last_used_at = ?3 \
    WHERE organization_id = ?1 AND id = ?2 AND (last_used_at IS NULL OR last_used_at <= ?4)";
const NOTE_OPERATOR_KEY: &str = "UPDATE operator_keys SET last_used_at = ?3 \
    WHERE deployment = ?1 AND id = ?2 AND (last_used_at IS NULL OR last_used_at <= ?4)";

const NOTE_SEEN: &str = "UPDATE sign_ins SET last_seen_at = ?3 \
    WHERE user_id = ?1 AND id = ?2 AND last_seen_at <= ?4 AND ended_at IS NULL";

/// Dropping it drops the transaction, which the driver rolls back before the connection is used again.
struct SqliteSession {
    transaction: Transaction<'static, Sqlite>,
    facts: Facts,
}

#[async_trait]
impl Session for SqliteSession {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    async fn commit(mut self: Box<Self>, changes: Changes) -> Result<(), StoreError> {
        changes::write(&mut self.transaction, &changes, self.facts.now).await?;
        self.transaction.commit().await.map_err(from_sqlx)
    }
}
