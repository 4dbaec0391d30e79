//! A session keeps every other writer out until it is committed, dropped or aborted; reads keep nobody out.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

mod world;

use std::sync::Arc;
use std::time::{Duration, Instant};

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::OrganizationId;
use membership_core::port::{Store, StoreError, Upkeep};
use world::{World, changes, id, invitation, member};

/// Adds one seat to what the limit was, which is lost if two do it at once.
async fn add_a_seat(store: &membership_sqlite::SqliteStore, organization: OrganizationId) -> Result<(), StoreError> {
    let session = store.open(&Scope::of(organization)).await?;
    let limit = session.facts().head.as_ref().and_then(|head| head.seats.limit).map(|limit| limit + 1);
    tokio::task::yield_now().await;
    let (changes, _) = changes(session.facts(), vec![Event::SeatLimitSet { organization, limit }]);
    session.commit(changes).await
}

async fn limit(world: &World, organization: OrganizationId) -> u32 {
    world.facts(&Scope::of(organization)).await.head.unwrap().seats.limit.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_forty_concurrent_sessions_none_is_lost() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let store = world.store.clone();
        tasks.spawn(async move { add_a_seat(&store, organization).await });
    }
    for done in tasks.join_all().await {
        done.unwrap();
    }
    assert_eq!(limit(&world, organization).await, 5_040);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_programs_that_write_the_same_file_are_never_told_that_it_is_busy() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8_u128 {
        let store = world.another().await;
        let (now, of_its_own) = (world.now(), OrganizationId(id(1_000 + number)));
        tasks.spawn(async move {
            let founded =
                Event::OrganizationFounded { organization: world::organization(1_000 + number, now), seat_limit: None };
            let events = vec![founded, Event::MemberJoined { member: member(1_000 + number, now) }];
            world::record(&store, &Scope::of(of_its_own), events).await?;
            for round in 0..10 {
                add_a_seat(&store, organization).await?;
                let invited = Event::InvitationCreated { invitation: invitation(round, now) };
                world::record(&store, &Scope::of(of_its_own), vec![invited]).await?;
                store.read(&Scope { lapsed: true, ..Scope::of(organization) }).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    for done in tasks.join_all().await {
        done.unwrap();
    }
    assert_eq!(limit(&world, organization).await, 5_080);
    assert_eq!(world.store.logs(None).await.unwrap().len(), 9);
}

#[tokio::test]
async fn a_dropped_session_leaves_nothing_and_lets_the_next_one_in() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let before = world.facts(&Scope::of(organization)).await;
    for _ in 0..100 {
        drop(world.store.open(&Scope::of(organization)).await.unwrap());
    }
    assert_eq!(world.facts(&Scope::of(organization)).await, before);
    add_a_seat(&world.store, organization).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_that_is_aborted_anywhere_leaves_all_or_nothing() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    for round in 0..60_u64 {
        let store = world.store.clone();
        let first = u128::from(round) * 1_000 + 10;
        let task = tokio::spawn(async move {
            let events = (first..first + 100).map(|it| Event::InvitationCreated { invitation: invitation(it, now) });
            world::record(&store, &Scope::of(organization), events.collect()).await
        });
        tokio::time::sleep(Duration::from_micros(round * 700)).await;
        task.abort();
        let _ = task.await;
        let begun = Instant::now();
        let head = world.store.open(&Scope::of(organization)).await.unwrap().facts().head.clone().unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2), "the writer is free at once");
        assert_eq!(head.seats.reserved % 100, 0, "round {round}");
        assert_eq!(u64::from(head.seats.reserved) + 2, head.audit.sequence, "round {round}");
        let log = world.store.log(membership_core::audit::Stream::Organization(organization), 0).await.unwrap();
        assert_eq!(log.len() as u64, head.audit.sequence.min(1_000), "round {round}");
    }
    add_a_seat(&world.store, organization).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_the_writer_ends() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let other = world.another().await;
    let held = world.store.open(&Scope::of(organization)).await.unwrap();
    let begun = Instant::now();
    let (scope, elsewhere) = (Scope::of(organization), Scope::of(OrganizationId(id(9))));
    let (inside, outside) = tokio::join!(world.store.open(&elsewhere), other.open(&scope));
    assert!(matches!(inside.err(), Some(StoreError::Busy(_))));
    assert!(matches!(outside.err(), Some(StoreError::Busy(_))));
    assert!((4..8).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    drop(held);
    add_a_seat(&other, organization).await.unwrap();
    add_a_seat(&world.store, organization).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_waits_for_nobody_and_sees_one_moment() {
    let world = Arc::new(World::new().await);
    let organization = world.found(1).await;
    let session = world.store.open(&Scope::of(organization)).await.unwrap();
    let begun = Instant::now();
    world.facts(&Scope::of(organization)).await;
    assert!(begun.elapsed() < Duration::from_secs(1));
    drop(session);

    let (now, writing) = (world.now(), world.clone());
    let writer = tokio::spawn(async move {
        for number in 10..110 {
            let mut invitation = invitation(number, now);
            invitation.expires_at = now;
            let events = vec![Event::InvitationCreated { invitation }];
            writing.record(&Scope::of(organization), events).await.unwrap();
        }
    });
    while !writer.is_finished() {
        let facts = world.facts(&Scope { lapsed: true, ..Scope::of(organization) }).await;
        assert_eq!(facts.invitations.len(), facts.head.unwrap().seats.reserved as usize);
    }
    writer.await.unwrap();
}
