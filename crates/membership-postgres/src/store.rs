//! Open, read, commit: the store as the service sees it.

use std::sync::Arc;

use async_trait::async_trait;
use membership_core::changes::Changes;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{SignInId, UserId};
use membership_core::port::{Clock, Session, Store, StoreError, UsedKey, to_micros};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{Postgres, Transaction};
use time::OffsetDateTime;

use crate::changes;
use crate::distribution::Group;
use crate::error::{migration_error, store_error};
use crate::facts::keys::DEPLOYMENT;
use crate::facts::{self, Lock};
use crate::options::PostgresOptions;
use crate::statement::{Route, execute, statements};

statements! {
    /// A sign-in is used, and was not for an hour.
    NOTE_SEEN, Route::By(Group::User),
        "UPDATE sign_ins AS s SET last_seen_at = coalesce($3::timestamptz, statement_timestamp())
        WHERE s.user_id = $1 AND s.id = $2 AND s.ended_at IS NULL
            AND s.last_seen_at <= coalesce($3::timestamptz, statement_timestamp()) - interval '1 hour'";
    /// A key of an organization is used, and was not for an hour.
    NOTE_KEY, Route::By(Group::Organization),
        "UPDATE api_keys AS k SET last_used_at = coalesce($3::timestamptz, statement_timestamp())
        WHERE k.organization_id = $1 AND k.id = $2 AND (k.last_used_at IS NULL
            OR k.last_used_at <= coalesce($3::timestamptz, statement_timestamp()) - interval '1 hour')";
    /// A key of the operator is used, and was not for an hour.
    NOTE_OPERATOR_KEY, Route::By(Group::Installation),
        "UPDATE operator_keys AS k SET last_used_at = coalesce($3::timestamptz, statement_timestamp())
        WHERE k.deployment = $1 AND k.id = $2 AND (k.last_used_at IS NULL
            OR k.last_used_at <= coalesce($3::timestamptz, statement_timestamp()) - interval '1 hour')";
}

static MIGRATIONS: Migrator = sqlx::migrate!();

/// All ports of storage, on one Postgres database. Cheap to clone: clones share the pool.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    clock: Option<Arc<dyn Clock>>,
}

impl PostgresStore {
    /// Connects to a database by its `postgres://` URL.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot be reached, [`StoreError::Corrupt`] if the URL is none.
    pub async fn connect(url: &str, options: PostgresOptions) -> Result<Self, StoreError> {
        let pool = options.connect(url).await?;
        Ok(Self::from_pool(pool))
    }

    /// Uses a pool that the host application made. Its connections must be in `READ COMMITTED`, which is Postgres'
    /// default, and should limit how long a statement, a lock and an idle transaction may take.
    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool, clock: None }
    }

    /// Takes the time from this clock instead of the database's: for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Brings the database to this release's schema. Servers that start together may all call it: one works, the
    /// others wait, on a connection without time limits.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a newer release has been at work on the database, or what was applied differs from
    /// what this release carries; otherwise any [`StoreError`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let unlimited =
            ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"].map(|it| (it, "0"));
        let options = (*self.pool.connect_options()).clone().options(unlimited);
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.map_err(store_error)?;
        let outcome = MIGRATIONS.run(&pool).await.map_err(migration_error);
        pool.close().await;
        outcome
    }

    /// Closes all connections, after what runs on them has ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The injected time; `None` leaves it to the database's clock.
    pub(crate) fn fixed_now(&self) -> Option<OffsetDateTime> {
        self.clock.as_ref().map(|clock| to_micros(clock.now()))
    }

    pub(crate) async fn connection(&self) -> Result<sqlx::pool::PoolConnection<Postgres>, StoreError> {
        self.pool.acquire().await.map_err(|error| self.pool_error(error))
    }

    /// No free connection in time means too much work, unless there is no connection at all.
    fn pool_error(&self, error: sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolTimedOut if self.pool.size() == 0 => {
                StoreError::Unavailable("no connection could be opened in time".to_owned())
            }
            other => store_error(other),
        }
    }

    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        self.pool.begin().await.map_err(|error| self.pool_error(error))
    }

    /// A transaction that only reads, and sees one moment.
    pub(crate) async fn begin_snapshot(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.pool.begin_with(begin).await.map_err(|error| self.pool_error(error))
    }

    /// Facts of several groups are read in several statements: one snapshot makes them facts of one moment.
    async fn read_in_snapshot(&self, scope: &Scope) -> Result<Facts, StoreError> {
        let mut transaction = self.begin_snapshot().await?;
        let facts = facts::load(&mut transaction, self.fixed_now(), scope, Lock::None).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(facts)
    }
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").field("pool", &self.pool).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError> {
        let mut transaction = self.begin().await?;
        let facts = facts::load(&mut transaction, self.fixed_now(), scope, Lock::Exclusive).await?;
        Ok(Box::new(PostgresSession { transaction, facts }))
    }

    async fn read(&self, scope: &Scope) -> Result<Facts, StoreError> {
        if facts::statements_needed(scope) > 1 {
            return self.read_in_snapshot(scope).await;
        }
        let mut connection = self.connection().await?;
        facts::load(&mut connection, self.fixed_now(), scope, Lock::None).await
    }

    async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError> {
        let query = NOTE_SEEN.query().bind(user.0).bind(sign_in.0).bind(self.fixed_now());
        let mut connection = self.connection().await?;
        execute(&mut connection, query).await.map(drop)
    }

    async fn note_key_used(&self, key: UsedKey) -> Result<(), StoreError> {
        let query = match key {
            UsedKey::Organization(organization, id) => NOTE_KEY.query().bind(organization.0).bind(id.0),
            UsedKey::Operator(id) => NOTE_OPERATOR_KEY.query().bind(DEPLOYMENT).bind(id.0),
        };
        let mut connection = self.connection().await?;
        execute(&mut connection, query.bind(self.fixed_now())).await.map(drop)
    }
}

struct PostgresSession {
    transaction: Transaction<'static, Postgres>,
    facts: Facts,
}

#[async_trait]
impl Session for PostgresSession {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    async fn commit(self: Box<Self>, changes: Changes) -> Result<(), StoreError> {
        let Self { mut transaction, facts } = *self;
        let connection: &mut PgConnection = &mut transaction;
        match changes::write(connection, &facts, &changes).await {
            Ok(()) => transaction.commit().await.map_err(store_error),
            Err(error) => {
                // At once and not when the connection is next used: whoever repeats the use case waits for our lock.
                if let Err(late) = transaction.rollback().await {
                    tracing::debug!(%late, "the transaction was over before it was rolled back");
                }
                Err(error)
            }
        }
    }
}
