//! Every field that is written comes back as it was.

use membership_core::audit::{ChainCheck, Stream};
use membership_core::changes::Changes;
use membership_core::event::Event;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{InvitationId, MemberId, OrganizationId, SignUpId, UserId};
use membership_core::invitation::{Channel, Delivery, Inviter};
use membership_core::language::Language;
use membership_core::member::MemberStatus;
use membership_core::name::{OrganizationName, PersonName, Username};
use membership_core::organization::Organization;
use membership_core::port::{Directory, Outbox, Store, StoreError, Upkeep};
use membership_core::secret::TokenHash;
use membership_core::user::{PasswordHash, SignUp, UserEmail};
use membership_postgres::{PostgresOptions, PostgresStore};
use time::Duration;
use time::macros::datetime;

use crate::fixtures::*;
use crate::server::with_database;

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_with_members_and_invitations() {
    with_database(|database| async move {
        let store = &database.store;
        let facts = found(store).await;
        let head = facts.head.clone().unwrap();
        assert_eq!(head.organization.owner, Some(OWNER));
        assert_eq!(head.revision, 1);
        assert_eq!((head.seats.assigned, head.seats.reserved), (1, 0));
        assert_eq!(facts.owner().unwrap().name.as_str(), "Ada Lovelace");

        let mut full = invitation(0xB0, "grace", facts.now);
        full.channel = Channel::Hand;
        full.for_owner = true;
        full.invited_by = Inviter::Operator;
        full.language = Language::French;
        full.message = Some("a\nb \u{1F980} \\ \" '".to_owned());
        full.deactivates_at = Some(datetime!(9998-12-31 23:59:59.999999 UTC));
        full.opens_at = facts.now + Duration::microseconds(1);
        full.settled_at = Some(facts.now - Duration::microseconds(1));
        full.member = Some(OWNER);
        full.generation = 4_000_000_000;
        full.sends = 7;
        full.delivery = Delivery::None;
        let mut second = member(0xC0, "Zoë O’Brien");
        second.email = None;
        second.user = None;
        second.status = MemberStatus::Suspended;
        second.deactivates_at = Some(datetime!(2031-01-01 0:00 UTC));
        let events = vec![
            Event::InvitationCreated { invitation: full.clone() },
            Event::MemberJoined { member: second.clone() },
            Event::SeatLimitSet { organization: ORGANIZATION, limit: Some(10_000_000) },
        ];
        let scope = Scope { invitations: vec![full.id], members: vec![second.id], ..Scope::of(ORGANIZATION) };
        let after = happen(store, &scope, events).await.unwrap();
        assert_eq!(after.invitation(full.id).unwrap(), &full);
        assert_eq!(after.member(second.id).unwrap(), &second);
        assert_eq!(after.member(OWNER).unwrap(), facts.owner().unwrap());
        let now = after.head.unwrap();
        assert_eq!(now.organization, Organization { version: head.organization.version + 1, ..head.organization });
        assert_eq!(now.seats.limit, Some(10_000_000));
        assert_eq!((now.seats.assigned, now.seats.reserved, now.revision), (2, 1, 2));
        check_log(&database, Stream::Organization(ORGANIZATION), now.audit).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_brings_what_it_names_each_once_and_who_invited() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let inviter = member(0x10, "Grace");
        let bystander = member(0x20, "Alan");
        let mut offer = invitation(0xB0, "edsger", now);
        offer.invited_by = Inviter::Member(inviter.id);
        let events = vec![
            Event::MemberJoined { member: inviter.clone() },
            Event::MemberJoined { member: bystander.clone() },
            Event::InvitationCreated { invitation: offer.clone() },
        ];
        happen(store, &Scope::of(ORGANIZATION), events).await.unwrap();
        let check = async |change: fn(&mut Scope), members: &[MemberId], invitations: usize| {
            let mut scope = Scope::of(ORGANIZATION);
            change(&mut scope);
            let facts = store.read(&scope).await.unwrap();
            let found: Vec<_> = facts.members.iter().map(|it| it.id).collect();
            assert_eq!(found, members, "{scope:?}");
            assert_eq!(facts.invitations.len(), invitations, "{scope:?}");
            let session = store.open(&scope).await.unwrap();
            assert_eq!(session.facts(), &facts);
        };
        let (grace, alan) = (inviter.id, bystander.id);
        check(|_| {}, &[OWNER], 0).await;
        check(|it| it.members = vec![MemberId(id(0x20)), OWNER, MemberId(id(0x99))], &[alan, OWNER], 0).await;
        check(|it| it.members_of = vec![UserId(id(0x11)), FOUNDER], &[grace, OWNER], 0).await;
        check(|it| it.members_at = vec![address("alan"), address("grace")], &[grace, alan, OWNER], 0).await;
        check(|it| it.invitations = vec![InvitationId(id(0xB0)), InvitationId(id(0xB9))], &[grace, OWNER], 1).await;
        check(|it| it.invited_at = vec![address("edsger"), address("nobody")], &[grace, OWNER], 1).await;
        check(|it| it.lapsed = true, &[OWNER], 0).await;
        let everything = |it: &mut Scope| {
            it.members = vec![OWNER, MemberId(id(0x10))];
            it.members_of = vec![FOUNDER];
            it.members_at = vec![address("grace")];
            it.invitations = vec![InvitationId(id(0xB0))];
            it.invited_at = vec![address("edsger")];
        };
        check(everything, &[grace, OWNER], 1).await;
        let nobody = store.read(&Scope::of(OrganizationId(id(0xDEAD)))).await.unwrap();
        assert_eq!((nobody.head, nobody.members.len()), (None, 0));
    })
    .await;
}

