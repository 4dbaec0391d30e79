//! The outbox: claimed by one courier at a time, settled once, reported on the invitation it is about (I7).

use std::collections::BTreeSet;

use membership_core::branding::Branding;
use membership_core::changes::Changes;
use membership_core::draft::{Actor, Draft};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{InvitationId, MessageId, OrganizationId};
use membership_core::invitation::{Channel, Delivery, Invitation};
use membership_core::message::{Content, Message, MessageScope, Recipient};
use membership_core::port::{Attempt, Claimed, MessageRef, Random};
use membership_core::service::NewOffer;
use time::Duration;

use super::race;
use super::rows::changes;
use crate::fixture::{address, organization_name};
use crate::world::World;

const LEASE: Duration = Duration::minutes(6);

fn reference(message: &Message) -> MessageRef {
    MessageRef { scope: message.scope, id: message.id }
}

fn notice(world: &World, organization: OrganizationId, due_in: Duration) -> Message {
    Message {
        id: MessageId(world.random.id()),
        scope: MessageScope::Organization(organization),
        to: Recipient::Administrators,
        language: membership_core::language::Language::French,
        branding: Branding::default(),
        content: Content::AccessRemoved { organization: "Acme".to_owned(), member: "Ada".to_owned() },
        created_at: world.now(),
        due_at: world.now() + due_in,
    }
}

/// Messages come with what caused them: here it is always another name.
async fn post(world: &World, messages: Vec<Message>) {
    let Some(MessageScope::Organization(organization)) = messages.first().map(|it| it.scope) else { return };
    let session = world.stores.store.open(&Scope::of(organization)).await.expect("a session");
    let name = organization_name(&format!("Name {}", world.random.id()));
    let cause = changes(session.facts(), [Event::OrganizationRenamed { organization, name }]);
    session.commit(Changes { messages, ..cause }).await.expect("messages are stored");
}

async fn due(world: &World) -> Vec<MessageRef> {
    world.stores.outbox.due(1_000).await.expect("the outbox")
}

async fn claim(world: &World, message: MessageRef) -> Option<Claimed> {
    world.stores.outbox.claim(message, LEASE).await.expect("an answer")
}

async fn settle(world: &World, message: MessageRef, attempt: Attempt) {
    world.stores.outbox.settle(message, &attempt).await.expect("an outcome is written");
}

async fn invitation(world: &World, organization: OrganizationId, id: InvitationId) -> Invitation {
    let scope = Scope { invitations: vec![id], ..Scope::of(organization) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    facts.invitation(id).expect("an invitation").clone()
}

/// Due messages come oldest first, as many as are asked for; those of the future do not come.
pub async fn messages_are_due_in_order(world: World) {
    let team = world.found("team", 1).await;
    let minutes = [30, -5, 10, 0, -10, 0];
    let messages: Vec<_> = minutes.iter().map(|it| notice(&world, team.id, Duration::minutes(*it))).collect();
    post(&world, messages.clone()).await;
    let in_order = |indexes: &[usize]| indexes.iter().map(|index| reference(&messages[*index])).collect::<Vec<_>>();
    assert_eq!(due(&world).await, in_order(&[4, 1, 3, 5]));
    assert_eq!(world.stores.outbox.due(2).await.expect("the outbox"), in_order(&[4, 1]));
    assert_eq!(claim(&world, reference(&messages[2])).await, None, "it is not due yet");
    world.pass(Duration::minutes(10));
    assert_eq!(due(&world).await, in_order(&[4, 1, 3, 5, 2]));
    let unknown = MessageRef { scope: MessageScope::Organization(team.id), id: MessageId(world.random.id()) };
    assert_eq!(claim(&world, unknown).await, None);
    settle(&world, unknown, Attempt::Sent).await;
}

/// Eight couriers go for twenty messages: each message is claimed by one of them.
pub async fn a_message_is_claimed_by_one_of_many_couriers(world: World) {
    let team = world.found("team", 1).await;
    let messages: Vec<_> = (0..20).map(|_| notice(&world, team.id, Duration::ZERO)).collect();
    post(&world, messages.clone()).await;
    let hauls = race((0..8).map(|_| {
        let (world, messages) = (world.clone(), messages.clone());
        async move {
            let mut mine = Vec::new();
            for message in &messages {
                mine.extend(claim(&world, reference(message)).await.map(|claimed| claimed.message.id));
            }
            mine
        }
    }))
    .await;
    let claimed: Vec<_> = hauls.into_iter().flatten().collect();
    let different: BTreeSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), different.len()), (20, 20));
    assert!(due(&world).await.is_empty());
}

