//! Programs that set whole servers on a Postgres of their own: `cargo xtask race`, 64 rivals for too few seats on two servers,
//! and `cargo xtask bench roster`, rounds of mail to twenty thousand people.

use std::path::Path;

use anyhow::{Result, bail};

use crate::postgres::Postgres;
use crate::{needs, run};

/// Starts a Postgres, builds the server and lets the campaign run on it. It ends at the first promise that breaks.
///
/// # Errors
/// No Postgres can be had, something does not compile, a promise broke, or somebody asked to stop.
pub fn run(root: &Path, args: &[String]) -> Result<()> {
    on_postgres(root, "race", "exactly as many winners as free seats, whatever else happens", args)
}

/// Starts a Postgres, builds the server and measures rounds to a large roster on it.
///
/// # Errors
/// As [`run()`].
pub fn roster(root: &Path, args: &[String]) -> Result<()> {
    on_postgres(root, "bench_roster", "three rounds to a large roster, and its screen at any filter", args)
}

fn on_postgres(root: &Path, program: &str, what: &str, args: &[String]) -> Result<()> {
    let bin = needs::postgres()?;
    let mut command = run::driver(root, program, &[], args)?;
    let postgres = Postgres::start_telling(&bin)?;
    command.env("MEMBERSHIP_TEST_POSTGRES", postgres.url());
    let ran = run::run(command, what);
    let deadlocks = postgres.deadlocks();
    if !deadlocks.is_empty() {
        bail!("the database had to break deadlocks; it says:\n{deadlocks}");
    }
    ran
}
