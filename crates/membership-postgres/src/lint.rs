//! Reads every statement of the crate and holds it to what a sharded database can do: one group of tables, each found
//! by its distribution column, and nothing that lives in a connection or a node.

use std::collections::BTreeSet;

use membership_core::backup::KEPT_TABLES;

use crate::distribution::{Group, TABLES, Table};
use crate::statement::{Route, Statement};

fn all() -> Vec<&'static Statement> {
    [
        crate::changes::STATEMENTS,
        crate::changes::attendance::STATEMENTS,
        crate::changes::clears::STATEMENTS,
        crate::changes::imports::STATEMENTS,
        crate::changes::keys::STATEMENTS,
        crate::changes::logins::STATEMENTS,
        crate::changes::organization::STATEMENTS,
        crate::changes::people::STATEMENTS,
        crate::changes::roster::STATEMENTS,
        crate::changes::sharing::STATEMENTS,
        crate::changes::starting_over::STATEMENTS,
        crate::copy::STATEMENTS,
        crate::changes::wordings::STATEMENTS,
        crate::directory::STATEMENTS,
        crate::directory::attendance::STATEMENTS,
        crate::directory::report::STATEMENTS,
        crate::directory::roster::STATEMENTS,
        crate::facts::STATEMENTS,
        crate::directory::clears::STATEMENTS,
        crate::directory::imports::STATEMENTS,
        crate::facts::clears::STATEMENTS,
        crate::facts::imports::STATEMENTS,
        crate::facts::keys::STATEMENTS,
        crate::facts::people::STATEMENTS,
        crate::mailbox::STATEMENTS,
        crate::outbox::STATEMENTS,
        crate::store::STATEMENTS,
        crate::upkeep::STATEMENTS,
        crate::upkeep::forgetting::STATEMENTS,
    ]
    .concat()
}