/// A claim lasts until its lease ends, by the store's clock; then the next courier has it, and the attempts count.
pub async fn a_claim_ends_with_its_lease(world: World) {
    let team = world.found("team", 1).await;
    let message = notice(&world, team.id, Duration::ZERO);
    post(&world, vec![message.clone()]).await;
    let claimed = claim(&world, reference(&message)).await.expect("it is due");
    assert_eq!((claimed.message, claimed.attempts, claimed.invitation), (message.clone(), 1, None));
    world.pass(LEASE - Duration::microseconds(1));
    assert_eq!(claim(&world, reference(&message)).await, None);
    assert!(due(&world).await.is_empty());
    world.pass(Duration::microseconds(1));
    assert_eq!(due(&world).await, [reference(&message)]);
    assert_eq!(claim(&world, reference(&message)).await.expect("the lease has ended").attempts, 2);
}

/// What was sent, refused, given up or cancelled is not due again, and a late outcome changes nothing.
pub async fn an_outcome_is_written_once(world: World) {
    let team = world.found("team", 1).await;
    let reason = || "550 no such user 😀".to_owned();
    let attempts = [
        Attempt::Sent,
        Attempt::Bounced { reason: reason() },
        Attempt::Failed { reason: reason() },
        Attempt::Cancelled,
        Attempt::Expanded(vec![]),
    ];
    for attempt in attempts {
        let message = notice(&world, team.id, Duration::ZERO);
        post(&world, vec![message.clone()]).await;
        claim(&world, reference(&message)).await.expect("it is due");
        settle(&world, reference(&message), attempt.clone()).await;
        let late = Attempt::Deferred { until: world.now(), reason: reason() };
        settle(&world, reference(&message), late).await;
        world.pass(Duration::hours(1));
        assert!(due(&world).await.is_empty(), "{attempt:?}");
        assert_eq!(claim(&world, reference(&message)).await, None, "{attempt:?}");
        post(&world, vec![message.clone()]).await;
        assert!(due(&world).await.is_empty(), "{attempt:?}: the same message written again is left as it is");
    }
}

/// A deferred message is due again at its time, to any courier.
pub async fn a_deferred_message_waits_until_its_time(world: World) {
    let team = world.found("team", 1).await;
    let message = notice(&world, team.id, Duration::ZERO);
    post(&world, vec![message.clone()]).await;
    claim(&world, reference(&message)).await.expect("it is due");
    let until = world.now() + Duration::minutes(2);
    settle(&world, reference(&message), Attempt::Deferred { until, reason: "450 later".to_owned() }).await;
    world.clock.set(until - Duration::microseconds(1));
    assert_eq!(claim(&world, reference(&message)).await, None);
    world.clock.set(until);
    assert_eq!(due(&world).await, [reference(&message)]);
    let again = claim(&world, reference(&message)).await.expect("it is due again");
    assert_eq!((again.attempts, again.message.id, again.message.created_at), (2, message.id, message.created_at));
}

