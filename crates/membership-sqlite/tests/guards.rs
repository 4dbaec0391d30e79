//! Whoever comes second gets a conflict, and leaves nothing.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

mod world;

use membership_core::changes::Changes;
use membership_core::event::Event;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{InvitationId, MemberId, OrganizationId, SignUpId, UserId};
use membership_core::invitation::Delivery;
use membership_core::port::{Attempt, MessageRef, Outbox, Store, StoreError};
use membership_core::secret::TokenHash;
use time::Duration;
use world::{World, address, changes, id, invitation, letter, member, user};

/// What the mail server said, as the invitation's row keeps it.
async fn delivery_note(world: &World, number: u128) -> Option<String> {
    let file = sqlx::SqlitePool::connect(&format!("sqlite://{}", world.file().display())).await.unwrap();
    let query = sqlx::query_scalar("SELECT delivery_note FROM invitations WHERE id = ?1").bind(id(number));
    query.fetch_one(&file).await.unwrap()
}

/// Commits the changes, expects a conflict, and sees that the organization is as it was.
async fn conflicts(world: &World, scope: &Scope, changes: Changes) {
    let before = world.facts(scope).await;
    let session = world.store.open(scope).await.unwrap();
    let refused = session.commit(changes).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(world.facts(scope).await, before);
}

#[tokio::test]
async fn every_version_is_a_guard() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let scope = Scope {
        members: vec![MemberId(id(2))],
        invitations: vec![InvitationId(id(3))],
        users: vec![UserId(id(4))],
        ..Scope::of(organization)
    };
    let events = vec![
        Event::MemberJoined { member: member(2, now) },
        Event::InvitationCreated { invitation: invitation(3, now) },
        Event::UserRegistered { user: user(4, now) },
    ];
    world.record(&scope, events).await.unwrap();
    let facts = world.facts(&scope).await;
    let events = vec![
        Event::MemberSuspended { member: MemberId(id(2)) },
        Event::InvitationRevoked { invitation: InvitationId(id(3)) },
        Event::OrganizationRenamed { organization, name: "New".parse().unwrap() },
        Event::EmailVerified { user: UserId(id(4)), address: address("shared@example.org") },
    ];
    let (good, _) = changes(&facts, events);
    let wrong = [Some(77), None];
    for expected in wrong {
        let mut bad = good.clone();
        bad.members[0].expected = expected;
        conflicts(&world, &scope, bad).await;
        let mut bad = good.clone();
        bad.invitations[0].expected = expected;
        conflicts(&world, &scope, bad).await;
        let mut bad = good.clone();
        bad.users[0].expected = expected;
        conflicts(&world, &scope, bad).await;
        let mut bad = good.clone();
        bad.organization_row.as_mut().unwrap().expected = expected;
        conflicts(&world, &scope, bad).await;
        let mut bad = good.clone();
        bad.head.as_mut().unwrap().expected = expected;
        conflicts(&world, &scope, bad).await;
    }
    let mut bad = good.clone();
    bad.removed_members.push((MemberId(id(1)), 77));
    conflicts(&world, &scope, bad).await;
    let session = world.store.open(&scope).await.unwrap();
    session.commit(good.clone()).await.unwrap();
    conflicts(&world, &scope, good).await;
}

#[tokio::test]
async fn what_is_taken_is_a_conflict() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let scope = Scope { users: vec![UserId(id(4))], installation: true, ..Scope::of(organization) };
    let events = vec![
        Event::InvitationCreated { invitation: invitation(3, now) },
        Event::UserRegistered { user: user(4, now) },
        Event::OperatorAppointed { user: UserId(id(4)) },
    ];
    world.record(&scope, events).await.unwrap();
    // Facts that do not know what is there, as a decision on too small a scope would have them.
    let facts = world.facts(&Scope::of(organization)).await;

    let mut same_user = member(9, now);
    same_user.user = Some(UserId(id(1)));
    let mut same_address = invitation(9, now);
    same_address.email = address("guest3@example.org");
    let mut same_username = user(9, now);
    same_username.username = user(4, now).username;
    let mut same_email = user(9, now);
    same_email.emails[0].address = address("person4@example.org");
    for event in [
        Event::MemberJoined { member: same_user },
        Event::InvitationCreated { invitation: same_address },
        Event::UserRegistered { user: same_username },
        Event::UserRegistered { user: same_email },
        Event::OperatorAppointed { user: UserId(id(9)) },
        Event::SignUpCompleted { sign_up: SignUpId(id(9)) },
    ] {
        conflicts(&world, &scope, changes(&facts, vec![event]).0).await;
    }

    let receipt = Receipt {
        key: ReceiptKey { scope: id(1), key: TokenHash([1; 32]) },
        fingerprint: [1; 32],
        answer: vec![],
        expires_at: now + Duration::HOUR,
    };
    let scope = Scope { receipt: Some(receipt.key), ..scope };
    let with_receipt = Changes { receipt: Some(receipt.clone()), ..Changes::default() };
    world.store.open(&scope).await.unwrap().commit(with_receipt.clone()).await.unwrap();
    conflicts(&world, &scope, with_receipt).await;

    world.pass(Duration::HOUR);
    assert_eq!(world.facts(&scope).await.receipt, None, "what is over is forgotten without a sweep");
    let newer = Receipt { answer: vec![7], expires_at: world.now() + Duration::HOUR, ..receipt };
    let with_receipt = Changes { receipt: Some(newer.clone()), ..Changes::default() };
    world.store.open(&scope).await.unwrap().commit(with_receipt).await.unwrap();
    assert_eq!(world.facts(&scope).await.receipt, Some(newer));
}

