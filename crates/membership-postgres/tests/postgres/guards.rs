//! A commit is all or nothing, and nothing if a row is not as it was read.

use membership_core::changes::{Changes, Saved};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{MemberId, SignUpId, UserId};
use membership_core::invitation::{Delivery, InvitationState};
use membership_core::member::MemberStatus;
use membership_core::name::{OrganizationName, Username};
use membership_core::port::{Attempt, Outbox, Store, StoreError};
use membership_postgres::{PostgresOptions, PostgresStore};

use crate::fixtures::*;
use crate::server::{Database, url_of, with_database};

/// Commits what differs in one thing from what must be accepted, and expects that it changes nothing at all.
async fn refused(database: &Database, scope: &Scope, events: Vec<Event>, spoil: impl FnOnce(&mut Changes)) {
    let session = database.store.open(scope).await.unwrap();
    let mut changes = changes(session.facts(), events);
    spoil(&mut changes);
    let before = dump(database).await;
    let outcome = session.commit(changes).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    assert_eq!(dump(database).await, before);
}

async fn dump(database: &Database) -> String {
    let tables: Vec<_> = membership_postgres::distribution::TABLES
        .iter()
        .map(|it| format!("SELECT '{0}' AS t, to_jsonb(x)::text AS r FROM {0} x", it.name))
        .collect();
    database
        .text(&format!(
            "SELECT string_agg(t || r, E'\\n' ORDER BY t, r) FROM ({}) all_rows",
            tables.join(" UNION ALL ")
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_guard_of_an_organization_holds() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let pending = invitation(0xB0, "grace", now);
        invite(store, &pending).await.unwrap();
        let scope = Scope { invitations: vec![pending.id], ..Scope::of(ORGANIZATION) };
        let name = OrganizationName::parse("Other").unwrap();
        let rename = || vec![Event::OrganizationRenamed { organization: ORGANIZATION, name: name.clone() }];
        let suspend = || vec![Event::MemberSuspended { member: OWNER }];
        let revoke = || vec![Event::InvitationRevoked { invitation: pending.id }];
        let join = || vec![Event::MemberJoined { member: member(0xC0, "Grace") }];

        refused(&database, &scope, rename(), |it| it.head.as_mut().unwrap().expected = Some(99)).await;
        refused(&database, &scope, rename(), |it| it.head.as_mut().unwrap().expected = None).await;
        refused(&database, &scope, rename(), |it| it.organization_row.as_mut().unwrap().expected = Some(99)).await;
        refused(&database, &scope, suspend(), |it| it.members[0].expected = Some(99)).await;
        refused(&database, &scope, suspend(), |it| it.members[0].expected = None).await;
        refused(&database, &scope, suspend(), |it| it.removed_members.push((OWNER, 99))).await;
        refused(&database, &scope, suspend(), |it| it.removed_members.push((MemberId(id(1)), 1))).await;
        refused(&database, &scope, revoke(), |it| it.invitations[0].expected = Some(99)).await;
        refused(&database, &scope, revoke(), |it| it.invitations[0].expected = None).await;
        refused(&database, &scope, suspend(), |it| it.audit[0].sequence = 1).await;
        // One live membership per user (I4), one pending invitation per address.
        refused(&database, &scope, join(), |it| it.members[0].row.user = Some(FOUNDER)).await;
        let second = invitation(0xB1, "grace", now);
        refused(&database, &scope, vec![Event::InvitationCreated { invitation: second }], |_| {}).await;
        // A founder that comes twice finds the organization taken.
        let founded = Event::OrganizationFounded { organization: organization(ORGANIZATION, now), seat_limit: None };
        refused(&database, &Scope::of(ORGANIZATION), vec![founded], |it| it.head.as_mut().unwrap().expected = None)
            .await;
        refused(&database, &scope, join(), |it| it.completed_sign_ups.push(SignUpId(id(1)))).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_never_be_stored_is_no_conflict() {
    with_database(|database| async move {
        let store = &database.store;
        found(store).await;
        let session = store.open(&Scope::of(ORGANIZATION)).await.unwrap();
        let mut changes = changes(session.facts(), vec![Event::MemberSuspended { member: OWNER }]);
        let Saved { expected, mut row } = changes.head.clone().unwrap();
        row.organization.owner = Some(MemberId(id(1)));
        row.organization.version += 1;
        changes.organization_row =
            Some(Saved { expected: Some(row.organization.version - 1), row: row.organization.clone() });
        changes.head = Some(Saved { expected, row });
        // The owner must be a member; the database says so when the transaction ends.
        let outcome = session.commit(changes).await;
        assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
        assert_eq!(store.read(&Scope::of(ORGANIZATION)).await.unwrap().owner().unwrap().status, MemberStatus::Active);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_of_people_are_made_once() {
    with_database(|database| async move {
        let store = &database.store;
        let now = store.read(&Scope::default()).await.unwrap().now;
        let ada = || {
            let mut ada = user(FOUNDER, "Ada", now);
            ada.username = Some(Username::parse("ada").unwrap());
            ada
        };
        let first = Scope { users: vec![FOUNDER], ..Scope::default() };
        let events = vec![Event::UserRegistered { user: ada() }, Event::OperatorAppointed { user: FOUNDER }];
        happen(store, &first, events).await.unwrap();

        let eve = || {
            let mut eve = user(UserId(id(0xE1)), "Eve", now);
            eve.username = Some(Username::parse("eve").unwrap());
            eve
        };
        let register = || vec![Event::UserRegistered { user: eve() }];
        let none = Scope::default();
        refused(&database, &none, register(), |it| it.users[0].row.username = ada().username).await;
        refused(&database, &none, register(), |it| it.users[0].row.emails = ada().emails).await;
        refused(&database, &none, register(), |it| it.users[0].row.id = FOUNDER).await;
        refused(&database, &none, register(), |it| it.first_operator = Some(eve().id)).await;
        refused(&database, &none, register(), |it| it.completed_sign_ups.push(SignUpId(id(1)))).await;
        let appoint = || vec![Event::OperatorAppointed { user: FOUNDER }];
        refused(&database, &first, appoint(), |it| {
            it.first_operator = None;
            it.users[0].expected = Some(99);
        })
        .await;

        // An unverified address claims nothing; verifying it later does.
        let mut mallory = eve();
        mallory.emails = ada().emails;
        mallory.emails[0].verified_at = None;
        let scope = Scope { users: vec![mallory.id], ..Scope::default() };
        happen(store, &scope, vec![Event::UserRegistered { user: mallory.clone() }]).await.unwrap();
        let verify = vec![Event::EmailVerified { user: mallory.id, address: address("ada") }];
        refused(&database, &scope, verify, |_| {}).await;
        let both = store.read(&Scope { users_at: vec![address("ada")], ..Scope::default() }).await.unwrap();
        assert_eq!(both.users.len(), 2);
        assert_eq!(both.user_at(&address("ada")).unwrap().id, FOUNDER);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_invited_again_in_the_commit_that_settles_its_lapsed_invitation() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let old = invitation(0xB0, "grace", now);
        invite(store, &old).await.unwrap();
        database.clock.advance(time::Duration::days(8));
        let new = invitation(0xB1, "grace", now + time::Duration::days(8));
        let scope = Scope { invited_at: vec![address("grace")], invitations: vec![old.id], ..Scope::of(ORGANIZATION) };
        let events =
            vec![Event::InvitationExpired { invitation: old.id }, Event::InvitationCreated { invitation: new.clone() }];
        let facts = happen(store, &scope, events).await.unwrap();
        assert_eq!(facts.invitation(old.id).unwrap().state, InvitationState::Expired);
        assert_eq!(facts.outstanding_at(&address("grace")), Some(&new));
        assert_eq!(facts.head.unwrap().seats.reserved, 1);
        let hints = database.text("SELECT string_agg(invitation_id::text, ' ') FROM email_invitations").await;
        assert_eq!(hints, new.id.to_string());

        // A member who leaves and comes back in one commit.
        let back = member(0xC0, "Grace");
        happen(store, &Scope::of(ORGANIZATION), vec![Event::MemberJoined { member: back.clone() }]).await.unwrap();
        let again = membership_core::member::Member { id: MemberId(id(0xC9)), ..back.clone() };
        let scope = Scope { members: vec![back.id], ..Scope::of(ORGANIZATION) };
        let events = vec![Event::MemberLeft { member: back.id }, Event::MemberJoined { member: again.clone() }];
        happen(store, &scope, events).await.unwrap();
        let line = database
            .text(
                "SELECT string_agg(member_id::text, ' ') FROM user_organizations
                WHERE member_id <> '00000000-0000-0000-0000-0000000000a1'",
            )
            .await;
        assert_eq!(line, again.id.to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_of_a_generation_are_the_couriers() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let offer = invitation(0xB0, "grace", now);
        invite(store, &offer).await.unwrap();
        let scope = Scope { invitations: vec![offer.id], ..Scope::of(ORGANIZATION) };
        let session = store.open(&scope).await.unwrap();
        let message = store.due(1).await.unwrap()[0];
        let reason = "550 no\0body".to_owned();
        store.settle(message, &Attempt::Bounced { reason }).await.unwrap();
        let changes = changes(session.facts(), vec![Event::InvitationRevoked { invitation: offer.id }]);
        session.commit(changes).await.unwrap();
        let facts = store.read(&scope).await.unwrap();
        let stored = facts.invitation(offer.id).unwrap();
        assert_eq!((stored.state, stored.delivery), (InvitationState::Revoked, Delivery::Bounced));
        assert_eq!(database.text("SELECT delivery_note FROM invitations").await, "550 no\u{FFFD}body");

        let renew = Event::InvitationRenewed {
            invitation: offer.id,
            channel: membership_core::invitation::Channel::Mail,
            expires_at: offer.expires_at,
        };
        let facts = happen(store, &scope, vec![renew]).await.unwrap();
        assert_eq!(facts.invitation(offer.id).unwrap().delivery, Delivery::Queued);
        assert_eq!(database.text("SELECT delivery_note FROM invitations").await, "");
        // A report about the older generation says nothing of this one.
        database.run("UPDATE outbox SET state = 'queued'").await;
        store.settle(message, &Attempt::Sent).await.unwrap();
        let facts = store.read(&scope).await.unwrap();
        assert_eq!(facts.invitation(offer.id).unwrap().delivery, Delivery::Queued);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_release_refuses_a_newer_database() {
    with_database(|database| async move {
        database.store.migrate().await.unwrap();
        database
            .run(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                VALUES (9999, 'later', true, '\\x00', 0)",
            )
            .await;
        let outcome = database.store.migrate().await;
        assert!(matches!(&outcome, Err(StoreError::Corrupt(why)) if why.contains("newer release")), "{outcome:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_migrate_once() {
    with_database(|database| async move {
        database.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        let mut servers = Vec::new();
        for _ in 0..4 {
            let url = url_of(&database.options);
            servers.push(tokio::spawn(async move {
                let store = PostgresStore::connect(&url, PostgresOptions::default()).await?;
                store.migrate().await
            }));
        }
        for server in servers {
            server.await.unwrap().unwrap();
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
        let carried_out = database.number("SELECT count(*) FROM _sqlx_migrations").await;
        assert_eq!(usize::try_from(carried_out), Ok(files));
    })
    .await;
}
