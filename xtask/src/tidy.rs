//! `cargo xtask tidy`: the house rules that no compiler knows, each finding with its place, its rule and its remedy.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::run;

mod docs;
mod lex;
mod paths;
mod rust;
mod sql;
mod tree;

use tree::Tree;

/// Checks the tree and prints what it finds.
///
/// # Errors
/// There is a finding, or the tree cannot be read.
pub fn run(root: &Path) -> Result<()> {
    run::announce("tidy", "the house rules that no compiler knows");
    let tree = Tree::read(root)?;
    let findings = check(&tree)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => eprintln!("    {} files, nothing to tidy", tree.files.len()),
        1 => bail!("1 thing to tidy"),
        many => bail!("{many} things to tidy"),
    }
    Ok(())
}

/// All rules over the whole tree, in the order of files and lines.
fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in [rust::check, sql::check, docs::check, paths::check] {
        findings.extend(rule(tree)?);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// One place that breaks one rule.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Finding {
    path: PathBuf,
    line: usize,
    rule: &'static str,
    /// What is wrong and what to do about it.
    remedy: String,
}

impl Finding {
    fn new(path: &Path, line: usize, rule: &'static str, remedy: impl Into<String>) -> Self {
        Self { path: path.to_path_buf(), line, rule, remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path.display(), self.line, self.rule, self.remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::read(&crate::root()).unwrap();
        let findings = check(&tree).unwrap();
        let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    }

    #[test]
    fn a_finding_names_file_line_rule_and_remedy() {
        let finding = Finding::new(Path::new("docs/testing.md"), 3, "dead-link", "`x.md` does not exist");
        assert_eq!(finding.to_string(), "docs/testing.md:3: dead-link: `x.md` does not exist");
    }
}
