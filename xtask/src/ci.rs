//! `cargo xtask ci`: every check that a change has to pass, each timed, with a table at the end.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{generated, run, test, tidy};

/// Runs all steps, cheap ones first, and goes on after a failure, so that one run tells everything. What is compiled
/// once is used by all: clippy and the documentation share what `cargo check` makes; the server's description and the
/// tests share one build. The tests come last, their summary at the end.
///
/// # Errors
/// A step failed: the message names each.
pub fn run(root: &Path) -> Result<()> {
    let mut steps = Steps::default();
    steps.take("fmt", || fmt(root));
    steps.take("tidy", || tidy::run(root).map(|()| Verdict::Passed));
    steps.take("clippy", || clippy(root));
    steps.take("doc", || doc(root));
    steps.take("deny", || deny(root));
    if steps.take("build", || build(root)) {
        steps.take("generated", || fresh_pages(root));
        steps.take("test", || test::run(root, &[]).map(|()| Verdict::Passed));
    }
    steps.conclude()
}

fn fmt(root: &Path) -> Result<Verdict> {
    let mut command = run::cargo(root, "fmt");
    command.args(["--all", "--check"]);
    run::run(command, "one format for everybody; `cargo fmt` repairs it")?;
    Ok(Verdict::Passed)
}

fn clippy(root: &Path) -> Result<Verdict> {
    let mut command = run::cargo(root, "clippy");
    command.args(["--workspace", "--all-targets", "--", "-D", "warnings"]);
    run::run(command, "no warning of the compiler or of clippy, in tests neither")?;
    Ok(Verdict::Passed)
}

fn doc(root: &Path) -> Result<Verdict> {
    let mut command = run::cargo(root, "doc");
    command.args(["--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings");
    run::run(command, "the documentation builds and its links lead somewhere")?;
    Ok(Verdict::Passed)
}

fn deny(root: &Path) -> Result<Verdict> {
    if !run::answers(run::cargo(root, "deny").arg("--version")) {
        let hint = "cargo-deny is not installed; `cargo install cargo-deny --locked` brings it";
        run::announce("cargo deny check, skipped", hint);
        return Ok(Verdict::Skipped("cargo-deny is not installed"));
    }
    let mut command = run::cargo(root, "deny");
    command.arg("check");
    run::run(command, "licences, advisories and banned crates")?;
    Ok(Verdict::Passed)
}

fn build(root: &Path) -> Result<Verdict> {
    let mut command = run::cargo(root, "build");
    command.args(["--workspace", "--all-targets"]);
    run::run(command, "the server and all tests, once, for the steps that follow")?;
    Ok(Verdict::Passed)
}

fn fresh_pages(root: &Path) -> Result<Verdict> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root).no_deps().exec();
    let target = metadata.context("cannot ask Cargo for its target folder")?.target_directory;
    let server = target.join("debug/server");
    generated::OPENAPI.check_built(root, server.as_std_path())?;
    generated::RULES.check_built(root, server.as_std_path())?;
    Ok(Verdict::Passed)
}

enum Verdict {
    Passed,
    Failed,
    Skipped(&'static str),
}

#[derive(Default)]
struct Steps {
    taken: Vec<(&'static str, Verdict, Duration)>,
}

impl Steps {
    /// Takes one step, unless somebody asked to stop. True if it did not fail.
    fn take(&mut self, name: &'static str, step: impl FnOnce() -> Result<Verdict>) -> bool {
        if run::interrupted() {
            return false;
        }
        let began = Instant::now();
        let verdict = step().unwrap_or_else(|error| {
            eprintln!("\n{name} failed: {error:#}");
            Verdict::Failed
        });
        let passed = !matches!(verdict, Verdict::Failed);
        self.taken.push((name, verdict, began.elapsed()));
        passed
    }

    fn conclude(&self) -> Result<()> {
        println!();
        for (name, verdict, time) in &self.taken {
            let verdict = match verdict {
                Verdict::Passed => "passed".to_owned(),
                Verdict::Failed => "FAILED".to_owned(),
                Verdict::Skipped(reason) => format!("skipped: {reason}"),
            };
            println!("{name:8} {:7.1} s  {verdict}", time.as_secs_f32());
        }
        let failed = self.taken.iter().filter(|(_, verdict, _)| matches!(verdict, Verdict::Failed));
        let failed: Vec<_> = failed.map(|(name, ..)| *name).collect();
        if run::interrupted() {
            bail!("interrupted");
        }
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole_and_is_named() {
        let mut steps = Steps::default();
        assert!(steps.take("one", || Ok(Verdict::Passed)));
        assert!(!steps.take("two", || bail!("no")));
        assert!(steps.take("three", || Ok(Verdict::Skipped("not installed"))));
        assert_eq!(steps.conclude().unwrap_err().to_string(), "failed: two");
    }

    #[test]
    fn a_skipped_step_fails_nothing() {
        let mut steps = Steps::default();
        steps.take("one", || Ok(Verdict::Skipped("not installed")));
        steps.conclude().unwrap();
    }
}
