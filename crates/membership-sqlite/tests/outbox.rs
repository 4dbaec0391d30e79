//! Messages are claimed by one courier at a time, and what became of them stands on the invitation.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails in a helper fails the test")]

mod world;

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{MessageId, OrganizationId, UserId};
use membership_core::invitation::{Delivery, InvitationState};
use membership_core::message::{Content, Message, MessageScope, Recipient};
use membership_core::port::{Attempt, KeptMail, Mailbox, MessageRef, Outbox, Store};
use time::Duration;
use world::{World, address, changes, id, invitation, letter};

const LEASE: Duration = Duration::minutes(5);

fn reference(message: &Message) -> MessageRef {
    MessageRef { scope: message.scope, id: message.id }
}

/// An organization with one invitation and its letter.
async fn invited(world: &World) -> (OrganizationId, Message) {
    let organization = world.found(1).await;
    let guest = invitation(3, world.now());
    let session = world.store.open(&Scope::of(organization)).await.unwrap();
    let (mut made, _) = changes(session.facts(), vec![Event::InvitationCreated { invitation: guest.clone() }]);
    let letter = letter(organization, &guest);
    // The same message twice, as a repeated request would bring it.
    made.messages = vec![letter.clone(), letter.clone()];
    session.commit(made).await.unwrap();
    (organization, letter)
}

