//! A session on an organization keeps the other writers out, and never sees what is older than its lock.

use membership_core::changes::Changes;
use membership_core::draft::{Actor, Draft};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::port::{Directory, Store, StoreError};
use membership_postgres::{PostgresOptions, PostgresStore};
use std::time::Duration;

use crate::fixtures::*;
use crate::server::{url_of, wait_until, with_database};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_writers_take_turns() {
    with_database(|database| async move {
        let now = found(&database.store).await.now;
        let mut writers = Vec::new();
        for number in 0..40_u128 {
            let store = database.store.clone();
            writers.push(tokio::spawn(async move {
                let scope = Scope { invited_at: vec![address(&format!("p{number}"))], ..Scope::of(ORGANIZATION) };
                let session = store.open(&scope).await.unwrap();
                let reserved = session.facts().head.as_ref().unwrap().seats.reserved;
                if reserved >= 25 {
                    return false;
                }
                let invitation = invitation(0x1000 + number, &format!("p{number}"), now);
                let mut draft = Draft::new(session.facts(), Actor::User(FOUNDER));
                draft.record(Event::InvitationCreated { invitation });
                let changes = Changes::of(session.facts(), &draft.reply(()), Some("request-1"), None);
                session.commit(changes).await.unwrap();
                true
            }));
        }
        let mut admitted = 0;
        for writer in writers {
            admitted += i64::from(writer.await.unwrap());
        }
        assert_eq!(admitted, 25);
        assert_eq!(database.number("SELECT count(*) FROM invitations").await, 25);
        let head = database.store.read(&Scope::of(ORGANIZATION)).await.unwrap().head.unwrap();
        assert_eq!((head.seats.reserved, head.revision), (25, 26));
        assert_eq!(database.number("SELECT count(*) FROM audit_log WHERE event = 'invitation-created'").await, 25);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_for_the_lock_sees_what_was_committed_meanwhile() {
    with_database(|database| async move {
        let store = database.store.clone();
        let now = found(&store).await.now;
        let offer = invitation(0xB0, "grace", now);
        let scope = Scope { invited_at: vec![offer.email.clone()], ..Scope::of(ORGANIZATION) };
        let first = store.open(&scope).await.unwrap();
        let waiting = tokio::spawn({
            let (store, scope) = (store.clone(), scope.clone());
            async move { store.open(&scope).await.map(|session| session.facts().clone()) }
        });
        wait_until_blocked(&database, 1).await;
        // Readers are not kept out, and see the last commit.
        assert_eq!(store.read(&scope).await.unwrap().invitations, []);
        let changes = changes(first.facts(), vec![Event::InvitationCreated { invitation: offer.clone() }]);
        first.commit(changes).await.unwrap();
        let seen = waiting.await.unwrap().unwrap();
        assert_eq!(seen.head.unwrap().revision, 2);
        assert_eq!(seen.invitations, [offer]);
    })
    .await;
}

/// Shows why the facts are read again: the locked row alone is new.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_wait_for_a_lock_a_statement_sees_the_locked_row_anew_and_all_else_as_before() {
    use sqlx::Connection;
    with_database(|database| async move {
        found(&database.store).await;
        let mut one = database.connection().await;
        let mut two = database.connection().await;
        let mut writing = one.begin().await.unwrap();
        sqlx::query("UPDATE organization_seats SET revision = 77").execute(&mut *writing).await.unwrap();
        sqlx::query("UPDATE memberships SET name = 'changed'").execute(&mut *writing).await.unwrap();
        let waiting = tokio::spawn(async move {
            let sql = "WITH hot AS (SELECT revision FROM organization_seats FOR NO KEY UPDATE)
                SELECT (SELECT revision FROM hot), (SELECT revision FROM organization_seats),
                    (SELECT name FROM memberships)";
            sqlx::query_as::<_, (i64, i64, String)>(sql).fetch_one(&mut two).await.unwrap()
        });
        wait_until_blocked(&database, 1).await;
        writing.commit().await.unwrap();
        assert_eq!(waiting.await.unwrap(), (77, 1, "Ada Lovelace".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_session_leaves_everything_and_lets_the_next_one_in() {
    with_database(|database| async move {
        let store = &database.store;
        let before = found(store).await;
        drop(store.open(&Scope::of(ORGANIZATION)).await.unwrap());
        let session = store.open(&Scope::of(ORGANIZATION)).await.unwrap();
        assert_eq!(session.facts(), &before);
        session.commit(Changes::default()).await.unwrap();
        // A writer of another organization was never kept out.
        let held = store.open(&Scope::of(ORGANIZATION)).await.unwrap();
        let other = membership_core::id::OrganizationId(id(0xF0));
        found_as(store, other, member(0xF1, "Grace")).await;
        drop(held);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_founders_of_one_organization_are_one() {
    with_database(|database| async move {
        let store = &database.store;
        let one = store.open(&Scope::of(ORGANIZATION)).await.unwrap();
        let two = store.open(&Scope::of(ORGANIZATION)).await.unwrap();
        assert_eq!(one.facts().head, None);
        let founding = |facts: &membership_core::facts::Facts| {
            let organization = organization(ORGANIZATION, facts.now);
            let founded = Event::OrganizationFounded { organization, seat_limit: Some(5) };
            changes(facts, vec![founded, Event::MemberJoined { member: founder() }])
        };
        let (first, second) = (founding(one.facts()), founding(two.facts()));
        one.commit(first).await.unwrap();
        assert!(matches!(two.commit(second).await, Err(StoreError::Conflict)));
        assert_eq!(database.number("SELECT count(*) FROM audit_log").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_lock_or_a_connection_ends() {
    with_database(|database| async move {
        found(&database.store).await;
        let limits = PostgresOptions {
            max_connections: 2,
            acquire_timeout: Duration::from_millis(300),
            lock_timeout: Duration::from_millis(200),
            ..PostgresOptions::default()
        };
        let store = PostgresStore::connect(&url_of(&database.options), limits).await.unwrap();
        let held = store.open(&Scope::of(ORGANIZATION)).await.unwrap();
        let late = store.open(&Scope::of(ORGANIZATION)).await.err();
        assert!(matches!(late, Some(StoreError::Conflict)), "{late:?}");
        let other = store.open(&Scope::default()).await.unwrap();
        let busy = store.read(&Scope::of(ORGANIZATION)).await.err();
        assert!(matches!(busy, Some(StoreError::Busy(_))), "{busy:?}");
        drop((held, other));
        store.read(&Scope::of(ORGANIZATION)).await.unwrap();
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_told_as_such_and_replaced() {
    with_database(|database| async move {
        found(&database.store).await;
        let url = url_of(&database.options);
        let trusting = PostgresOptions { application_name: "trusting".to_owned(), ..PostgresOptions::default() };
        let careful = PostgresOptions { trusted_for: Duration::ZERO, ..trusting.clone() };
        let trusting = PostgresStore::connect(&url, trusting).await.unwrap();
        let careful = PostgresStore::connect(&url, careful).await.unwrap();
        trusting.ping().await.unwrap();
        careful.ping().await.unwrap();
        let busy = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'trusting' AND state <> 'idle'";
        wait_until(&database, busy, |count| count == 0).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'trusting'";
        database.run(end).await;
        let there = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'trusting'";
        wait_until(&database, there, |count| count == 0).await;
        careful.ping().await.unwrap();
        let lost = trusting.ping().await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        trusting.ping().await.unwrap();

        let limits = PostgresOptions { acquire_timeout: Duration::from_millis(200), ..PostgresOptions::default() };
        let nobody = PostgresStore::connect("postgres://nobody@127.0.0.1:1/none", limits).await.err();
        assert!(matches!(nobody, Some(StoreError::Unavailable(_))), "{nobody:?}");
    })
    .await;
}

/// Waits until that many connections to the database wait for a lock.
async fn wait_until_blocked(database: &crate::server::Database, count: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    wait_until(database, sql, |blocked| blocked >= count).await;
}
