//! SQLite and Postgres against the suite that every store must pass, the walks compared with the model included.

use std::sync::Arc;

use async_trait::async_trait;
use membership_core::port::Clock;
use membership_postgres::{PostgresOptions, PostgresStore};
use membership_sqlite::SqliteStore;
use membership_testkit::conformance::Harness;
use membership_testkit::{Stores, conformance_suite};
use membership_tests::postgres::fresh_database;

struct OnSqlite;

#[async_trait]
impl Harness for OnSqlite {
    async fn fresh(&self, clock: Arc<dyn Clock>) -> Stores {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_file(folder.path().join("membership.db")).await.unwrap().with_clock(clock);
        store.migrate().await.unwrap();
        Stores::of(Arc::new(store)).keeping(folder)
    }
}

struct OnPostgres;

#[async_trait]
impl Harness for OnPostgres {
    async fn fresh(&self, clock: Arc<dyn Clock>) -> Stores {
        let url = fresh_database().await;
        let store = PostgresStore::connect(&url, PostgresOptions::default()).await.unwrap().with_clock(clock);
        store.migrate().await.unwrap();
        Stores::of(Arc::new(store))
    }
}

conformance_suite!(sqlite, OnSqlite);
conformance_suite!(postgres, OnPostgres);