/// What becomes of an invitation's mail is seen on the invitation; not that of an older link, and never by a new
/// version.
pub async fn the_delivery_of_the_present_generation_is_reported(world: World) {
    let team = world.found("team", 1).await;
    let reason = || "said".to_owned();
    let until = world.now() + Duration::DAY;
    let outcomes = [
        (Attempt::Sent, Delivery::Sent),
        (Attempt::Deferred { until, reason: reason() }, Delivery::Deferred),
        (Attempt::Bounced { reason: reason() }, Delivery::Bounced),
        (Attempt::Failed { reason: reason() }, Delivery::Failed),
        (Attempt::Cancelled, Delivery::Queued),
    ];
    for (number, (attempt, expected)) in (100..).zip(outcomes) {
        let view = world.invite(team.id, team.owner, number, "member").await;
        let message = due(&world).await[0];
        let claimed = claim(&world, message).await.expect("it is due");
        assert_eq!(claimed.invitation, Some(view.invitation.clone()));
        settle(&world, message, attempt.clone()).await;
        let seen = invitation(&world, team.id, view.invitation.id).await;
        assert_eq!((seen.delivery, seen.version), (expected, view.invitation.version), "{attempt:?}");
    }
    let view = world.invite(team.id, team.owner, 200, "member").await;
    let older = due(&world).await[0];
    claim(&world, older).await.expect("it is due");
    world.memberships.resend(team.id, team.owner, view.invitation.id).await.expect("a new link");
    settle(&world, older, Attempt::Bounced { reason: reason() }).await;
    let seen = invitation(&world, team.id, view.invitation.id).await;
    assert_eq!((seen.generation, seen.delivery), (2, Delivery::Queued), "the older link's mail says nothing");
    let by_hand = world.memberships.hand_over(team.id, team.owner, view.invitation.id).await;
    assert!(by_hand.is_ok());
    assert_eq!(invitation(&world, team.id, view.invitation.id).await.delivery, Delivery::None);
}

/// A commit that was decided before the courier reported does not undo the report.
pub async fn a_commit_does_not_overwrite_a_delivery(world: World) {
    let team = world.found("team", 1).await;
    let view = world.invite(team.id, team.owner, 2, "member").await;
    let message = due(&world).await[0];
    claim(&world, message).await.expect("it is due");
    let scope = Scope { invitations: vec![view.invitation.id], ..Scope::of(team.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    let mut draft = Draft::new(&facts, Actor::System);
    draft.record(Event::InvitationRevoked { invitation: view.invitation.id });
    let changes = Changes::of(&facts, &draft.reply(()), None, None);
    settle(&world, message, Attempt::Sent).await;
    let session = world.stores.store.open(&scope).await.expect("a session");
    session.commit(changes).await.expect("the courier's report is no version");
    let seen = invitation(&world, team.id, view.invitation.id).await;
    assert_eq!((seen.state.as_str(), seen.delivery), ("revoked", Delivery::Sent));
    let other = world.memberships.invite(team.id, team.owner, NewOffer::to(address(3))).await.expect("an invitation");
    let message = due(&world).await[0];
    claim(&world, message).await.expect("it is due");
    settle(&world, message, Attempt::Bounced { reason: String::new() }).await;
    world.memberships.resend(team.id, team.owner, other.invitation.id).await.expect("a new link");
    let seen = invitation(&world, team.id, other.invitation.id).await;
    assert_eq!((seen.delivery, seen.channel), (Delivery::Queued, Channel::Mail), "a new generation begins anew");
}

/// A message to several people is replaced by one for each, in one transaction, however often it is settled so.
pub async fn a_message_to_several_is_replaced_by_one_for_each(world: World) {
    let team = world.found("team", 1).await;
    let message = notice(&world, team.id, Duration::ZERO);
    post(&world, vec![message.clone()]).await;
    claim(&world, reference(&message)).await.expect("it is due");
    let children: Vec<_> = (0..3)
        .map(|number| Message {
            id: MessageId(world.random.id()),
            to: Recipient::Address(address(number)),
            ..message.clone()
        })
        .collect();
    settle(&world, reference(&message), Attempt::Expanded(children.clone())).await;
    settle(&world, reference(&message), Attempt::Expanded(children.clone())).await;
    let ids: BTreeSet<_> = due(&world).await.iter().map(|it| it.id).collect();
    assert_eq!(ids, children.iter().map(|it| it.id).collect());
    let first = claim(&world, reference(&children[0])).await.expect("it is due");
    assert_eq!(first.message, children[0]);
}

/// A message whose id is there already is left as it is: one cause makes one message.
pub async fn i7_one_cause_makes_one_message(world: World) {
    let team = world.found("team", 1).await;
    let message = notice(&world, team.id, Duration::ZERO);
    let other = Message { to: Recipient::Address(address(9)), ..message.clone() };
    post(&world, vec![message.clone()]).await;
    post(&world, vec![other]).await;
    assert_eq!(due(&world).await, [reference(&message)]);
    assert_eq!(claim(&world, reference(&message)).await.expect("it is due").message, message);
}
