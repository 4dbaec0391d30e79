//! What is done with the built server besides tests: the pictures of the documentation, how heavy a page is, what the time
//! of an answer tells, and what an import takes.

use std::path::Path;

use anyhow::Result;

use crate::postgres::Postgres;
use crate::{needs, run};

/// A program of the package `membership-tests` that drives the server, by a browser or without one.
pub struct Program {
    name: &'static str,
    what: &'static str,
    optimised: bool,
    needs_browser: bool,
    needs_postgres: bool,
}

/// Takes the pictures under `docs/images`.
pub const SCREENSHOTS: Program = Program {
    name: "screenshots",
    what: "every page of the example, in four pictures",
    optimised: false,
    needs_browser: true,
    needs_postgres: false,
};

/// Measures the first page of a list of ten thousand members.
pub const BENCH_PAGES: Program = Program {
    name: "bench_pages",
    what: "how heavy the first page of a long list is",
    optimised: true,
    needs_browser: true,
    needs_postgres: false,
};

/// Measures whether the time of an answer tells who has an account.
pub const BENCH_TIMING: Program = Program {
    name: "bench_timing",
    what: "whether the time of an answer tells who has an account",
    optimised: true,
    needs_browser: false,
    needs_postgres: false,
};

/// Measures what importing ten thousand people takes on each store.
pub const BENCH_IMPORT: Program = Program {
    name: "bench_import",
    what: "what importing many people takes on each store",
    optimised: true,
    needs_browser: false,
    needs_postgres: true,
};

impl Program {
    /// Builds the server and the program, and runs it, with a browser that is found or installed and a throw-away Postgres
    /// if it needs them.
    ///
    /// # Errors
    /// No browser or no Postgres can be had, something does not compile, or the program says no.
    pub fn run(&self, root: &Path, args: &[String]) -> Result<()> {
        let browser = if self.needs_browser { Some(needs::browser()?) } else { None };
        let profile: &[&str] = if self.optimised { &["--release"] } else { &[] };
        let mut command = run::driver(root, self.name, profile, args)?;
        if let Some(browser) = browser {
            command.env(needs::CHROMIUM, &browser.chromium);
            command.env(needs::CHROMEDRIVER, &browser.chromedriver);
        }
        let postgres = if self.needs_postgres { Some(Postgres::start(&needs::postgres()?)?) } else { None };
        if let Some(postgres) = &postgres {
            command.env("MEMBERSHIP_TEST_POSTGRES", postgres.url());
        }
        run::run(command, self.what)
    }
}
