//! For any file, trying it and running it come to the same for each row (X.3), on the model, on SQLite and on Postgres:
//! over several parts, with people who are there already, seats that run out, mailboxes that have had enough, and cells
//! that mean nothing.

use membership_core::command::CreateGroup;
use membership_core::draft::Actor;
use membership_core::id::{GroupId, ImportId};
use membership_core::import::{Existing, RowOutcome, RowResult};
use membership_core::port::Random;
use membership_core::quota::MailLimits;
use membership_core::service::{ImportTerms, Outcome, Request};
use membership_csv::Writer;
use membership_http::ImportFile;
use membership_testkit::World;
use membership_testkit::world::Founded;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::{OnPostgres, OnSqlite, fresh_world};

/// How many organizations there are on each store; two files come into each.
const ORGANIZATIONS: u32 = 12;

/// A file, how it is imported, and how many seats there are.
#[derive(Debug, Clone)]
struct Case {
    rows: Vec<Vec<String>>,
    existing: Existing,
    seats: Option<u32>,
}

/// Cells out of few values, so that rows meet each other and whoever is there already; few of them mean nothing.
fn row(groups: Vec<String>) -> impl Strategy<Value = Vec<String>> {
    let one = |texts: &'static [&'static str]| prop::sample::select(texts).prop_map(str::to_owned);
    let address = prop_oneof![
        12 => (0..160_u32).prop_map(|number| format!("P{number}@example.org")),
        1 => one(&["", "nowhere", "person2@example.org", "person3@example.org"]),
    ];
    let group = prop_oneof![
        12 => Just(String::new()),
        4 => prop::sample::select(groups),
        2 => one(&["nowhere", "0190f5a0-0000-7000-8000-000000000000"]),
    ];
    (
        (
            one(&["Hopper", "Meitner", "Noether", "Lovelace", "Curie", "Lamarr", "Franklin", "=1+1", ""]),
            one(&["Grace", "Lise", "Emmy", ""]),
            address,
        ),
        (one(&["", "North", "France | North"]), one(&["", "", "", "0", "0", "1", "1", "maybe"])),
        (
            one(&["", "", "", "", "", "", "first come and choose your own", "short"]),
            one(&["", "", "", "", "en", "en", "fr", "xx"]),
        ),
        (one(&["", "noted"]), group, one(&["", "", "", "7", "8"])),
        (
            one(&["", "", "", "", "", "trainee", "trainee", "author", "pilot"]),
            one(&["", "", "", "", "", "", "", "2199-01-01", "2001-01-01", "soon"]),
        ),
    )
        .prop_map(
            |((last, first, email), (labels, send), (password, language), (noted, group, number), (role, at))| {
                vec![last, first, email, labels, send, password, language, noted, group, number, role, at]
            },
        )
}

fn case(groups: Vec<String>) -> impl Strategy<Value = Case> {
    // More than one part has, so that what one part leaves is what the next one finds.
    let rows =
        prop_oneof![prop::collection::vec(row(groups.clone()), 1..12), prop::collection::vec(row(groups), 90..140)];
    let seats = prop_oneof![Just(None), (3..30_u32).prop_map(Some)];
    (rows, prop::sample::select(&Existing::ALL[..]), seats).prop_map(|(rows, existing, seats)| Case {
        rows,
        existing,
        seats,
    })
}

fn file(rows: &[Vec<String>]) -> Vec<u8> {
    let mut file = Writer::default();
    file.row(membership_csv::Column::ALL.map(membership_csv::Column::name));
    rows.iter().for_each(|row| file.row(row));
    file.finish().into_bytes()
}

#[tokio::test]
async fn x_3_trying_and_running_any_file_agree_memory() {
    agree_on(&World::in_memory().with_limits(limits())).await;
}

#[tokio::test]
async fn x_3_trying_and_running_any_file_agree_sqlite() {
    agree_on(&fresh_world(&OnSqlite).await.with_limits(limits())).await;
}

#[tokio::test]
async fn x_3_trying_and_running_any_file_agree_postgres() {
    agree_on(&fresh_world(&OnPostgres).await.with_limits(limits())).await;
}

/// The files come into other organizations, but are about the same people, whose mailboxes have had enough in the end.
fn limits() -> MailLimits {
    MailLimits { invitations_per_recipient: "1/d".parse().unwrap(), ..MailLimits::off() }
}

async fn agree_on(world: &World) {
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..ORGANIZATIONS {
        let school = world.found("learning_platform", 1 + 10 * number).await;
        let by = Actor::User(school.owner);
        let mut groups = Vec::new();
        for name in ["North", "South"] {
            let group = GroupId(world.random.id());
            let create = CreateGroup { organization: school.id, by, group, name: name.parse().unwrap() };
            groups.push(world.memberships.execute(&create).await.unwrap().id.to_string());
        }
        // The second file meets those whom the first one made.
        for _ in 0..2 {
            let case = case(groups.clone()).new_tree(&mut runner).unwrap().current();
            world.limit_seats(school.id, case.seats).await;
            let (tried, ran) = both(world, &school, &case).await;
            assert_eq!(tried.len(), ran.len());
            for (row, (tried, ran)) in case.rows.iter().zip(tried.iter().zip(&ran)) {
                assert_eq!(told(tried), told(ran), "{row:?} of {case:#?}");
                seen.insert(told(ran));
            }
        }
    }
    for result in [RowResult::Added, RowResult::Updated, RowResult::Unchanged] {
        assert!(seen.contains(&vec![result.as_str().to_owned()]), "{result:?} was never seen: {seen:?}");
    }
    let by_rules = ["seat-limit-reached", "unknown-role", "unknown-group", "date-in-the-past", "rate-limited"];
    for code in by_rules.into_iter().chain(["duplicate", "formula"]) {
        assert!(seen.iter().any(|told| told.iter().any(|it| it == code)), "{code} was never seen: {seen:?}");
    }
}

/// What trying a file tells of each row, and what running it then comes to.
async fn both(world: &World, school: &Founded, case: &Case) -> (Vec<RowOutcome>, Vec<RowOutcome>) {
    let (organization, by) = (school.id, Actor::User(school.owner));
    let terms = ImportTerms { existing: case.existing, role: None };
    let rows = ImportFile::read(&file(&case.rows)).unwrap().rows;
    let tried = world.accounts.rehearse_import(organization, by, (&terms, &rows)).await.unwrap();
    let id = ImportId(world.random.id());
    let begun =
        world.accounts.begin_import((organization, by, id), (&terms, &rows), Request::default(), |_| None).await;
    assert!(matches!(begun.unwrap(), Outcome::Done(_)));
    while world.accounts.carry_on(organization, id).await.unwrap() {}
    let settled = world.memberships.import_rows(organization, by, (id, 0)).await.unwrap();
    let ran = settled.into_iter().map(|row| row.outcome.unwrap()).collect();
    (tried.into_iter().map(|it| it.outcome).collect(), ran)
}

/// The result, and why.
fn told(outcome: &RowOutcome) -> Vec<String> {
    let codes = outcome.problems.iter().map(|it| it.code.clone());
    [outcome.result.as_str().to_owned()].into_iter().chain(codes).collect()
}