async fn delivery(world: &World, organization: OrganizationId) -> Delivery {
    let scope = Scope { invitations: vec![invitation(3, world.now()).id], ..Scope::of(organization) };
    world.facts(&scope).await.invitations[0].delivery
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_couriers_one_has_the_message() {
    let world = World::new().await;
    let (_, letter) = invited(&world).await;
    assert_eq!(world.store.due(10).await.unwrap(), [reference(&letter)]);
    let mut couriers = tokio::task::JoinSet::new();
    for number in 0..10 {
        let (store, message) = (world.store.clone(), reference(&letter));
        let other = if number % 2 == 0 { Some(world.another().await) } else { None };
        couriers.spawn(async move { other.unwrap_or(store).claim(message, LEASE).await.unwrap() });
    }
    let claims: Vec<_> = couriers.join_all().await.into_iter().flatten().collect();
    assert_eq!(claims.len(), 1);
    assert_eq!((&claims[0].message, claims[0].attempts), (&letter, 1));
    assert_eq!(claims[0].invitation.as_ref().map(|it| it.state), Some(InvitationState::Pending));
    assert!(world.store.due(10).await.unwrap().is_empty());

    world.pass(LEASE);
    assert_eq!(world.store.due(10).await.unwrap(), [reference(&letter)]);
    assert_eq!(world.store.claim(reference(&letter), LEASE).await.unwrap().unwrap().attempts, 2);
}

#[tokio::test]
async fn a_claim_sees_a_revocation_that_was_committed_before() {
    let world = World::new().await;
    let (organization, letter) = invited(&world).await;
    let guest = invitation(3, world.now()).id;
    let scope = Scope { invitations: vec![guest], ..Scope::of(organization) };
    world.record(&scope, vec![Event::InvitationRevoked { invitation: guest }]).await.unwrap();
    let claimed = world.store.claim(reference(&letter), LEASE).await.unwrap().unwrap();
    assert_eq!(claimed.invitation.map(|it| it.state), Some(InvitationState::Revoked));
    world.store.settle(reference(&letter), &Attempt::Cancelled).await.unwrap();
    assert_eq!(delivery(&world, organization).await, Delivery::Queued);
    assert_eq!(world.store.claim(reference(&letter), LEASE).await.unwrap(), None);
}

#[tokio::test]
async fn outcomes_stand_on_the_invitation() {
    let world = World::new().await;
    let (organization, letter) = invited(&world).await;
    let message = reference(&letter);
    let until = world.now() + Duration::HOUR;
    world.store.claim(message, LEASE).await.unwrap().unwrap();
    world.store.settle(message, &Attempt::Deferred { until, reason: "451 later".to_owned() }).await.unwrap();
    assert_eq!(delivery(&world, organization).await, Delivery::Deferred);
    assert!(world.store.due(10).await.unwrap().is_empty());
    assert_eq!(world.store.claim(message, LEASE).await.unwrap(), None);

    world.pass(Duration::HOUR);
    assert_eq!(world.store.claim(message, LEASE).await.unwrap().unwrap().attempts, 2);
    world.store.settle(message, &Attempt::Sent).await.unwrap();
    assert_eq!(delivery(&world, organization).await, Delivery::Sent);
    world.store.settle(message, &Attempt::Failed { reason: "too late".to_owned() }).await.unwrap();
    assert_eq!(delivery(&world, organization).await, Delivery::Sent, "what is settled stays settled");
    assert!(world.store.due(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_older_generation_says_nothing_about_the_newer_one() {
    let world = World::new().await;
    let (organization, letter) = invited(&world).await;
    let guest = invitation(3, world.now());
    let scope = Scope { invitations: vec![guest.id], ..Scope::of(organization) };
    let renewed =
        Event::InvitationRenewed { invitation: guest.id, channel: guest.channel, expires_at: guest.expires_at };
    world.record(&scope, vec![renewed]).await.unwrap();
    world.store.settle(reference(&letter), &Attempt::Bounced { reason: "550".to_owned() }).await.unwrap();
    assert_eq!(delivery(&world, organization).await, Delivery::Queued);
}

#[tokio::test]
async fn an_expanded_message_makes_place_for_its_children() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let content =
        Content::InvitationAccepted { organization: "Club".to_owned(), member: "Bob".to_owned(), awaits_seat: true };
    let parent = Message {
        id: MessageId(id(50)),
        scope: MessageScope::Organization(organization),
        to: Recipient::Administrators,
        language: membership_core::language::Language::French,
        content,
        branding: membership_core::branding::Branding::default(),
        created_at: world.now(),
        due_at: world.now(),
    };
    let session = world.store.open(&Scope::of(organization)).await.unwrap();
    let mut made = changes(session.facts(), vec![]).0;
    made.messages = vec![parent.clone()];
    session.commit(made).await.unwrap();
    let child = |number: u128| Message {
        id: MessageId(id(number)),
        to: Recipient::Address(address(&format!("admin{number}@example.org"))),
        ..parent.clone()
    };
    let claimed = world.store.claim(reference(&parent), LEASE).await.unwrap().unwrap();
    assert_eq!((claimed.message, claimed.invitation), (parent.clone(), None));
    let expanded = Attempt::Expanded(vec![child(51), child(52)]);
    world.store.settle(reference(&parent), &expanded).await.unwrap();
    world.store.settle(reference(&parent), &expanded).await.unwrap();
    let due = world.store.due(10).await.unwrap();
    assert_eq!(due, [reference(&child(51)), reference(&child(52))]);
    assert_eq!(world.store.due(1).await.unwrap().len(), 1);
    let claimed = world.store.claim(due[0], LEASE).await.unwrap().unwrap();
    assert_eq!(claimed.message, child(51));
    let elsewhere = MessageRef { scope: MessageScope::User(UserId(organization.0)), id: due[1].id };
    assert_eq!(world.store.claim(elsewhere, LEASE).await.unwrap(), None);
}

#[tokio::test]
async fn the_development_mailbox_keeps_the_newest() {
    let world = World::new().await;
    let start = world.now();
    let mail = |number: u128, subject: &str| KeptMail {
        id: MessageId(id(number)),
        to: "ada@example.org".to_owned(),
        subject: subject.to_owned(),
        text: "text".to_owned(),
        html: "<p>html</p>".to_owned(),
        at: start + Duration::seconds(i64::try_from(number).unwrap()),
    };
    for number in 0..1_005 {
        world.store.keep(&mail(number, "first")).await.unwrap();
    }
    world.store.keep(&mail(1_004, "again")).await.unwrap();
    let kept = world.store.kept().await.unwrap();
    assert_eq!((kept.len(), &kept[0], &kept[1]), (100, &mail(1_004, "again"), &mail(1_003, "first")));
    let file = sqlx::SqlitePool::connect_lazy(&format!("sqlite://{}", world.file().display())).unwrap();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM development_mailbox").fetch_one(&file).await.unwrap();
    assert_eq!(rows, 1_000);
}
