//! What is done with the built server besides tests: the pictures of the documentation, how heavy a page is, and what the
//! time of an answer tells.

use std::path::Path;

use anyhow::Result;

use crate::{needs, run};

/// A program of the package `membership-tests` that drives the server, by a browser or without one.
pub struct Program {
    name: &'static str,
    what: &'static str,
    optimised: bool,
    needs_browser: bool,
}

/// Takes the pictures under `docs/images`.
pub const SCREENSHOTS: Program = Program {
    name: "screenshots",
    what: "every page of the example, in four pictures",
    optimised: false,
    needs_browser: true,
};

/// Measures the first page of a list of ten thousand members.
pub const BENCH_PAGES: Program = Program {
    name: "bench_pages",
    what: "how heavy the first page of a long list is",
    optimised: true,
    needs_browser: true,
};

/// Measures whether the time of an answer tells who has an account.
pub const BENCH_TIMING: Program = Program {
    name: "bench_timing",
    what: "whether the time of an answer tells who has an account",
    optimised: true,
    needs_browser: false,
};

impl Program {
    /// Builds the server and the program, and runs it, with a browser that is found or installed if it needs one.
    ///
    /// # Errors
    /// No browser can be had, something does not compile, or the program says no.
    pub fn run(&self, root: &Path, args: &[String]) -> Result<()> {
        let browser = if self.needs_browser { Some(needs::browser()?) } else { None };
        let profile: &[&str] = if self.optimised { &["--release"] } else { &[] };
        let mut build = run::cargo(root, "build");
        build.args(["-p", "server", "-p", "membership-tests", "--bins"]).args(profile);
        run::run(build, "the server, and what drives it")?;
        let mut command = run::cargo(root, "run");
        command.args(["-q", "-p", "membership-tests", "--bin", self.name]).args(profile).arg("--").args(args);
        if let Some(browser) = browser {
            command.env(needs::CHROMIUM, &browser.chromium);
            command.env(needs::CHROMEDRIVER, &browser.chromedriver);
        }
        run::run(command, self.what)
    }
}
