//! Imports: rows are kept with the commit, wiped with their outcome, and claimed by one server at a time.

use membership_core::draft::Actor;
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{ImportId, MemberId, OrganizationId};
use membership_core::import::{
    Existing, Import, ImportRow, ImportState, RowOutcome, RowProblem, RowResult, SettledRow,
};
use membership_core::port::{Random, StoreError};
use time::Duration;

use super::rows::{changes, record};
use crate::fixture::user_id;
use crate::world::World;

fn import(world: &World, total: u32) -> (Import, Vec<ImportRow>) {
    let import = Import {
        id: ImportId(world.random.id()),
        by: Actor::TwoFactorUser(user_id(1)),
        existing: Existing::Replace,
        state: ImportState::Running,
        total,
        done: 0,
        created_at: world.now(),
        finished_at: None,
        version: 1,
    };
    let row = |position| ImportRow { position, line: position + 2, sealed: Some("sealed".to_owned()), outcome: None };
    (import, (0..total).map(row).collect())
}

async fn begun(world: &World, total: u32) -> (OrganizationId, Import, Vec<ImportRow>) {
    let organization = world.found("team", 1).await.id;
    let (import, rows) = import(world, total);
    let event = Event::ImportBegun { import: import.clone(), rows: rows.clone() };
    record(&world.stores, &Scope::of(organization), vec![event]).await.expect("stored");
    (organization, import, rows)
}

fn scope(organization: OrganizationId, import: &Import) -> Scope {
    Scope { import: Some(import.id), ..Scope::of(organization) }
}

fn advanced(import: &Import, until: u32, settled: Vec<SettledRow>) -> Event {
    Event::ImportAdvanced { import: import.id, until, settled }
}

/// What was accepted comes back as it was; an outcome wipes what the row said, and is counted.
pub async fn rows_are_wiped_with_their_outcome(world: World) {
    let (organization, import, rows) = begun(&world, 3).await;
    let (store, directory) = (&world.stores.store, &world.stores.directory);
    let facts = store.read(&scope(organization, &import)).await.expect("facts");
    assert_eq!(facts.imports, std::slice::from_ref(&import));
    assert!(store.read(&Scope::of(organization)).await.expect("facts").imports.is_empty(), "nobody asked for it");
    assert_eq!(directory.import_rows(organization, import.id, 0, 10).await.expect("rows"), rows);
    assert_eq!(directory.import_rows(organization, import.id, 1, 1).await.expect("rows"), rows[1..2]);

    let member = MemberId(world.random.id());
    let problem = RowProblem::new("email", "not-an-address", "`email` must be \"one\"");
    let outcomes = [RowOutcome::of(RowResult::Added, Some(member)), RowOutcome::failed(vec![problem])];
    let settled: Vec<_> =
        (0..).zip(&outcomes).map(|(position, it)| SettledRow { position, outcome: it.clone() }).collect();
    let event = advanced(&import, 2, settled);
    record(&world.stores, &scope(organization, &import), vec![event]).await.expect("advanced");
    let now = directory.import_rows(organization, import.id, 0, 10).await.expect("rows");
    let after: Vec<_> = now.iter().map(|row| (row.line, row.sealed.is_some(), row.outcome.clone())).collect();
    let [added, failed] = outcomes;
    assert_eq!(after, [(2, false, Some(added)), (3, false, Some(failed)), (4, true, None)]);
    let listed = directory.imports(organization, None).await.expect("imports");
    let [(it, counts)] = listed.as_slice() else { panic!("one import: {listed:?}") };
    assert_eq!((it.done, it.state, it.version), (2, ImportState::Running, 2));
    assert_eq!(
        counts.iter().map(|(result, rows)| (*result, *rows)).collect::<Vec<_>>(),
        [(RowResult::Added, 1), (RowResult::Failed, 1)]
    );
    let unknown = ImportId(world.random.id());
    assert!(directory.imports(organization, Some(unknown)).await.expect("imports").is_empty());
    assert_eq!(directory.imports(organization, Some(import.id)).await.expect("imports"), listed);
}

/// Of two who carry out the same rows, one is too late and leaves nothing.
pub async fn no_part_is_written_twice(world: World) {
    let (organization, import, _) = begun(&world, 2).await;
    let scope = scope(organization, &import);
    let stale = world.stores.store.read(&scope).await.expect("facts");
    let settled = |position| SettledRow { position, outcome: RowOutcome::of(RowResult::Unchanged, None) };
    record(&world.stores, &scope, vec![advanced(&import, 1, vec![settled(0)])]).await.expect("advanced");
    let session = world.stores.store.open(&Scope::default()).await.expect("opened");
    let late = changes(&stale, vec![advanced(&import, 1, vec![settled(0), settled(1)])]);
    let refused = session.commit(late).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    let rows = world.stores.directory.import_rows(organization, import.id, 1, 1).await.expect("rows");
    assert_eq!(rows[0].outcome, None, "nothing of it was written");
    let nowhere = record(&world.stores, &scope, vec![advanced(&import, 2, vec![settled(7)])]).await;
    assert!(matches!(nowhere, Err(StoreError::Conflict)), "{nowhere:?}");
}

/// An import with work left is found, claimed by one server until its lease ends, and forgotten 30 days after its end.
pub async fn an_import_is_claimed_by_one_server(world: World) {
    let (organization, import, _) = begun(&world, 1).await;
    let upkeep = &world.stores.upkeep;
    let due = vec![(organization, import.id)];
    assert_eq!(upkeep.due_imports(10).await.expect("due"), due);
    let lease = Duration::minutes(1);
    let claim = || upkeep.claim_import(organization, import.id, lease);
    assert!(claim().await.expect("claimed"));
    assert!(!claim().await.expect("claimed"), "it is taken");
    assert!(upkeep.due_imports(10).await.expect("due").is_empty());
    upkeep.release_import(organization, import.id).await.expect("released");
    assert!(claim().await.expect("claimed"));
    world.clock.advance(lease);
    assert_eq!(upkeep.due_imports(10).await.expect("due"), due, "the lease is over");
    let settled = vec![SettledRow { position: 0, outcome: RowOutcome::of(RowResult::Unchanged, None) }];
    let event = advanced(&import, 1, settled);
    record(&world.stores, &scope(organization, &import), vec![event]).await.expect("advanced");
    assert!(upkeep.due_imports(10).await.expect("due").is_empty(), "it is done");
    assert!(!claim().await.expect("claimed"));

    world.clock.advance(Duration::days(30) - Duration::microseconds(1));
    upkeep.forget_expired().await.expect("swept");
    assert_eq!(world.stores.directory.imports(organization, None).await.expect("imports").len(), 1);
    world.clock.advance(Duration::microseconds(1));
    upkeep.forget_expired().await.expect("swept");
    assert!(world.stores.directory.imports(organization, None).await.expect("imports").is_empty());
    assert!(world.stores.directory.import_rows(organization, import.id, 0, 10).await.expect("rows").is_empty());
}

/// Nothing is carried out any more in an organization that was deleted.
pub async fn a_deleted_organizations_imports_are_not_due(world: World) {
    let (organization, ..) = begun(&world, 1).await;
    record(&world.stores, &Scope::of(organization), vec![Event::OrganizationDeleted { organization }])
        .await
        .expect("deleted");
    assert!(world.stores.upkeep.due_imports(10).await.expect("due").is_empty());
}
