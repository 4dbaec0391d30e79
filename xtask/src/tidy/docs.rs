//! Rules about the documentation: its links lead somewhere, and what it promises is guarded by a test that exists.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::Finding;
use super::tree::{SourceFile, Tree, line_at};

/// Pages whose tables name the test that guards each row.
const GUARDED: [&str; 2] = ["docs/architecture.md", "docs/promises.md"];

/// The page that says which rows of the mission are walked, as `S0.1–S0.14`.
const PROMISES: &str = "docs/promises.md";

/// Where they are walked, by tests named after them.
const WALKS: &str = "tests/tests";

/// Each page of decisions stands in the index beside it.
const DECISIONS: &str = "docs/decisions";

/// Checks every Markdown file.
pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let functions = functions(tree)?;
    let mut findings = Vec::new();
    for file in tree.with_extension("md") {
        findings.extend(dead_links(&tree.root, file)?);
        if GUARDED.iter().any(|page| file.path == Path::new(page)) {
            findings.extend(unguarded(file, &functions)?);
        }
        if file.path == Path::new(PROMISES) {
            findings.extend(unwalked(file, tree)?);
        }
    }
    findings.extend(unlisted_decisions(tree));
    Ok(findings)
}

fn unlisted_decisions(tree: &Tree) -> Vec<Finding> {
    let in_folder = tree.with_extension("md").filter(|file| file.path.parent() == Some(Path::new(DECISIONS)));
    let (index, pages): (Vec<_>, Vec<_>) = in_folder.partition(|file| file.path.ends_with("README.md"));
    let listed: HashSet<_> = index.iter().flat_map(|file| links(&file.text)).map(|(target, _)| target).collect();
    let unlisted = pages
        .into_iter()
        .filter(|page| page.path.file_name().and_then(|name| name.to_str()).is_none_or(|name| !listed.contains(name)));
    let remedy = format!("not in {DECISIONS}/README.md: add a line with a link to this page");
    unlisted.map(|page| Finding::new(&page.path, 1, "decision-index", remedy.clone())).collect()
}

fn dead_links(root: &Path, file: &SourceFile) -> Result<Vec<Finding>> {
    let elsewhere = Regex::new(r"^([A-Za-z][A-Za-z0-9+.-]*:|//)")?;
    let mut findings = Vec::new();
    for (target, start) in links(&file.text) {
        if target.is_empty() || elsewhere.is_match(&target) {
            continue;
        }
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let is_there = match target.strip_prefix('/') {
            Some(from_root) => root.join(from_root).exists(),
            None => root.join(folder).join(&target).exists(),
        };
        if !is_there {
            let remedy = format!("`{target}` does not exist: correct the link, or write the page");
            findings.push(Finding::new(&file.path, line_at(&file.text, start), "dead-link", remedy));
        }
    }
    Ok(findings)
}

/// The rows of tables with a `test` column whose test is missing.
fn unguarded(file: &SourceFile, functions: &HashSet<&str>) -> Result<Vec<Finding>> {
    let is_function = Regex::new(r"^(?:\w+::)*([a-z_][a-z0-9_]*)(?:\(\))?$")?;
    let mut findings = Vec::new();
    for row in rows_with_a_test_column(&file.text) {
        let line = line_at(&file.text, row.start);
        let mut names = 0;
        for code in &row.code {
            let Some((_, [name])) = is_function.captures(code).map(|found| found.extract()) else { continue };
            names += 1;
            if !functions.contains(name) {
                let remedy = format!("no test is called `{name}`: correct the name, or write the test");
                findings.push(Finding::new(&file.path, line, "guarding-test", remedy));
            }
        }
        if names == 0 {
            let remedy = "this row names no test: name the function that guards it, in backticks";
            findings.push(Finding::new(&file.path, line, "guarding-test", remedy));
        }
    }
    Ok(findings)
}

/// The rows that a page says are walked, and no test is named after.
fn unwalked(file: &SourceFile, tree: &Tree) -> Result<Vec<Finding>> {
    let range = Regex::new(r"\b([A-Z][0-9]?)\.1–[A-Z][0-9]?\.([0-9]+)")?;
    let definition = Regex::new(r"\bfn\s+([a-z][0-9]?_[0-9]+)_")?;
    let walks = tree.with_extension("rs").filter(|it| it.path.starts_with(WALKS));
    let walked: HashSet<&str> =
        walks.flat_map(|it| definition.captures_iter(&it.text).map(|found| found.extract::<1>().1[0])).collect();
    let mut findings = Vec::new();
    for found in range.captures_iter(&file.text) {
        let (_, [group, last]) = found.extract();
        let line = line_at(&file.text, found.get(0).map_or(0, |it| it.start()));
        for number in 1..=last.parse::<u32>()? {
            let name = format!("{}_{number}", group.to_lowercase());
            if !walked.contains(name.as_str()) {
                let remedy =
                    format!("no test in {WALKS} is named after {group}.{number}: write `{name}_…`, which walks it");
                findings.push(Finding::new(&file.path, line, "unwalked-row", remedy));
            }
        }
    }
    Ok(findings)
}

