//! Messages are claimed by one courier at a time, and settled once.

use membership_core::facts::Scope;
use membership_core::id::MessageId;
use membership_core::invitation::Delivery;
use membership_core::message::{Message, Recipient};
use membership_core::port::{Attempt, KeptMail, Mailbox, Outbox, Store};
use time::Duration;

use crate::fixtures::*;
use crate::server::with_database;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_couriers_one_claims_and_the_lease_ends() {
    with_database(|database| async move {
        let now = found(&database.store).await.now;
        invite(&database.store, &invitation(0xB0, "grace", now)).await.unwrap();
        let due = database.store.due(10).await.unwrap();
        assert_eq!(due.len(), 1);
        let mut couriers = Vec::new();
        for _ in 0..8 {
            let (store, message) = (database.store.clone(), due[0]);
            couriers.push(tokio::spawn(async move { store.claim(message, Duration::minutes(5)).await.unwrap() }));
        }
        let mut claims = 0;
        for courier in couriers {
            claims += usize::from(courier.await.unwrap().is_some());
        }
        assert_eq!(claims, 1);
        assert_eq!(database.store.due(10).await.unwrap(), []);
        database.clock.advance(Duration::minutes(5));
        assert_eq!(database.store.due(10).await.unwrap(), due);
        let again = database.store.claim(due[0], Duration::minutes(5)).await.unwrap().unwrap();
        assert_eq!(again.attempts, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_is_written_on_the_message_and_the_invitation() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let reason = || "because".to_owned();
        let until = now + Duration::hours(1);
        let outcomes = [
            (Attempt::Sent, "sent", Delivery::Sent),
            (Attempt::Deferred { until, reason: reason() }, "deferred", Delivery::Deferred),
            (Attempt::Bounced { reason: reason() }, "bounced", Delivery::Bounced),
            (Attempt::Failed { reason: reason() }, "failed", Delivery::Failed),
            (Attempt::Cancelled, "cancelled", Delivery::Queued),
        ];
        for (number, (attempt, state, delivery)) in (0_u128..).zip(outcomes) {
            let offer = invitation(0xB0 + number, state, now);
            invite(store, &offer).await.unwrap();
            let message = store.due(10).await.unwrap()[0];
            store.claim(message, Duration::minutes(5)).await.unwrap().unwrap();
            store.settle(message, &attempt).await.unwrap();
            let stored = database.text(&format!("SELECT state FROM outbox WHERE id = '{}'", message.id)).await;
            assert_eq!(stored, state);
            let scope = Scope { invitations: vec![offer.id], ..Scope::of(ORGANIZATION) };
            let facts = store.read(&scope).await.unwrap();
            let stored = facts.invitation(offer.id).unwrap();
            assert_eq!((stored.delivery, stored.version), (delivery, offer.version), "{state}");
        }
        // The deferred one comes back when its time has come; what is settled stays settled.
        assert_eq!(store.due(10).await.unwrap(), []);
        database.clock.advance(Duration::hours(1));
        let due = store.due(10).await.unwrap();
        assert_eq!(due.len(), 1);
        store.settle(due[0], &Attempt::Sent).await.unwrap();
        store.settle(due[0], &Attempt::Failed { reason: reason() }).await.unwrap();
        assert_eq!(database.number("SELECT count(*) FROM outbox WHERE state = 'sent'").await, 2);
        assert_eq!(store.claim(due[0], Duration::minutes(5)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expanded_message_leaves_one_for_each_recipient() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        invite(store, &invitation(0xB0, "grace", now)).await.unwrap();
        let parent = store.due(10).await.unwrap()[0];
        let claimed = store.claim(parent, Duration::minutes(5)).await.unwrap().unwrap();
        let child = |number: u128, name: &str| Message {
            id: MessageId(id(number)),
            to: Recipient::Address(address(name)),
            ..claimed.message.clone()
        };
        let children = vec![child(0x901, "one"), child(0x902, "two")];
        store.settle(parent, &Attempt::Expanded(children.clone())).await.unwrap();
        store.settle(parent, &Attempt::Expanded(vec![child(0x903, "three")])).await.unwrap();
        let due: Vec<_> = store.due(10).await.unwrap().into_iter().map(|it| it.id).collect();
        assert_eq!(due, [children[0].id, children[1].id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_development_mailbox_keeps_the_newest() {
    with_database(|database| async move {
        let store = &database.store;
        let at = time::macros::datetime!(2026-03-01 0:00 UTC);
        let mail = |number: u128| KeptMail {
            id: MessageId(id(number)),
            to: "ada@example.org".to_owned(),
            subject: format!("mail {number}"),
            text: "text\0".to_owned(),
            html: "<p>html</p>".to_owned(),
            at: at + Duration::seconds(i64::try_from(number).unwrap()),
        };
        for number in 0..1_003 {
            store.keep(&mail(number)).await.unwrap();
        }
        store.keep(&KeptMail { subject: "again".to_owned(), ..mail(1_002) }).await.unwrap();
        assert_eq!(database.number("SELECT count(*) FROM development_mailbox").await, 1_000);
        let kept = store.kept().await.unwrap();
        assert_eq!(kept.len(), 100);
        let expected = KeptMail { subject: "again".to_owned(), text: "text\u{FFFD}".to_owned(), ..mail(1_002) };
        assert_eq!(kept[0], expected);
        assert_eq!(kept[1].subject, "mail 1001");
    })
    .await;
}
