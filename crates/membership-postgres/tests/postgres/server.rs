//! A database for each test, dropped at its end whether the test passes or not.

use std::future::Future;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use membership_core::port::Clock;
use membership_postgres::{PostgresOptions, PostgresStore};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use time::OffsetDateTime;

static DATABASES: AtomicU64 = AtomicU64::new(0);

/// A database with the schema, and a store on it.
#[derive(Clone)]
pub struct Database {
    pub store: PostgresStore,
    pub clock: Arc<TestClock>,
    pub options: PgConnectOptions,
}

/// A clock that stands until it is moved.
pub struct TestClock(Mutex<OffsetDateTime>);

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap()
    }
}

impl TestClock {
    pub fn advance(&self, by: time::Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Database {
    /// A connection past the store, to look and to meddle.
    pub async fn connection(&self) -> PgConnection {
        self.options.connect().await.unwrap()
    }

    /// What a query says, as text.
    pub async fn text(&self, sql: &str) -> String {
        let row = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(sql.to_owned()));
        let mut connection = self.connection().await;
        let text = row.fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        text.unwrap_or_default()
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.text(&format!("SELECT ({sql})::text")).await.parse().unwrap()
    }

    pub async fn run(&self, sql: &str) {
        let mut connection = self.connection().await;
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
    }
}

pub fn server() -> PgConnectOptions {
    let url = std::env::var("MEMBERSHIP_TEST_POSTGRES")
        .expect("MEMBERSHIP_TEST_POSTGRES must name a Postgres server to test on: `cargo xtask test` starts one");
    PgConnectOptions::from_str(&url).unwrap()
}

/// The URL of a database on the server, as a user of the crate would write it.
pub fn url_of(options: &PgConnectOptions) -> String {
    options.to_url_lossy().to_string()
}

/// Runs a test on a database of its own.
pub async fn with_database<F, Fut>(test: F)
where
    F: FnOnce(Database) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("membership_test_{}_{number}", std::process::id());
    let mut admin = server().connect().await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let options = server().database(&name);
    let limits =
        PostgresOptions { max_connections: 50, acquire_timeout: Duration::from_secs(20), ..Default::default() };
    let clock = Arc::new(TestClock(Mutex::new(time::macros::datetime!(2026-03-01 09:00:00.123456 UTC))));
    let store = PostgresStore::connect(&url_of(&options), limits).await.unwrap().with_clock(clock.clone());
    store.migrate().await.unwrap();
    let outcome = tokio::spawn(test(Database { store: store.clone(), clock, options })).await;
    store.close().await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    admin.close().await.unwrap();
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// Waits until the server says so: what other connections do cannot be awaited, only asked for.
pub async fn wait_until(database: &Database, sql: &'static str, is_so: impl Fn(i64) -> bool) {
    let patience = std::time::Duration::from_secs(10);
    let asking = async {
        while !is_so(database.number(sql).await) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(patience, asking).await.unwrap_or_else(|_| panic!("in vain: {sql}"));
}