/// The words, operators and parentheses of a statement.
fn tokens(sql: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in sql.chars() {
        if matches!(c, '(' | ')' | ',' | '=') {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// A table where a statement names it, up to the end of the query around it.
struct Mention {
    table: Table,
    verb: String,
    alias: String,
    rest: Vec<String>,
}

fn mentions(sql: &str) -> Vec<Mention> {
    let tokens = tokens(sql);
    let mut found = Vec::new();
    for (at, verb) in tokens.iter().enumerate() {
        if !["FROM", "JOIN", "UPDATE", "INTO", "USING"].contains(&verb.as_str()) {
            continue;
        }
        let Some(table) = tokens.get(at + 1).and_then(|name| TABLES.iter().find(|it| it.name == name)) else {
            continue;
        };
        let mut depth = 0_i32;
        let mut rest = Vec::new();
        for token in &tokens[at + 2..] {
            depth += i32::from(token == "(") - i32::from(token == ")");
            if depth < 0 {
                break;
            }
            rest.push(token.clone());
        }
        let alias = rest.iter().find(|it| *it != "AS").cloned().unwrap_or_default();
        found.push(Mention { table: *table, verb: verb.clone(), alias, rest });
    }
    found
}

/// Whether the rows are those of a parameter: `column = $1`, `= ANY($1)`, of a record made of a parameter, or of a
/// table of the same group that is.
fn is_routed(mention: &Mention, others: &[Mention]) -> bool {
    let Mention { table, alias, .. } = mention;
    let text = mention.rest.join(" ");
    if mention.verb == "INTO" {
        let columns = text.split(')').next().unwrap_or_default();
        return columns.split([' ', '(']).any(|column| column == table.column);
    }
    [format!("{alias}.{}", table.column), table.column.to_owned()].iter().any(|column| {
        let by_table = others.iter().any(|it| text.contains(&format!("{column} = {}.{}", it.alias, it.table.column)));
        by_table || ["$", "ANY ( $", "r."].iter().any(|value| text.contains(&format!("{column} = {value}")))
    })
}

#[test]
fn every_statement_touches_one_group_and_finds_its_shard() {
    for statement in all() {
        let found = mentions(statement.sql);
        let group = match statement.route {
            Route::Nowhere => {
                assert!(found.is_empty(), "{} names a table", statement.name);
                continue;
            }
            Route::By(group) | Route::FanOut(group) => group,
        };
        assert!(!found.is_empty(), "{} names no table", statement.name);
        for mention in &found {
            assert_eq!(mention.table.group, group, "{}: {}", statement.name, mention.table.name);
            let routed = matches!(statement.route, Route::FanOut(_)) || is_routed(mention, &found);
            assert!(routed, "{}: {} is not found by {}", statement.name, mention.table.name, mention.table.column);
        }
    }
}

#[test]
fn no_statement_uses_what_a_sharded_database_does_not_have() {
    let forbidden = [
        "MERGE",
        "LISTEN",
        "NOTIFY",
        "TRIGGER",
        "FUNCTION",
        "TEMP",
        "TEMPORARY",
        "LOCK",
        "NEXTVAL",
        "CREATE",
        "ALTER",
        "TRUNCATE",
        "CALL",
        "DO $$",
        "SAVEPOINT",
    ];
    for statement in all() {
        let words: Vec<_> = tokens(statement.sql).iter().map(|word| word.to_uppercase()).collect();
        for word in forbidden {
            assert!(!words.iter().any(|it| it == word), "{} uses {word}", statement.name);
        }
        assert_ne!(words.first().map(String::as_str), Some("SET"), "{} sets a parameter", statement.name);
        let lower = statement.sql.to_lowercase();
        for part in ["advisory", "set_config", "set local", "skip locked", "gen_random_uuid", "current_setting"] {
            assert!(!lower.contains(part), "{} uses {part}", statement.name);
        }
    }
}

/// What a deletion has left in a new table goes before the organization comes back, or stays for a reason.
#[test]
fn an_organization_starts_over_in_every_table_but_those_it_keeps() {
    let statements = crate::changes::starting_over::STATEMENTS;
    let emptied: BTreeSet<_> = statements.iter().flat_map(|it| mentions(it.sql)).map(|it| it.table.name).collect();
    let of_organizations = TABLES.iter().filter(|it| it.group == Group::Organization).map(|it| it.name);
    let expected: BTreeSet<_> = of_organizations.filter(|it| !KEPT_TABLES.contains(it)).collect();
    assert_eq!(emptied, expected);
}

#[test]
fn only_the_facts_of_one_organization_lock_a_row() {
    let locking: Vec<_> = all().into_iter().filter(|it| it.sql.contains("FOR NO KEY UPDATE")).collect();
    assert_eq!(locking.iter().map(|it| it.name).collect::<Vec<_>>(), ["LOCKED_FACTS"]);
    assert!(locking.iter().all(|it| it.route == Route::By(Group::Organization)));
    for statement in all() {
        let others = ["FOR UPDATE", "FOR SHARE", "FOR KEY SHARE"];
        assert!(!others.iter().any(|lock| statement.sql.contains(lock)), "{}", statement.name);
    }
}

#[test]
fn fan_out_is_for_sweeps_and_lists_of_the_deployment() {
    let mut names: Vec<_> =
        all().into_iter().filter(|it| matches!(it.route, Route::FanOut(_))).map(|it| it.name).collect();
    names.sort_unstable();
    let expected = [
        "DUE",
        "DUE_IMPORTS",
        "KEPT",
        "LAPSED",
        "ORGANIZATIONS",
        "ORGANIZATIONS_TOTAL",
        "ORGANIZATION_LOGS",
        "OVER_CLEARED",
        "OVER_IMPORTS",
        "OVER_KEYS",
        "OVER_LINKS",
        "OVER_MAIL_QUOTAS",
        "OVER_MESSAGES",
        "OVER_OPERATOR_KEYS",
        "OVER_QUOTAS",
        "OVER_RECEIPTS",
        "OVER_SET_UP_CODES",
        "OVER_SIGN_INS",
        "OVER_SIGN_UPS",
        "TRIM",
        "USER_LOGS",
    ];
    assert_eq!(names, expected);
}

#[test]
fn nothing_reaches_the_database_past_the_statements() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let own = path.ends_with("statement.rs") || path.ends_with("lint.rs");
            for way in ["sqlx::query", "sqlx::raw_sql", "QueryBuilder", "AssertSqlSafe"] {
                assert!(own || !text.contains(way), "{} uses {way}", path.display());
            }
            let lists = text.contains("statements! {") && !own;
            assert!(!lists || all_lists_know(&text), "{}: its statements are not linted", path.display());
        }
    }
}

/// Whether the first statement that a source declares is among those that are linted.
fn all_lists_know(source: &str) -> bool {
    let declared = source.split("statements! {").nth(1).unwrap_or_default();
    let line = declared.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("///"));
    let name = line.and_then(|line| line.split(',').next()).unwrap_or_default();
    all().iter().any(|it| it.name == name)
}

#[test]
fn the_lint_sees_what_it_must_refuse() {
    let unrouted = mentions("SELECT i.id FROM invitations i WHERE i.email = $1");
    assert!(!is_routed(&unrouted[0], &unrouted));
    let nested = mentions("SELECT 1 FROM (SELECT m.id FROM memberships m) r WHERE r.organization_id = $1");
    assert!(!is_routed(&nested[0], &nested));
    let routed = mentions("SELECT i.id FROM invitations i WHERE i.organization_id = $1 AND i.email = $2");
    assert!(is_routed(&routed[0], &routed));
    let claim = mentions("INSERT INTO usernames (username, user_id) VALUES ($1, $2)");
    assert!(is_routed(&claim[0], &claim));
}
