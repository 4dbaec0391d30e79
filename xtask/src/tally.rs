//! How many tests ran on which store: counted from what nextest or `cargo test` reports.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use regex::Regex;
use roxmltree::Document;

/// What a test's name says it ran on; the first that fits counts, so a walk of Postgres against memory is a Postgres one.
const GROUNDS: [&str; 4] = ["browser", "postgres", "sqlite", "memory"];

/// The order in which they are told.
const ORDER: [&str; 6] = ["memory", "sqlite", "postgres", "browser", "doc", "other"];

/// Counted tests.
#[derive(Debug, Default)]
pub struct Tally {
    ran: BTreeMap<&'static str, usize>,
    failed: usize,
}

impl Tally {
    /// Adds what nextest reported in its JUnit file.
    ///
    /// # Errors
    /// The text is not such a report.
    pub fn add_junit(&mut self, xml: &str) -> Result<()> {
        let report = Document::parse(xml).context("nextest's report is not XML")?;
        for case in report.descendants().filter(|node| node.has_tag_name("testcase")) {
            let binary = case.attribute("classname").unwrap_or_default();
            let name = case.attribute("name").unwrap_or_default();
            let failed = case.children().any(|node| node.has_tag_name("failure") || node.has_tag_name("error"));
            self.add(ground(binary, name), failed);
        }
        Ok(())
    }

    /// Adds what `cargo test` printed, documentation examples included.
    ///
    /// # Errors
    /// None in practice: the patterns are constants.
    pub fn add_printed(&mut self, output: &str) -> Result<()> {
        let heading = Regex::new(r"^\s*(?:Running .*[/\\]([^/\\]+?)-[0-9a-f]+(?:\.exe)?\)|(Doc-tests) \S+)\s*$")?;
        let result = Regex::new(r"^test (.+) \.\.\. (ok|FAILED)$")?;
        let mut binary = String::new();
        let mut is_doc = false;
        for line in output.lines() {
            if let Some(found) = heading.captures(line) {
                is_doc = found.get(2).is_some();
                binary = found.get(1).map(|name| name.as_str().to_owned()).unwrap_or_default();
            } else if let Some((_, [name, verdict])) = result.captures(line).map(|found| found.extract()) {
                self.add(if is_doc { "doc" } else { ground(&binary, name) }, verdict == "FAILED");
            }
        }
        Ok(())
    }

    /// How many tests ran.
    pub fn total(&self) -> usize {
        self.ran.values().sum()
    }

    fn add(&mut self, ground: &'static str, failed: bool) {
        *self.ran.entry(ground).or_default() += 1;
        self.failed += usize::from(failed);
    }
}

impl fmt::Display for Tally {
    /// `memory 12 · sqlite 80 · postgres 82 · browser 9 · doc 4 · other 240: 427 tests ran, 0 failed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, ground) in ORDER.iter().enumerate() {
            let gap = if place == 0 { "" } else { " · " };
            write!(f, "{gap}{ground} {}", self.ran.get(ground).copied().unwrap_or_default())?;
        }
        write!(f, ": {} tests ran, {} failed", self.total(), self.failed)
    }
}

fn ground(binary: &str, name: &str) -> &'static str {
    if binary.starts_with("xtask") {
        return "other"; // Its tests are about starting a Postgres; they run on none.
    }
    GROUNDS.into_iter().find(|ground| name.contains(ground) || binary.contains(ground)).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextests_report_is_counted_by_binary_and_name() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="6" failures="1" errors="0">
                <testsuite name="membership-tests::conformance" tests="3" failures="1">
                    <testcase name="sqlite::exclusion" classname="membership-tests::conformance" time="0.1"/>
                    <testcase name="memory::exclusion" classname="membership-tests::conformance" time="0.1">
                        <failure message="no">a &lt; b</failure>
                    </testcase>
                    <testcase name="walk_of_memory_against_postgres" classname="membership-tests::conformance"/>
                </testsuite>
                <testsuite name="membership-core" tests="1">
                    <testcase name="email::trims" classname="membership-core"/>
                </testsuite>
                <testsuite name="xtask::bin/xtask" tests="1">
                    <testcase name="postgres::tests::starts" classname="xtask::bin/xtask"/>
                </testsuite>
                <testsuite name="membership-postgres" tests="1">
                    <testcase name="manifest" classname="membership-postgres"/>
                </testsuite>
            </testsuites>"#;
        let mut tally = Tally::default();
        tally.add_junit(report).unwrap();
        let expected = "memory 1 · sqlite 1 · postgres 2 · browser 0 · doc 0 · other 2: 6 tests ran, 1 failed";
        assert_eq!(tally.to_string(), expected);
    }

    #[test]
    fn what_cargo_test_prints_is_counted_too() {
        let printed = "\
   Compiling membership-core v0.1.0
     Running unittests src/lib.rs (target/debug/deps/membership_sqlite-1f0c3f2f4e6b7a89)

running 3 tests
test opens ... ok
test busy ... FAILED
test later ... ignored

test result: FAILED. 1 passed; 1 failed; 1 ignored
     Running tests/pages.rs (target/debug/deps/pages-0000000000000abc)
test browser::invites ... ok
   Doc-tests membership_core
test crates/membership-core/src/lib.rs - (line 12) ... ok
test crates/membership-core/src/sqlite.rs - x (line 3) - compile ... ok
";
        let mut tally = Tally::default();
        tally.add_printed(printed).unwrap();
        let expected = "memory 0 · sqlite 2 · postgres 0 · browser 1 · doc 2 · other 0: 5 tests ran, 1 failed";
        assert_eq!(tally.to_string(), expected);
    }
}