async fn check_log(database: &crate::server::Database, stream: Stream, end: membership_core::organization::ChainEnd) {
    let mut check = ChainCheck::default();
    for entry in database.store.log(stream, 0).await.unwrap() {
        check.next(&entry).unwrap();
        assert_eq!(entry.request.as_deref(), Some("request-1"));
    }
    check.finish(&end).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_everything() {
    with_database(|database| async move {
        let store = &database.store;
        let mut ada = user(FOUNDER, "Ada", datetime!(2026-01-01 0:00:00.5 UTC));
        ada.username = Some(Username::parse("ada.l").unwrap());
        ada.emails.push(UserEmail { address: address("ada.old"), verified_at: None });
        ada.password = Some(PasswordHash::new("$argon2id$v=19$x".to_owned()));
        ada.language = Language::French;
        let sign_in = sign_in(FOUNDER, 0xD0, ada.created_at);
        let scope = Scope { users: vec![FOUNDER], sign_in: Some((FOUNDER, sign_in.token)), ..Scope::default() };
        let events = vec![
            Event::UserRegistered { user: ada.clone() },
            Event::OperatorAppointed { user: FOUNDER },
            Event::SignedIn { sign_in: sign_in.clone() },
        ];
        let facts = happen(store, &scope, events).await.unwrap();
        let stored = facts.user(FOUNDER).unwrap().clone();
        ada.operator = true;
        ada.version = stored.version;
        ada.audit = stored.audit;
        assert_eq!(facts.users, [ada]);
        assert_eq!(facts.sign_ins, std::slice::from_ref(&sign_in));
        check_log(&database, Stream::User(FOUNDER), stored.audit).await;

        let by_all_means = Scope {
            users_at: vec![address("ada"), address("ada.old"), address("nobody")],
            usernames: vec![Username::parse("ada.l").unwrap()],
            installation: true,
            ..Scope::default()
        };
        let found = store.read(&by_all_means).await.unwrap();
        assert_eq!(found.users, facts.users);
        assert!(found.has_operator);

        let event = Event::SignedOut { user: FOUNDER, sign_in: sign_in.id };
        let facts = happen(store, &scope, vec![event]).await.unwrap();
        assert_eq!(facts.sign_ins, []);
        assert_eq!(facts.users.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_until_it_is_completed() {
    with_database(|database| async move {
        let store = &database.store;
        let sign_up = SignUp {
            id: SignUpId(id(0xE0)),
            email: address("ada"),
            name: PersonName::parse("Ada").unwrap(),
            password: PasswordHash::new("$argon2id$".to_owned()),
            language: Language::French,
            created_at: datetime!(2026-03-01 0:00 UTC),
            expires_at: datetime!(2026-03-02 0:00:00.000001 UTC),
        };
        let scope = Scope { sign_up: Some(sign_up.id), ..Scope::default() };
        let facts = happen(store, &scope, vec![Event::SignUpRequested { sign_up: sign_up.clone() }]).await.unwrap();
        assert_eq!(facts.sign_ups, std::slice::from_ref(&sign_up));
        let facts = happen(store, &scope, vec![Event::SignUpCompleted { sign_up: sign_up.id }]).await.unwrap();
        assert_eq!(facts.sign_ups, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_until_it_expires() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let rename = |name: &str| Event::OrganizationRenamed {
            organization: ORGANIZATION,
            name: OrganizationName::parse(name).unwrap(),
        };
        for (scope_id, events) in [(ORGANIZATION.0, vec![rename("A")]), (ORGANIZATION.0, vec![]), (FOUNDER.0, vec![])] {
            let key = ReceiptKey { scope: scope_id, key: TokenHash([u8::try_from(events.len()).unwrap(); 32]) };
            let scope = Scope { receipt: Some(key), ..Scope::of(ORGANIZATION) };
            let receipt =
                Receipt { key, fingerprint: [3; 32], answer: vec![0, 255, 92], expires_at: now + Duration::hours(24) };
            let commit = async |receipt: &Receipt| {
                let session = store.open(&scope).await.unwrap();
                let changes = Changes { receipt: Some(receipt.clone()), ..changes(session.facts(), events.clone()) };
                session.commit(changes).await
            };
            commit(&receipt).await.unwrap();
            assert_eq!(store.read(&scope).await.unwrap().receipt, Some(receipt.clone()));
            assert!(matches!(commit(&receipt).await, Err(StoreError::Conflict)));

            // From the instant it expires on, it is as if it had never been.
            database.clock.advance(Duration::hours(24));
            assert_eq!(store.read(&scope).await.unwrap().receipt, None);
            let again = Receipt { answer: vec![1], expires_at: now + Duration::hours(48), ..receipt.clone() };
            commit(&again).await.unwrap();
            assert_eq!(store.read(&scope).await.unwrap().receipt, Some(again));
            database.clock.advance(Duration::hours(-24));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_and_its_invitation() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let invitation = invitation(0xB0, "grace", now);
        invite(store, &invitation).await.unwrap();
        let due = store.due(10).await.unwrap();
        let claimed = store.claim(due[0], Duration::minutes(1)).await.unwrap().unwrap();
        let mail = invitation_mail(&invitation);
        assert_eq!(claimed.message.content, mail.content);
        assert_eq!(claimed.message.to, mail.to);
        assert_eq!((claimed.message.language, claimed.message.scope), (mail.language, mail.scope));
        assert_eq!((claimed.message.created_at, claimed.message.due_at), (now, now));
        assert_eq!(claimed.invitation, Some(invitation));
        assert_eq!(claimed.attempts, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_databases_clock_tells_the_time_when_none_is_injected() {
    with_database(|database| async move {
        let url = crate::server::url_of(&database.options);
        let store = PostgresStore::connect(&url, PostgresOptions::default()).await.unwrap();
        let earlier = store.read(&Scope::default()).await.unwrap().now;
        found(&store).await;
        let later = store.read(&Scope::of(ORGANIZATION)).await.unwrap().now;
        assert!(earlier < later && later < earlier + Duration::minutes(1), "{earlier} {later}");
        assert_eq!(later, membership_core::port::to_micros(later));
        store.ping().await.unwrap();
        store.close().await;
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    })
    .await;
}
