//! What is done with a real browser besides tests: the pictures of the documentation, and how heavy a page is.

use std::path::Path;

use anyhow::Result;

use crate::{needs, run};

/// A program of the package `membership-tests` that drives a browser.
pub struct Program {
    name: &'static str,
    what: &'static str,
    optimised: bool,
}

/// Takes the pictures under `docs/images`.
pub const SCREENSHOTS: Program =
    Program { name: "screenshots", what: "every page of the example, in four pictures", optimised: false };

/// Measures the first page of a list of ten thousand members.
pub const BENCH_PAGES: Program =
    Program { name: "bench_pages", what: "how heavy the first page of a long list is", optimised: true };

impl Program {
    /// Builds the server and the program, and runs it with a browser that is found or installed.
    ///
    /// # Errors
    /// No browser can be had, something does not compile, or the program says no.
    pub fn run(&self, root: &Path, args: &[String]) -> Result<()> {
        let browser = needs::browser()?;
        let profile: &[&str] = if self.optimised { &["--release"] } else { &[] };
        let mut build = run::cargo(root, "build");
        build.args(["-p", "server", "-p", "membership-tests", "--bins"]).args(profile);
        run::run(build, "the server, and what drives the browser")?;
        let mut command = run::cargo(root, "run");
        command.args(["-q", "-p", "membership-tests", "--bin", self.name]).args(profile).arg("--").args(args);
        command.env(needs::CHROMIUM, &browser.chromium);
        command.env(needs::CHROMEDRIVER, &browser.chromedriver);
        run::run(command, self.what)
    }
}
