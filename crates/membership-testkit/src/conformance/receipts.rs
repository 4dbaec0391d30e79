//! Repeating a request with its key has the effect of one (I14).

use membership_core::changes::Changes;
use membership_core::command::{Invite, RequestSignUp};
use membership_core::draft::Actor;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{InvitationId, SignUpId};
use membership_core::language::Language;
use membership_core::port::{InvitationQuery, Random, StoreError};
use membership_core::secret::TokenHash;
use membership_core::service::{NewOffer, Outcome, Request};
use membership_core::user::{PasswordHash, SignUp};
use time::Duration;
use uuid::Uuid;

use super::observation::all_invitations;
use super::race;
use crate::fixture::{address, name};
use crate::world::World;

fn receipt(world: &World, scope: Uuid, number: u8) -> Receipt {
    Receipt {
        key: ReceiptKey { scope, key: TokenHash([number; 32]) },
        fingerprint: [number; 32],
        answer: vec![number, 0, 255],
        expires_at: world.now() + Duration::hours(24),
    }
}

fn request(receipt: &Receipt) -> Request<'static> {
    Request { receipt: Some(receipt.key), ..Request::default() }
}

fn done<T>(outcomes: &[Outcome<T>]) -> usize {
    outcomes.iter().filter(|it| matches!(it, Outcome::Done(_))).count()
}

/// Sixteen copies of a request in an organization arrive at once: one is carried out, the others get its receipt.
pub async fn i14_a_request_sent_many_times_at_once_has_one_effect(world: World) {
    let team = world.found("team", 1).await;
    let kept = receipt(&world, team.id.0, 1);
    let outcomes = race((0..16).map(|number| {
        let (world, kept) = (world.clone(), kept.clone());
        async move {
            let offer = NewOffer::to(address(100 + number)).with_id(InvitationId(world.random.id()));
            let invite =
                Invite { organization: team.id, by: Actor::User(team.owner), offers: vec![offer], all_or_none: true };
            let outcome = world.memberships.run(&invite, request(&kept), |_| Some(kept.clone())).await;
            outcome.expect("it is carried out or repeated")
        }
    }))
    .await;
    assert_eq!(done(&outcomes), 1);
    assert!(outcomes.iter().all(|it| matches!(it, Outcome::Done(_)) || *it == Outcome::Repeated(kept.clone())));
    let invitations = all_invitations(&world.stores, team.id, &InvitationQuery::default()).await;
    assert_eq!(invitations.expect("invitations").len(), 1);
}

/// The same holds where no organization is locked.
pub async fn i14_a_sign_up_sent_many_times_at_once_has_one_effect(world: World) {
    let kept = receipt(&world, Uuid::from_u128(5), 2);
    let outcomes = race((0..16).map(|_| {
        let (world, kept) = (world.clone(), kept.clone());
        async move {
            let sign_up = SignUp {
                id: SignUpId(world.random.id()),
                email: address(7),
                name: name("Person 7"),
                password: PasswordHash::new("plain$".to_owned()),
                language: Language::English,
                created_at: world.now(),
                expires_at: world.now() + Duration::hours(24),
            };
            let command = RequestSignUp { sign_up, client: None };
            let outcome = world.memberships.run(&command, request(&kept), |()| Some(kept.clone())).await;
            outcome.expect("it is carried out or repeated")
        }
    }))
    .await;
    assert_eq!(done(&outcomes), 1);
    assert_eq!(world.drain().await.len(), 1, "one mail went out");
}

/// A repeat is answered with the bytes that were kept.
pub async fn i14_a_repeat_is_answered_with_what_was_kept(world: World) {
    let kept = receipt(&world, Uuid::from_u128(5), 3);
    keep(&world, &kept).await.expect("a receipt is kept");
    let facts = world.stores.store.read(&scope(&kept)).await.expect("facts");
    assert_eq!(facts.receipt, Some(kept.clone()));
    let session = world.stores.store.open(&scope(&kept)).await.expect("a session");
    assert_eq!(session.facts().receipt, Some(kept.clone()));
    drop(session);
    let again = Receipt { answer: vec![9], ..kept.clone() };
    assert!(matches!(keep(&world, &again).await, Err(StoreError::Conflict)));
    let facts = world.stores.store.read(&scope(&kept)).await.expect("facts");
    assert_eq!(facts.receipt, Some(kept));
}

/// The same key of another organization or user is another receipt.
pub async fn a_receipt_is_kept_with_its_scope(world: World) {
    let (one, other) = (receipt(&world, Uuid::from_u128(5), 4), receipt(&world, Uuid::from_u128(6), 4));
    keep(&world, &one).await.expect("a receipt is kept");
    assert_eq!(world.stores.store.read(&scope(&other)).await.expect("facts").receipt, None);
    keep(&world, &other).await.expect("a receipt is kept");
    assert_eq!(world.stores.store.read(&scope(&other)).await.expect("facts").receipt, Some(other));
    assert_eq!(world.stores.store.read(&Scope::default()).await.expect("facts").receipt, None);
}

/// From its end on a receipt is not there any more, whether or not it was cleared away, and the key can be used again
/// (I16).
pub async fn a_receipt_is_forgotten_at_its_end(world: World) {
    let kept = receipt(&world, Uuid::from_u128(5), 5);
    keep(&world, &kept).await.expect("a receipt is kept");
    world.clock.set(kept.expires_at - Duration::microseconds(1));
    assert!(world.stores.store.read(&scope(&kept)).await.expect("facts").receipt.is_some());
    world.clock.set(kept.expires_at);
    assert_eq!(world.stores.store.read(&scope(&kept)).await.expect("facts").receipt, None, "it is over");
    let session = world.stores.store.open(&scope(&kept)).await.expect("a session");
    assert_eq!(session.facts().receipt, None, "it is over");
    drop(session);
    let next = receipt(&world, Uuid::from_u128(5), 5);
    keep(&world, &next).await.expect("the key can be used again");
    assert_eq!(world.stores.store.read(&scope(&next)).await.expect("facts").receipt, Some(next));
}

fn scope(receipt: &Receipt) -> Scope {
    Scope { receipt: Some(receipt.key), ..Scope::default() }
}

async fn keep(world: &World, receipt: &Receipt) -> Result<(), StoreError> {
    let session = world.stores.store.open(&Scope::default()).await?;
    session.commit(Changes { receipt: Some(receipt.clone()), ..Changes::default() }).await
}
