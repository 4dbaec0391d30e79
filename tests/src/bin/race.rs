//! Rivals for free seats on two servers, for as long as one likes. `cargo xtask race` starts a Postgres and runs it.

use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use membership_tests::postgres::fresh_database;
use membership_tests::race::Campaign;

/// How long, and with which choices.
#[derive(Parser)]
#[command(name = "cargo xtask race")]
struct Options {
    /// How many rounds.
    #[arg(long, default_value_t = 1_000, conflicts_with = "minutes")]
    rounds: u64,
    /// For how many minutes instead.
    #[arg(long)]
    minutes: Option<u64>,
    /// What the choices follow from; by the clock if none is named. How requests meet is the machine's.
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut campaign = Campaign::start(folder.path(), &fresh_database().await, seed).await;
    let began = Instant::now();
    let until = options.minutes.map(|minutes| began + Duration::from_secs(60 * minutes));
    let bar = match options.minutes {
        Some(minutes) => ProgressBar::new(60 * minutes),
        None => ProgressBar::new(options.rounds),
    };
    let template = "{bar:40} {percent:>3} % {msg} ({elapsed}, {eta} left)";
    bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
    for round in 1.. {
        campaign.round().await;
        bar.set_message(format!("round {round}"));
        bar.set_position(until.map_or(round, |_| began.elapsed().as_secs()));
        if until.map_or(round == options.rounds, |until| until <= Instant::now()) {
            break;
        }
    }
    bar.finish_and_clear();
    let took = began.elapsed();
    println!("{}; {took:.0?}, no server error", campaign.finish().await.line());
}
