//! What has lapsed is found, and what nobody can use is forgotten.

use membership_core::audit::Stream;
use membership_core::changes::Changes;
use membership_core::event::Event;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{OrganizationId, SignUpId, UserId};
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::name::PersonName;
use membership_core::port::{Attempt, Outbox, Store, Upkeep};
use membership_core::secret::TokenHash;
use membership_core::user::{PasswordHash, SignUp};
use time::Duration;

use crate::fixtures::*;
use crate::server::with_database;

#[tokio::test(flavor = "multi_thread")]
async fn what_has_lapsed_is_found_the_oldest_first() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let mut short = invitation(0xB1, "short", now);
        short.expires_at = now + Duration::days(1);
        invite(store, &short).await.unwrap();
        invite(store, &invitation(0xB0, "long", now)).await.unwrap();
        let other = OrganizationId(id(0xF0));
        found_as(store, other, member(0xF1, "Grace")).await;
        let leaving = Member { deactivates_at: Some(now + Duration::hours(1)), ..member(0xC0, "Guest") };
        happen(store, &Scope::of(other), vec![Event::MemberJoined { member: leaving.clone() }]).await.unwrap();

        assert_eq!(store.organizations_with_lapsed(10).await.unwrap(), []);
        database.clock.advance(Duration::days(7));
        assert_eq!(store.organizations_with_lapsed(10).await.unwrap(), [other, ORGANIZATION]);
        assert_eq!(store.organizations_with_lapsed(1).await.unwrap(), [other]);
        let lapsed = Scope { lapsed: true, ..Scope::of(ORGANIZATION) };
        let facts = store.read(&lapsed).await.unwrap();
        let emails: Vec<_> = facts.invitations.iter().map(|it| it.email.clone()).collect();
        assert_eq!(emails, [address("short"), address("long")]);
        assert_eq!(store.read(&Scope::of(ORGANIZATION)).await.unwrap().invitations, []);

        let scope = Scope { lapsed: true, ..Scope::of(other) };
        assert!(store.read(&scope).await.unwrap().member(leaving.id).is_ok());
        happen(store, &scope, vec![Event::MemberDeactivated { member: leaving.id }]).await.unwrap();
        assert!(store.read(&scope).await.unwrap().member(leaving.id).is_err());
        assert_eq!(store.organizations_with_lapsed(10).await.unwrap(), [ORGANIZATION]);
        happen(store, &Scope::of(ORGANIZATION), vec![Event::OrganizationDeleted { organization: ORGANIZATION }])
            .await
            .unwrap();
        assert_eq!(store.organizations_with_lapsed(10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_use_is_forgotten() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let key = ReceiptKey { scope: FOUNDER.0, key: TokenHash([7; 32]) };
        let receipt = Receipt { key, fingerprint: [3; 32], answer: vec![], expires_at: now + Duration::hours(24) };
        let sign_up = SignUp {
            id: SignUpId(id(0xE0)),
            email: address("ada"),
            name: PersonName::parse("Ada").unwrap(),
            password: PasswordHash::new("x".to_owned()),
            language: Language::English,
            created_at: now,
            expires_at: now + Duration::hours(24),
        };
        let ended = sign_in(FOUNDER, 0xD1, now);
        let session = store.open(&Scope::default()).await.unwrap();
        let changes = Changes {
            receipt: Some(receipt),
            sign_ups: vec![sign_up],
            sign_ins: vec![sign_in(FOUNDER, 0xD0, now), ended.clone()],
            ..Changes::default()
        };
        session.commit(changes).await.unwrap();
        let session = store.open(&Scope::default()).await.unwrap();
        session.commit(Changes { ended_sign_ins: vec![(FOUNDER, ended.id)], ..Changes::default() }).await.unwrap();
        invite(store, &invitation(0xB0, "grace", now)).await.unwrap();
        let message = store.due(1).await.unwrap()[0];
        store.settle(message, &Attempt::Sent).await.unwrap();

        assert_eq!(store.forget_expired().await.unwrap(), 1, "the sign-in that was ended");
        database.clock.advance(Duration::hours(24));
        assert_eq!(store.forget_expired().await.unwrap(), 2, "the receipt and the sign-up");
        database.clock.advance(Duration::days(29));
        assert_eq!(store.forget_expired().await.unwrap(), 2, "the sign-in and the message");
        assert_eq!(store.forget_expired().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_log_is_listed_once_in_pages() {
    with_database(|database| async move {
        let store = &database.store;
        database
            .run(
                "INSERT INTO organization_seats (organization_id, seat_limit, assigned, reserved, audit_sequence,
                    audit_hash, revision, waiting, grace_days) SELECT gen_random_uuid(), null, 0, 0, n,
                    decode(repeat('ab', 32), 'hex'), 1, 0, 0 FROM generate_series(1, 130) n;
                INSERT INTO users (id, name, emails, identities, language, operator, created_at, audit_sequence,
                    audit_hash, version, password_due, password_generation)
                SELECT gen_random_uuid(), 'x', '[]', '[]', 'en', false, now(), n, decode(repeat('cd', 32), 'hex'), 1,
                    false, 0 FROM generate_series(1, 130) n;",
            )
            .await;
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let logs = store.logs(after).await.unwrap();
            assert!(logs.len() <= 100);
            let Some((last, _)) = logs.last() else { break };
            after = Some(*last);
            seen.extend(logs.into_iter().map(|(stream, _)| stream));
        }
        assert_eq!(seen.len(), 260);
        assert!(seen.is_sorted());
        assert!(store.log(Stream::User(UserId(id(1))), 0).await.unwrap().is_empty());
    })
    .await;
}
