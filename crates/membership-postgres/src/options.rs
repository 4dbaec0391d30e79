//! How to connect: pool size and the limits that keep one slow statement from stopping everybody.

use std::str::FromStr;
use std::time::Duration;

use membership_core::port::StoreError;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::error::store_error;

/// How the store connects.
///
/// The time limits travel as start-up parameters of each connection, not as `SET`, so that they also hold on the
/// nodes of a sharded database. A pooler must let them pass (PgBouncer: `ignore_startup_parameters = options`, with
/// the limits set by `ALTER ROLE` instead).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// The most connections that are open at once. Default 10.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is told that the database is busy. Default 2 s.
    pub acquire_timeout: Duration,
    /// A connection that was idle for longer is tried before it is used, so that a restart of the database does not
    /// fail the next request; one that was used just now is not, because that would cost every request a round trip.
    /// Default 5 s.
    pub trusted_for: Duration,
    /// How long one statement may run. Default 10 s.
    pub statement_timeout: Duration,
    /// How long one statement may wait for a lock. Default 5 s.
    pub lock_timeout: Duration,
    /// How long a transaction may wait for its next statement. Default 10 s.
    pub idle_in_transaction_timeout: Duration,
    /// By what name the database lists the connections. Default `membership`.
    pub application_name: String,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout: Duration::from_secs(2),
            trusted_for: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(10),
            application_name: "membership".to_owned(),
        }
    }
}

impl PostgresOptions {
    pub(crate) async fn connect(&self, url: &str) -> Result<PgPool, StoreError> {
        let connect = PgConnectOptions::from_str(url)
            .map_err(|error| StoreError::Corrupt(format!("the database's URL cannot be used: {error}")))?
            .application_name(&self.application_name)
            .options(self.parameters());
        let trusted_for = self.trusted_for;
        PgPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(self.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(move |connection, idle| {
                Box::pin(async move {
                    if idle.idle_for <= trusted_for {
                        return Ok(true);
                    }
                    // An error here closes the connection, and the pool opens another one.
                    connection.ping().await.map(|()| true)
                })
            })
            .connect_with(connect)
            .await
            .map_err(|error| match error {
                sqlx::Error::PoolTimedOut => {
                    StoreError::Unavailable("no connection could be opened in time".to_owned())
                }
                other => store_error(other),
            })
    }

    fn parameters(&self) -> [(&'static str, String); 4] {
        let millis = |limit: Duration| limit.as_millis().to_string();
        [
            ("statement_timeout", millis(self.statement_timeout)),
            ("lock_timeout", millis(self.lock_timeout)),
            ("idle_in_transaction_session_timeout", millis(self.idle_in_transaction_timeout)),
            ("default_transaction_isolation", "read committed".to_owned()),
        ]
    }
}
