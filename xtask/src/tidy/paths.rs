//! A rule about all files: nothing names a folder of the machine it was written on.

use anyhow::Result;
use regex::Regex;

use super::Finding;
use super::tree::Tree;

/// Folders that exist on somebody's machine only. Written in two parts, or this file would break its own rule.
const PERSONAL: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];

/// Checks every text file but the generated list of dependencies.
pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    // After a letter, a dot or a closing brace it is a part of a relative path or of a URL.
    let pattern = Regex::new(&format!(r"(?:^|[^\w.}}/-])((?:{})\w[\w./-]*)", PERSONAL.join("|")))?;
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.ends_with("Cargo.lock")) {
        for (line, text) in file.lines() {
            if let Some((_, [path])) = pattern.captures(text).map(|found| found.extract()) {
                let remedy = format!("`{path}` exists on one machine only: write a path from the repository's root");
                findings.push(Finding::new(&file.path, line, "machine-path", remedy));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_one_machine_are_found_and_parts_of_urls_are_not() {
        for folder in PERSONAL {
            let text = format!("fine: https://a.example{folder}b and ..{folder}b\nsee `{folder}ann/x.rs`\n");
            let findings = check(&Tree::of(&[("docs/a.md", &text)])).unwrap();
            let lines: Vec<_> = findings.iter().map(|finding| finding.line).collect();
            assert_eq!(lines, [2], "{text}");
        }
        let text = format!("[[package]] # {}ann/x\n", concat!("/ho", "me/"));
        assert_eq!(check(&Tree::of(&[("Cargo.lock", &text)])).unwrap(), []);
    }
}
