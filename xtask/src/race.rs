//! `cargo xtask race`: 64 rivals for too few seats on two servers, round after round.

use std::path::Path;

use anyhow::{Result, bail};

use crate::postgres::Postgres;
use crate::{needs, run};

/// Starts a Postgres, builds the server and lets the campaign run on it. It ends at the first promise that breaks.
///
/// # Errors
/// No Postgres can be had, something does not compile, a promise broke, or somebody asked to stop.
pub fn run(root: &Path, args: &[String]) -> Result<()> {
    let bin = needs::postgres()?;
    let mut build = run::cargo(root, "build");
    build.args(["-p", "server", "-p", "membership-tests", "--bins"]);
    run::run(build, "two servers, and what sets rivals on them")?;
    let postgres = Postgres::start_telling(&bin)?;
    let mut command = run::cargo(root, "run");
    command.args(["-q", "-p", "membership-tests", "--bin", "race", "--"]).args(args);
    command.env("MEMBERSHIP_TEST_POSTGRES", postgres.url());
    let ran = run::run(command, "exactly as many winners as free seats, whatever else happens");
    let deadlocks = postgres.deadlocks();
    if !deadlocks.is_empty() {
        bail!("the database had to break deadlocks; it says:\n{deadlocks}");
    }
    ran
}
