//! Rules about the Postgres adapter's SQL: the subset that runs the same on one server and on a sharded one.

use std::borrow::Cow;

use anyhow::Result;
use regex::{Captures, Regex};

use super::Finding;
use super::lex;
use super::tree::{SourceFile, Tree, line_at};

const CRATE: &str = "crates/membership-postgres";

/// Pattern, what it is, what to do instead. Migrations may do what a request may not: see [`NOT_IN_REQUESTS`].
const NOWHERE: [(&str, &str, &str); 12] = [
    (r"(?:BIG|SMALL)?SERIAL", "a serial column", "keys are UUIDv7, made by the caller"),
    (r"CREATE\s+SEQUENCE|AS\s+IDENTITY", "a sequence", "keys are UUIDv7, made by the caller"),
    (r"TRIGGER", "a trigger", "rules live in the core, one event at a time"),
    (r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)", "a stored function", "rules live in the core"),
    (r"CREATE\s+(?:TYPE|DOMAIN)", "a type of its own", "use text with a CHECK"),
    (r"MATERIALIZED\s+VIEW", "a materialized view", "keep a table of its own"),
    (r"INHERITS", "an inherited table", "keep tables of their own"),
    (r"EXCLUDE\s+USING", "an exclusion constraint", "use a unique key or a claim table"),
    (r"ON\s+DELETE\s+SET\s+NULL", "a foreign key that sets null", "use NO ACTION or CASCADE"),
    (r"LISTEN", "LISTEN", "poll with a lease; a pooled connection hears nothing"),
    (r"LOCK\s+TABLE", "a table lock", "lock the organization's row, or guard the write with its version"),
    (r"MERGE\s+INTO", "MERGE", "use INSERT … ON CONFLICT"),
];

/// Locks that no router can place.
const NOT_IN_REQUESTS: (&str, &str, &str) = (
    r"pg_(?:try_)?advisory_\w+",
    "an advisory lock",
    "lock the organization's row, or guard the write with its version",
);

/// How a statement in a string begins,
const OPENING: &str =
    "select|insert|update|delete|with|create|alter|drop|lock|listen|merge|values|truncate|set|do|call";

/// and what shows that a string is a piece of one.
const INSIDE: &str =
    r"select|from\s+\w+|where|returning|insert\s+into|delete\s+from|update\s+\w+\s+set|lock\s+table|pg_\w*advisory\w*";

/// Checks the adapter's SQL files, and the statements in its sources.
pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let bans = Bans::new()?;
    let own = |file: &&SourceFile| file.path.starts_with(CRATE);
    let mut findings = Vec::new();
    for file in tree.with_extension("sql").filter(own) {
        let is_migration = file.path.iter().any(|part| part == "migrations");
        findings.extend(bans.find(file, &file.text, 1, is_migration));
    }
    let tests = lex::test_files(tree);
    let is_request = |file: &&SourceFile| file.is_crate_source() && !tests.contains(&file.path);
    for file in tree.with_extension("rs").filter(own).filter(is_request) {
        // A file that is not Rust is told of elsewhere.
        for token in lex::tokens(&file.text).unwrap_or_default() {
            if token.is_string() && !token.in_test && bans.is_statement(&token.text) {
                findings.extend(bans.find(file, &token.text, token.line, false));
            }
        }
    }
    Ok(findings)
}

struct Bans {
    nowhere: Vec<(Regex, &'static str, &'static str)>,
    not_in_requests: (Regex, &'static str, &'static str),
    statement: Regex,
    comment: Regex,
}

impl Bans {
    fn new() -> Result<Self> {
        let compile = |(pattern, what, instead): (&str, &'static str, &'static str)| -> Result<_> {
            Ok((Regex::new(&format!(r"(?i)\b(?:{pattern})\b"))?, what, instead))
        };
        Ok(Self {
            nowhere: NOWHERE.into_iter().map(compile).collect::<Result<_>>()?,
            not_in_requests: compile(NOT_IN_REQUESTS)?,
            statement: Regex::new(&format!(r#"(?i)^r?#*"[\s\\n]*(?:{OPENING})\b|\b(?:{INSIDE})\b"#))?,
            comment: Regex::new(r"(?s)--[^\n]*|/\*.*?\*/")?,
        })
    }

    fn is_statement(&self, literal: &str) -> bool {
        self.statement.is_match(literal)
    }

    fn find(&self, file: &SourceFile, sql: &str, first_line: usize, is_migration: bool) -> Vec<Finding> {
        let sql = self.without_comments(sql);
        let request_only = (!is_migration).then_some(&self.not_in_requests);
        let mut findings = Vec::new();
        for (pattern, what, instead) in self.nowhere.iter().chain(request_only) {
            for found in pattern.find_iter(&sql) {
                let line = first_line + line_at(&sql, found.start()) - 1;
                let remedy = format!("{what} does not work on a sharded Postgres: {instead}");
                findings.push(Finding::new(&file.path, line, "portable-sql", remedy));
            }
        }
        findings
    }

    /// Comments may say what statements must not; their line breaks stay, for the line numbers.
    fn without_comments<'a>(&self, sql: &'a str) -> Cow<'a, str> {
        let line_breaks = |comment: &Captures<'_>| {
            comment.get(0).map(|text| "\n".repeat(text.as_str().matches('\n').count())).unwrap_or_default()
        };
        self.comment.replace_all(sql, line_breaks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(path: &str, text: &str, expected: &[usize]) {
        let findings = check(&Tree::of(&[(path, text)])).unwrap();
        let lines: Vec<_> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "{path}\n{text}\n{findings:?}");
    }

    #[test]
    fn migrations_keep_to_the_portable_subset() {
        let path = "crates/membership-postgres/migrations/0001_start.sql";
        finds(path, "CREATE TABLE a (\n    id bigserial\n);\n", &[2]);
        finds(path, "create trigger t;\n", &[1]);
        finds(path, "LOCK  TABLE a;\n", &[1]);
        finds(path, "-- no TRIGGER here\n/* nor\nLISTEN */ CREATE TABLE a (serial_number text);\n", &[]);
        finds(path, "/*\n*/\nMERGE INTO a;\n", &[3]);
        finds(path, "SELECT pg_advisory_lock(1);\n", &[]);
        finds("crates/membership-sqlite/migrations/0001_start.sql", "CREATE TRIGGER t;\n", &[]);
    }

    #[test]
    fn statements_in_sources_do_too() {
        let path = "crates/membership-postgres/src/a.rs";
        finds(path, "const A: &str = \"SELECT pg_advisory_xact_lock($1)\";\n", &[1]);
        finds(
            path,
            "fn a() {\n    query!(\n        r#\"\n        with a as (select 1)\n        merge into b\"#,\n    );\n}\n",
            &[5],
        );
        finds(path, "/// Never LISTEN.\nfn merge() { log(\"would MERGE INTO trigger\"); }\n", &[]);
        finds(path, "const A: &str = \"INSERT INTO a VALUES ($1) ON CONFLICT DO UPDATE SET b = EXCLUDED.b\";\n", &[]);
        finds(
            path,
            "concat!(\"with \", \"a as (\", \"pg_advisory_lock(1)\", \"), b as (merge into c returning d)\");\n",
            &[1, 1],
        );
        finds(path, "#[cfg(test)]\nmod tests { const A: &str = \"LOCK TABLE a\"; }\n", &[]);
        finds("crates/membership-postgres/tests/a.rs", "const A: &str = \"LOCK TABLE a\";\n", &[]);
    }
}
