//! What is done with the built server besides tests: the pictures of the documentation, how heavy a page is, what the time
//! of an answer tells, what an import takes, and what is left of one that is killed.

use std::path::Path;

use anyhow::Result;

use crate::postgres::Postgres;
use crate::{needs, run};

/// A program of the package `membership-tests` that drives the server, by a browser or without one.
pub struct Program {
    name: &'static str,
    what: &'static str,
    optimised: bool,
    needs: &'static [Need],
}

/// What a program needs besides the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Browser,
    Pngquant,
    Postgres,
}

/// Takes the pictures of all pages, and keeps those that the documentation shows.
pub const SCREENSHOTS: Program = Program {
    name: "screenshots",
    what: "every page of the example, in four pictures",
    optimised: false,
    needs: &[Need::Browser, Need::Pngquant],
};

/// Measures the first page of a list of ten thousand members.
pub const BENCH_PAGES: Program = Program {
    name: "bench_pages",
    what: "how heavy the first page of a long list is",
    optimised: true,
    needs: &[Need::Browser],
};

/// Measures whether the time of an answer tells who has an account.
pub const BENCH_TIMING: Program = Program {
    name: "bench_timing",
    what: "whether the time of an answer tells who has an account",
    optimised: true,
    needs: &[],
};

/// Measures what importing ten thousand people takes on each store.
pub const BENCH_IMPORT: Program = Program {
    name: "bench_import",
    what: "what importing many people takes on each store",
    optimised: true,
    needs: &[Need::Postgres],
};

/// Imports ten thousand people on each store with a server that is killed on the way.
pub const BENCH_KILLED_IMPORT: Program = Program {
    name: "bench_killed_import",
    what: "every row once and every mail once, though the server is killed in the middle",
    optimised: true,
    needs: &[Need::Postgres],
};

impl Program {
    /// Builds the server and the program, and runs it, with a browser and other programs that are found or installed and a
    /// throw-away Postgres if it needs them.
    ///
    /// # Errors
    /// What it needs cannot be had, something does not compile, or the program says no.
    pub fn run(&self, root: &Path, args: &[String]) -> Result<()> {
        let browser = if self.needs.contains(&Need::Browser) { Some(needs::browser()?) } else { None };
        let profile: &[&str] = if self.optimised { &["--release"] } else { &[] };
        let mut command = run::driver(root, self.name, profile, args)?;
        if let Some(browser) = browser {
            command.env(needs::CHROMIUM, &browser.chromium);
            command.env(needs::CHROMEDRIVER, &browser.chromedriver);
        }
        if self.needs.contains(&Need::Pngquant) {
            command.env(needs::PNGQUANT, needs::pngquant()?);
        }
        let postgres =
            if self.needs.contains(&Need::Postgres) { Some(Postgres::start(&needs::postgres()?)?) } else { None };
        if let Some(postgres) = &postgres {
            command.env("MEMBERSHIP_TEST_POSTGRES", postgres.url());
        }
        run::run(command, self.what)
    }
}
