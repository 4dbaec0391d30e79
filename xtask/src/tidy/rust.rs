//! Rules about Rust files: how they begin, what they are called, and what does not belong in them.

use std::path::Path;

use anyhow::Result;
use regex::Regex;

use super::Finding;
use super::lex::{self, Token};
use super::tree::{SourceFile, Tree};

/// What the core must do without, so that it stays a pure function of its facts.
const NOT_IN_CORE: [&str; 5] = ["sqlx", "axum", "tokio", "lettre", "rand"];

/// Written in two parts, or this file would break its own rule.
const UNFINISHED: [&str; 5] = [
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("#[ign", "ore"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Checks every Rust file.
pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let tests = lex::test_files(tree);
    let mut findings = Vec::new();
    for file in tree.with_extension("rs") {
        findings.extend(opening(file));
        findings.extend(unfinished(file)?);
        findings.extend(file_name(&file.path));
        findings.extend(mission_rows(file)?);
        match lex::tokens(&file.text) {
            Ok(tokens) => {
                findings.extend(type_names(file, &tokens));
                if file.path.starts_with("crates/membership-core/src") && !tests.contains(&file.path) {
                    findings.extend(core_imports(file, &tokens));
                }
            }
            Err(error) => findings.push(Finding::new(&file.path, 1, "not-rust", error.to_string())),
        }
    }
    Ok(findings)
}

fn opening(file: &SourceFile) -> Option<Finding> {
    let first = file.text.lines().next().unwrap_or_default();
    let says_something = first.strip_prefix("//! ").is_some_and(|sentence| !sentence.trim().is_empty());
    (file.is_crate_source() && !says_something).then(|| {
        Finding::new(&file.path, 1, "opening-sentence", "begin the file with a `//!` sentence that says why it exists")
    })
}

fn unfinished(file: &SourceFile) -> Result<Vec<Finding>> {
    let words = UNFINISHED.map(|word| {
        let is_word = word.ends_with(|last: char| last.is_alphanumeric()) && word.starts_with(char::is_alphanumeric);
        if is_word { format!(r"\b{word}\b") } else { regex::escape(word) }
    });
    let pattern = Regex::new(&words.join("|"))?;
    let found = file.lines().filter_map(|(line, text)| {
        let word = pattern.find(text)?.as_str();
        let remedy = format!("`{word}` marks unfinished work: finish it, or file an issue and take it out");
        Some(Finding::new(&file.path, line, "unfinished", remedy))
    });
    Ok(found.collect())
}

fn file_name(path: &Path) -> Option<Finding> {
    let stem = path.file_stem()?.to_str()?;
    let name = if stem == "mod" { path.parent()?.file_name()?.to_str()? } else { stem };
    matches!(name, "util" | "utils" | "helper" | "helpers" | "common").then(|| {
        let remedy = format!("a file named `{name}` says nothing about what is in it: name it after its noun");
        Finding::new(path, 1, "file-name", remedy)
    })
}

fn type_names(file: &SourceFile, tokens: &[Token]) -> Vec<Finding> {
    let keywords = ["struct", "enum", "trait", "type", "union"];
    let definitions = tokens.windows(2).filter_map(|pair| match pair {
        [keyword, name] if keywords.iter().any(|word| keyword.is_word(word)) => Some(name),
        _ => None,
    });
    let vague = definitions.filter(|name| name.text.ends_with("Manager") || name.text.ends_with("Impl"));
    vague
        .map(|name| {
            let remedy = format!("`{}` says nothing: name the type after what it is", name.text);
            Finding::new(&file.path, name.line, "type-name", remedy)
        })
        .collect()
}

fn core_imports(file: &SourceFile, tokens: &[Token]) -> Vec<Finding> {
    let places = tokens.iter().enumerate().filter(|(place, token)| {
        let before =
            |mark: &str| place.checked_sub(1).and_then(|last| tokens.get(last)).is_some_and(|t| t.is_mark(mark));
        let opens_path = ["use", "crate"].iter().any(|word| {
            place.checked_sub(1).and_then(|last| tokens.get(last)).is_some_and(|token| token.is_word(word))
        });
        let begins_path = [1, 2].iter().all(|step| tokens.get(place + step).is_some_and(|token| token.is_mark(":")));
        let named = NOT_IN_CORE.iter().any(|name| token.is_word(name));
        named && !token.in_test && !before(":") && (begins_path || opens_path)
    });
    places
        .map(|(_, token)| {
            let remedy =
                format!("the core does no I/O: what needs `{}` belongs in an adapter, behind a port", token.text);
            Finding::new(&file.path, token.line, "core-imports", remedy)
        })
        .collect()
}

/// An acceptance test that walks a row of the mission is called after it, so that the row's test is found by its name.
fn mission_rows(file: &SourceFile) -> Result<Vec<Finding>> {
    if !file.path.starts_with("tests") {
        return Ok(Vec::new());
    }
    let looks_like_one = Regex::new(r"\bfn\s+([sS]_?\d\w*|[xX]_?\d\w*)")?;
    let is_one = Regex::new(r"^(s[0-4]|x)_[1-9]\d?(_[a-z0-9]+)+$")?;
    let found = file.lines().filter_map(|(line, text)| {
        let (_, [name]) = looks_like_one.captures(text)?.extract();
        let remedy = format!("`{name}` is not of the form `s1_6_what_it_shows` or `x_1_what_it_shows`");
        (!is_one.is_match(name)).then(|| Finding::new(&file.path, line, "mission-row", remedy))
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(path: &str, text: &str, expected: &[(usize, &str)]) {
        let findings = check(&Tree::of(&[(path, text)])).unwrap();
        let found: Vec<_> = findings.iter().map(|finding| (finding.line, finding.rule)).collect();
        assert_eq!(found, expected, "{path}\n{text}");
    }

    #[test]
    fn sources_begin_with_a_sentence() {
        finds("crates/a/src/lib.rs", "//! Why.\n", &[]);
        finds("crates/a/src/lib.rs", "//!\n//! Why.\n", &[(1, "opening-sentence")]);
        finds("crates/a/src/lib.rs", "", &[(1, "opening-sentence")]);
        finds("xtask/src/main.rs", "fn main() {}\n", &[(1, "opening-sentence")]);
        finds("crates/a/build.rs", "fn main() {}\n", &[]);
    }

    #[test]
    fn unfinished_work_is_found_in_code_and_comments() {
        for word in UNFINISHED {
            finds("tests/a.rs", &format!("fn a() {{}}\n// see {word}\n"), &[(2, "unfinished")]);
        }
        finds("tests/a.rs", "// MAXXXIMUM\n", &[]);
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        finds("tests/common/mod.rs", "", &[(1, "file-name")]);
        finds("tests/helpers.rs", "", &[(1, "file-name")]);
        finds(
            "tests/a.rs",
            "\nstruct SeatManager;\n// struct UserImpl\nimpl X { type I = u8; }\n",
            &[(2, "type-name")],
        );
        finds("tests/a.rs", "trait StoreImpl {}\n", &[(1, "type-name")]);
    }

    #[test]
    fn the_core_imports_no_adapter_outside_its_tests() {
        let core = "crates/membership-core/src/a.rs";
        finds(core, "//! Why.\nuse tokio::time;\n", &[(2, "core-imports")]);
        finds(core, "//! Why.\nfn a() { rand::random() }\n", &[(2, "core-imports")]);
        finds(core, "//! Why.\nuse sqlx;\n", &[(2, "core-imports")]);
        finds(core, "//! Not `tokio::spawn`.\nfn rand() { self::rand(); crate::rand::a() }\n", &[]);
        finds(core, "//! Why.\n#[cfg(test)]\nmod tests {\n    #[tokio::test]\n    async fn a() {}\n}\n", &[]);
        finds("crates/server/src/a.rs", "//! Why.\nuse tokio::time;\n", &[]);
    }

    #[test]
    fn tests_of_mission_rows_are_named_after_them() {
        for name in ["s1_6_link_is_one_time", "s0_14_operator", "x_1_limits"] {
            finds("tests/tests/a.rs", &format!("async fn {name}() {{}}\n"), &[]);
        }
        for name in ["s16_link", "s1_6", "s1_06_link", "s5_1_link", "x1_limits", "s1_6_Link", "S1_6_link"] {
            finds("tests/tests/a.rs", &format!("\nfn {name}() {{}}\n"), &[(2, "mission-row")]);
        }
        finds("tests/tests/a.rs", "fn seat() {}\nfn x() {}\n", &[]);
    }
}
