//! SQLite and Postgres against the suite that every store must pass, the walks compared with the model included.

mod imports;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use membership_backup::Writer;
use membership_core::backup::{BACKED_UP_TABLES, Estate, LEFT_OUT_TABLES};
use membership_core::port::Clock;
use membership_postgres::{PostgresOptions, PostgresStore, distribution};
use membership_sqlite::SqliteStore;
use membership_testkit::conformance::Harness;
use membership_testkit::conformance::backup::{moved, walked};
use membership_testkit::{ManualClock, Stores, World, conformance_suite};
use membership_tests::postgres::fresh_database;
use proptest::test_runner::TestRunner;

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

/// From one database to the other and back: an equal dump, up to what decision 0032 says a restore changes.
#[tokio::test]
async fn s3_8_backups_of_walks_move_from_sqlite_to_postgres_and_back() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..6 {
        let worlds = [fresh_world(&OnSqlite).await, fresh_world(&OnPostgres).await, fresh_world(&OnSqlite).await];
        for mut estate in walked(&mut runner).await {
            for world in &worlds {
                estate = moved(&through_a_file(&estate), world).await;
            }
        }
    }
}

async fn fresh_world(on: &impl Harness) -> World {
    let clock = Arc::new(ManualClock::default());
    World::on(on.fresh(clock.clone()).await, clock)
}

fn through_a_file(estate: &Estate) -> Estate {
    let taken_at = time::macros::datetime!(2026-03-02 09:00 UTC);
    let mut writer = Writer::new(Vec::new(), estate.id().unwrap(), taken_at).unwrap();
    for piece in estate.pieces() {
        writer.piece(&piece).unwrap();
    }
    let backup = membership_backup::read(writer.finish().unwrap().as_slice()).unwrap();
    assert_eq!((&backup.estate, backup.taken_at), (estate, taken_at));
    backup.estate
}

/// A new table of an organization is backed up, or left out for a reason, but never forgotten.
#[test]
fn s3_8_a_backup_covers_every_table_of_an_organization() {
    let of_organizations = distribution::TABLES.iter().filter(|it| it.group == distribution::Group::Organization);
    let tables: BTreeSet<_> = of_organizations.map(|it| it.name).collect();
    let listed: BTreeSet<_> = BACKED_UP_TABLES.into_iter().chain(LEFT_OUT_TABLES).collect();
    assert_eq!(tables, listed);
}

conformance_suite!(sqlite, OnSqlite);
conformance_suite!(postgres, OnPostgres);
