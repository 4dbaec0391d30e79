//! `cargo xtask test`: everything the tests need, then all of them, then how many ran on which store.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::needs::{self, Browser};
use crate::postgres::Postgres;
use crate::run;
use crate::tally::Tally;

/// Where the tests find the server that was started for them.
const TEST_POSTGRES: &str = "MEMBERSHIP_TEST_POSTGRES";

/// Where nextest writes its report, whatever Cargo's target folder is; `.config/nextest.toml` asks for it.
const REPORT: &str = "target/nextest/default/junit.xml";

/// Runs all tests, or those that `args` name.
///
/// # Errors
/// Something the tests need is missing, a test failed, or somebody asked to stop.
pub fn run(root: &Path, args: &[String]) -> Result<()> {
    let bin = needs::postgres()?;
    let browser = needs::browser()?;
    eprintln!("Postgres programs: {}", bin.display());
    eprintln!("browser: {}, driven by {}", browser.chromium.display(), browser.chromedriver.display());

    let has_nextest = run::answers(run::cargo(root, "nextest").arg("--version"));
    if has_nextest && args.is_empty() {
        // Before the server starts: most runs that fail, fail here.
        run::run(with(run::cargo(root, "nextest"), &["run", "--workspace", "--no-run"]), "build the tests")?;
    }
    let postgres = Postgres::start(&bin)?;
    let tests = Tests { root, args, postgres: &postgres, browser: &browser };
    let mut tally = Tally::default();
    let outcome = if has_nextest { tests.by_nextest(&mut tally) } else { tests.by_cargo(&mut tally) };
    drop(postgres);

    if !run::interrupted() && 0 < tally.total() {
        println!("\n{tally}");
    }
    outcome
}

struct Tests<'a> {
    root: &'a Path,
    args: &'a [String],
    postgres: &'a Postgres,
    browser: &'a Browser,
}

impl Tests<'_> {
    /// The examples in the documentation go first, so that nextest's summary stands at the end.
    fn by_nextest(&self, tally: &mut Tally) -> Result<()> {
        let examples = if self.args.is_empty() {
            let command = with(self.cargo("test"), &["--doc", "--workspace", "--no-fail-fast"]);
            let (outcome, printed) = run::run_and_listen(command, "the examples in the documentation")?;
            tally.add_printed(&printed)?;
            outcome
        } else {
            run::announce("arguments given", "only what they name is run, and no examples in the documentation");
            Ok(())
        };
        if run::interrupted() {
            return examples;
        }
        let report = self.root.join(REPORT);
        remove(&report)?;
        let mut command = with(self.cargo("nextest"), &["run"]);
        command.args(scope(self.args)).args(self.args);
        let outcome = run::run(command, "the tests, each in a process of its own");
        match fs::read_to_string(&report) {
            Ok(xml) => tally.add_junit(&xml)?,
            // Arguments may choose another profile, with no report or another one.
            Err(error) if outcome.is_ok() && self.args.is_empty() => {
                return Err(error).with_context(|| format!("nextest left no report in {REPORT}"));
            }
            Err(_) if run::interrupted() => {}
            Err(_) => eprintln!("\nnothing to count: nextest left no report in {REPORT}"),
        }
        both(examples, outcome)
    }

    fn by_cargo(&self, tally: &mut Tally) -> Result<()> {
        eprintln!(
            "\ncargo-nextest is not installed, and building it takes many minutes: `cargo test` runs the tests \
             instead, one binary after the other. `cargo install cargo-nextest --locked` makes it faster."
        );
        let mut command = with(self.cargo("test"), &["--no-fail-fast"]);
        command.args(scope(self.args)).args(self.args);
        let (outcome, printed) = run::run_and_listen(command, "the tests and the examples in the documentation")?;
        tally.add_printed(&printed)?;
        outcome
    }

    fn cargo(&self, subcommand: &str) -> Command {
        let mut command = run::cargo(self.root, subcommand);
        command.env(TEST_POSTGRES, self.postgres.url());
        command.env(needs::CHROMIUM, &self.browser.chromium);
        command.env(needs::CHROMEDRIVER, &self.browser.chromedriver);
        command
    }
}

/// The whole workspace, unless the arguments choose packages themselves.
fn scope(args: &[String]) -> Option<&'static str> {
    let own = args.iter().take_while(|arg| *arg != "--");
    let chooses = |arg: &String| arg == "--package" || arg.starts_with("--package=") || arg.starts_with("-p");
    (!own.into_iter().any(chooses)).then_some("--workspace")
}

fn with(mut command: Command, args: &[&str]) -> Command {
    command.args(args);
    command
}

fn remove(report: &Path) -> Result<()> {
    match fs::remove_file(report) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove the last run's report {}", report.display()))
        }
        _ => Ok(()),
    }
}

fn both(examples: Result<()>, tests: Result<()>) -> Result<()> {
    match (examples, tests) {
        (Err(one), Err(other)) => bail!("{one:#}; {other:#}"),
        (one, other) => one.and(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_package_takes_the_place_of_the_workspace() {
        for (args, expected) in [
            (&[][..], Some("--workspace")),
            (&["sqlite"], Some("--workspace")),
            (&["-p", "membership-core"], None),
            (&["-pmembership-core"], None),
            (&["--package=membership-core", "email"], None),
            (&["email", "--", "-p"], Some("--workspace")),
        ] {
            let args: Vec<_> = args.iter().map(ToString::to_string).collect();
            assert_eq!(scope(&args), expected, "{args:?}");
        }
    }

    #[test]
    fn both_failures_are_told() {
        let told = both(Err(anyhow::anyhow!("one")), Err(anyhow::anyhow!("other"))).unwrap_err();
        assert_eq!(told.to_string(), "one; other");
        assert!(both(Ok(()), Err(anyhow::anyhow!("other"))).is_err());
        assert!(both(Err(anyhow::anyhow!("one")), Ok(())).is_err());
    }
}