struct Row {
    start: usize,
    /// What stands in backticks in the test column.
    code: Vec<String>,
}

fn rows_with_a_test_column(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut column = 0;
    let mut header = String::new();
    let mut in_head = false;
    let mut test_column = None;
    let mut row = None;
    for (event, range) in events(text) {
        match event {
            Event::Start(Tag::Table(_)) => test_column = None,
            Event::Start(Tag::TableHead) => (in_head, column) = (true, 0),
            Event::End(TagEnd::TableHead) => in_head = false,
            Event::Start(Tag::TableRow) => (row, column) = (Some(Row { start: range.start, code: Vec::new() }), 0),
            Event::End(TagEnd::TableRow) => rows.extend(row.take().filter(|_| test_column.is_some())),
            Event::Start(Tag::TableCell) => header.clear(),
            Event::End(TagEnd::TableCell) => {
                if in_head && matches!(header.trim().to_lowercase().as_str(), "test" | "tests") {
                    test_column = Some(column);
                }
                column += 1;
            }
            Event::Text(word) if in_head => header.push_str(&word),
            Event::Code(code) => {
                if let Some(row) = row.as_mut().filter(|_| test_column == Some(column)) {
                    row.code.push(code.into_string());
                }
            }
            _ => {}
        }
    }
    rows
}

/// Where each link and image leads, less a place inside the page, and where it stands.
fn links(text: &str) -> impl Iterator<Item = (String, usize)> {
    events(text).filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some((dest_url.split(['#', '?']).next().unwrap_or_default().to_owned(), range.start))
        }
        _ => None,
    })
}

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter()
}

fn functions(tree: &Tree) -> Result<HashSet<&str>> {
    let definition = Regex::new(r"\bfn\s+(\w+)")?;
    let files = tree.with_extension("rs");
    Ok(files.flat_map(|file| definition.captures_iter(&file.text).map(|found| found.extract::<1>().1[0])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(files: &[(&str, &str)], expected: &[(usize, &str)]) {
        let findings = check(&Tree::of(files)).unwrap();
        let found: Vec<_> = findings.iter().map(|finding| (finding.line, finding.rule)).collect();
        assert_eq!(found, expected, "{findings:?}");
    }

    #[test]
    fn links_to_files_lead_somewhere() {
        let root = tempfile::tempdir().unwrap();
        let page = "# T\n\n[a](b.md) [c](../README.md#d) [e](none.md)\n![f](g.png)\n[h](https://i.example/none)\n[j](#k)\n\
            [l](mailto:m@n.example)\n`[o](p.md)`\n";
        std::fs::create_dir(root.path().join("docs")).unwrap();
        for (path, text) in [("docs/a.md", page), ("docs/b.md", ""), ("README.md", "[a](docs/a.md)\n[b](docs)\n")] {
            std::fs::write(root.path().join(path), text).unwrap();
        }
        let findings = check(&Tree::read(root.path()).unwrap()).unwrap();
        let found: Vec<_> = findings.iter().map(|finding| (finding.line, finding.remedy.as_str())).collect();
        let expected = [
            (3, "`none.md` does not exist: correct the link, or write the page"),
            (4, "`g.png` does not exist: correct the link, or write the page"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn every_row_of_the_mission_is_walked_by_a_test_of_its_name() {
        let walks = ("tests/tests/acceptance/a.rs", "async fn s0_1_who_buys() {}\nasync fn x_1_named() {}\n");
        let elsewhere = ("crates/a/src/lib.rs", "fn s0_2_a_table_is_no_walk() {}\n");
        let page = ("docs/promises.md", "Each row is walked:\nS0.1–S0.2 and X.1–X.1.\n");
        finds(&[walks, elsewhere, page], &[(2, "unwalked-row")]);
    }

    #[test]
    fn decisions_stand_in_their_index() {
        let index = ("docs/decisions/README.md", "`0001-one.md`\n");
        let page = ("docs/decisions/0001-one.md", "# One\n");
        finds(&[index, page], &[(1, "decision-index")]);
        let linked = check(&Tree::of(&[("docs/decisions/README.md", "[one](0001-one.md)\n"), page])).unwrap();
        assert!(linked.iter().all(|finding| finding.rule == "dead-link"), "{linked:?}");
    }

    #[test]
    fn every_invariant_is_guarded_by_a_test_that_exists() {
        let test = ("tests/a.rs", "#[test]\nfn one_owner() {}\nasync fn seats_hold() {}\n");
        let page = "\
| invariant | test |
|---|---|
| `core` does no I/O | `one_owner`, `walk::seats_hold()` |
| wrong name | `two_owners` |
| nothing | later |

| no such column | `x` |
|---|---|
| a | `b` |
";
        let expected = [(4, "guarding-test"), (5, "guarding-test")];
        finds(&[test, ("docs/architecture.md", page)], &expected);
        finds(&[test, ("docs/other.md", page)], &[]);
    }
}