#[tokio::test]
async fn a_live_organization_without_its_owner_cannot_be_committed() {
    let world = World::new().await;
    let scope = Scope::of(OrganizationId(id(1)));
    let organization = world::organization(1, world.now());
    let founded = Event::OrganizationFounded { organization, seat_limit: None };
    let refused = world.record(&scope, vec![founded]).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    assert_eq!(world.facts(&scope).await.head, None);
    world.found(1).await;
    let gone = Event::MemberRemoved { member: MemberId(id(1)) };
    let refused = world.record(&scope, vec![gone]).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    assert!(world.facts(&scope).await.owner().is_some());
}

#[tokio::test]
async fn one_commit_may_pass_on_what_it_frees() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let scope =
        Scope { members: vec![MemberId(id(2))], invitations: vec![InvitationId(id(3))], ..Scope::of(organization) };
    let events = vec![
        Event::MemberJoined { member: member(2, now) },
        Event::InvitationCreated { invitation: invitation(3, now) },
    ];
    world.record(&scope, events).await.unwrap();
    let mut again = invitation(4, now);
    again.email = address("guest3@example.org");
    let mut back = member(5, now);
    back.user = Some(UserId(id(2)));
    let events = vec![
        Event::InvitationCreated { invitation: again },
        Event::InvitationRevoked { invitation: InvitationId(id(3)) },
        Event::MemberJoined { member: back },
        Event::MemberRemoved { member: MemberId(id(2)) },
    ];
    let after = world.record(&scope, events).await.unwrap();
    let scope = Scope { members_of: vec![UserId(id(2))], ..Scope::of(organization) };
    let facts = world.facts(&scope).await;
    assert_eq!(facts.member_of(UserId(id(2))).map(|member| member.id.0), Some(id(5)));
    assert_eq!(facts.head, after.head);
}

#[tokio::test]
async fn only_a_new_generation_begins_a_new_delivery() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let guest = invitation(3, now);
    let scope = Scope { invitations: vec![guest.id], ..Scope::of(organization) };
    let session = world.store.open(&scope).await.unwrap();
    let (mut made, _) = changes(session.facts(), vec![Event::InvitationCreated { invitation: guest.clone() }]);
    made.messages.push(letter(organization, &guest));
    session.commit(made).await.unwrap();

    let stale = world.store.open(&scope).await.unwrap();
    let (revoked, _) = changes(stale.facts(), vec![Event::InvitationRevoked { invitation: guest.id }]);
    drop(stale);
    let message = MessageRef { scope: letter(organization, &guest).scope, id: letter(organization, &guest).id };
    let bounced = Attempt::Bounced { reason: "550 no such user".to_owned() };
    world.store.settle(message, &bounced).await.unwrap();
    world.store.open(&scope).await.unwrap().commit(revoked).await.unwrap();
    assert_eq!(world.facts(&scope).await.invitation(guest.id).unwrap().delivery, Delivery::Bounced);
    assert_eq!(delivery_note(&world, 3).await.as_deref(), Some("550 no such user"));

    let other = invitation(4, now);
    let scope = Scope { invitations: vec![other.id], ..Scope::of(organization) };
    let renewed =
        Event::InvitationRenewed { invitation: other.id, channel: other.channel, expires_at: now + Duration::days(9) };
    let session = world.store.open(&scope).await.unwrap();
    let (mut made, _) = changes(session.facts(), vec![Event::InvitationCreated { invitation: other.clone() }]);
    made.messages.push(letter(organization, &other));
    session.commit(made).await.unwrap();
    let message = MessageRef { scope: letter(organization, &other).scope, id: letter(organization, &other).id };
    world.store.settle(message, &bounced).await.unwrap();
    world.record(&scope, vec![renewed]).await.unwrap();
    let facts = world.facts(&scope).await;
    assert_eq!(facts.invitation(other.id).unwrap().delivery, Delivery::Queued);
    assert_eq!(facts.invitation(other.id).unwrap().sends, 2);
    assert_eq!(delivery_note(&world, 4).await, None);
}

#[tokio::test]
async fn a_thousand_rows_are_one_quick_commit() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let session = world.store.open(&Scope::of(organization)).await.unwrap();
    let invited = |number| Event::InvitationCreated { invitation: invitation(number, now) };
    let (mut made, after) = changes(session.facts(), (10..1_010).map(invited).collect());
    made.messages = (10..1_010).map(|number| letter(organization, &invitation(number, now))).collect();
    let begun = std::time::Instant::now();
    session.commit(made).await.unwrap();
    let took = begun.elapsed();
    assert_eq!(world.facts(&Scope::of(organization)).await.head, after.head);
    eprintln!("1,000 invitations, audit entries, hints and messages: {took:?}");
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}
