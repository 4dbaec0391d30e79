//! What it takes to import ten thousand people: time, memory and statements, on SQLite and on Postgres.
//!
//! `cargo xtask bench import` starts a Postgres and runs it. Each store has a process of its own, so that the most memory
//! that was ever in use is that store's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use membership_tests::client::Client;
use membership_tests::deployment::Deployment;
use serde_json::{Value, json};
use tracing::{Event, Metadata, Subscriber, span};

/// How many people.
const ROWS: usize = 10_000;

/// How many statements were sent to the database.
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (store, rows) = match arguments.first().map(String::as_str) {
        Some(store @ ("sqlite" | "postgres")) => (store, arguments.get(1)),
        rows => {
            let program = std::env::current_exe().expect("the program knows where it is");
            for store in ["sqlite", "postgres"] {
                let status = std::process::Command::new(&program).arg(store).args(rows).status();
                assert!(status.expect("the measurement runs").success(), "{store} failed");
            }
            return;
        }
    };
    let rows = rows.map_or(ROWS, |rows| rows.parse().expect("a number of rows"));
    tracing::subscriber::set_global_default(Statements).expect("nobody else listens");
    let deployment = if store == "sqlite" { Deployment::sqlite().await } else { Deployment::postgres().await };
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "learning_platform").await;
    let base = format!("/api/v1/organizations/{organization}");
    let group = ada.post(&format!("{base}/groups"), json!({ "name": "North" })).await.expect(201)["id"].clone();
    let file: String = (0..rows).map(|number| row(number, group.as_str().expect("an id"))).collect();
    println!("{store}: {rows} rows, {:.1} MiB of file, {} in use before", mebibytes(file.len()), memory("VmRSS"));
    deployment.mails().await;

    let dry = measured("  dry run    ", rows, import(&ada, &base, "?dry_run=true", &file, 200)).await;
    assert_eq!(dry["counts"]["added"], rows);
    let import = measured("  accepted   ", rows, import(&ada, &base, "", &file, 202)).await;
    let path = format!("{base}/members/imports/{}", import["id"].as_str().expect("an id"));
    measured("  carried out", rows, carried_out(&deployment)).await;
    let done = ada.get(&path).await.expect(200);
    assert_eq!((&done["state"], &done["counts"]["added"]), (&json!("done"), &json!(rows)));
    measured("  result file", rows, ada.get(&format!("{path}/result.csv"))).await;
    measured("  taken back ", rows, async {
        ada.post_nothing(&format!("{path}/undo")).await.expect(202);
        carried_out(&deployment).await;
    })
    .await;
    assert_eq!(ada.get(&path).await.expect(200)["counts"]["undone"], rows);
    println!("  {} at most in use, of the whole process", memory("VmHWM"));
}

/// A row with everything but a password: how long a password takes to be hashed says nothing of importing.
fn row(number: usize, group: &str) -> String {
    format!("Lovelace {number},Ada,person.{number}@example.org,France | North,1,,en,Number {number},{group}\n")
}

async fn import(by: &Client, base: &str, query: &str, file: &str, status: u16) -> Value {
    by.post_csv(&format!("{base}/members/import{query}"), file).await.expect(status)
}

async fn carried_out(deployment: &Deployment) {
    while 0 < deployment.app.importer.run_once().await.expect("importing works") {}
}

/// How long something takes, and how many statements.
async fn measured<T>(what: &str, rows: usize, work: impl Future<Output = T>) -> T {
    let (began, before) = (Instant::now(), STATEMENTS.load(Ordering::Relaxed));
    let done = work.await;
    let (took, statements) = (began.elapsed().as_secs_f64(), STATEMENTS.load(Ordering::Relaxed) - before);
    #[expect(clippy::cast_precision_loss, reason = "numbers for people")]
    let (each, a_row) = (1000.0 * took / rows as f64, statements as f64 / rows as f64);
    println!("{what} {took:7.2} s, {each:6.3} ms a row, {statements:6} statements, {a_row:6.3} a row");
    done
}

#[expect(clippy::cast_precision_loss, reason = "a number for people")]
fn mebibytes(bytes: usize) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

/// What the kernel says of this process.
fn memory(what: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kibibytes.map_or_else(|| "memory unknown".to_owned(), |it: usize| format!("{:.0} MiB", mebibytes(1024 * it)))
}

/// Counts the statements that the database library tells of.
struct Statements;

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
