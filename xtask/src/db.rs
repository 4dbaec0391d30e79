//! `cargo xtask db`: a throw-away Postgres to develop against, for as long as this runs.

use anyhow::Result;

use crate::postgres::Postgres;
use crate::{needs, run};

/// Starts it, says where it is, and waits for Ctrl-C.
pub fn run() -> Result<()> {
    let postgres = Postgres::start(&needs::postgres()?)?;
    let url = postgres.url();
    eprintln!("\n    psql '{url}'");
    eprintln!("    MEMBERSHIP_TEST_POSTGRES='{url}' cargo nextest run -p membership-postgres");
    eprintln!("    MEMBERSHIP_DATABASE_URL='{url}' cargo run -p server");
    eprintln!("\nIt lives until Ctrl-C; then it is deleted with everything in it. Its address:");
    println!("{url}");
    while run::pause().is_ok() {}
    eprintln!("\nstopping");
    Ok(())
}
