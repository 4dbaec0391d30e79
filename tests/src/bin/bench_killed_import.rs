//! Ten thousand people are imported by a server that is killed with SIGKILL on the way, twice, and started again: every row
//! is there once, and everybody gets one mail. On SQLite and on Postgres.
//!
//! `cargo xtask bench killed-import` starts a Postgres and runs it. It fails where a promise breaks.

use indicatif::{ProgressBar, ProgressStyle};
use membership_tests::killed_import::{Stage, server_is_killed};
use membership_tests::postgres::fresh_database;

/// How many people.
const ROWS: u64 = 10_000;

#[tokio::main]
async fn main() {
    let rows = std::env::args().nth(1).map_or(ROWS, |rows| rows.parse().expect("a number of rows"));
    for (store, database_url) in [("sqlite", None), ("postgres", Some(fresh_database().await))] {
        let bar = ProgressBar::new(rows);
        let template = format!("{store}: {{bar:40}} {{pos}} of {{len}} {{msg}} ({{elapsed}})");
        bar.set_style(ProgressStyle::with_template(&template).expect("the template is well-formed"));
        let told = |stage: Stage, count: u64| {
            bar.set_message(if stage == Stage::Rows { "rows carried out" } else { "people mailed" });
            bar.set_position(count);
        };
        let figures = server_is_killed(database_url, rows, told).await;
        bar.finish_and_clear();
        println!("{store}: {rows} rows, each once, and a mail each; {figures}");
    }
}
