//! What sweeps do. No rule waits for them (I16).

use membership_core::changes::Changes;
use membership_core::command::Settle;
use membership_core::event::Event;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{SignInId, SignUpId};
use membership_core::invitation::Invitation;
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::port::Random;
use membership_core::secret::{LinkKind, TokenHash};
use membership_core::set_up::{Reach, SetUpLink};
use membership_core::typed_code::CodeLocator;
use membership_core::user::{PasswordHash, SignIn, SignUp};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::rows::{invitation, member, record, record_many};
use crate::fixture::{address, name, user_id};
use crate::world::World;

/// Organizations with something lapsed are found from the instant it lapses until it is settled.
pub async fn organizations_with_lapsed_rows_are_found(world: World) {
    let lapsed = || async { world.stores.upkeep.organizations_with_lapsed(10).await.expect("organizations") };
    let (account, platform) = (world.found("account", 1).await, world.found("learning_platform", 2).await);
    let deleted = world.found("team", 3).await;
    let end = world.invite(account.id, account.owner, 4, "viewer").await.invitation.expires_at;
    world.invite(deleted.id, deleted.owner, 5, "member").await;
    world.memberships.delete(deleted.id, deleted.owner).await.expect("a deletion");
    let trainee = world.join(&platform, 6, "trainee").await;
    let date = world.memberships.set_deactivation_date(platform.id, platform.owner, trainee.id, Some(end)).await;
    assert!(date.is_ok());
    world.clock.set(end - Duration::microseconds(1));
    assert!(lapsed().await.is_empty());
    world.clock.set(end);
    let mut found = lapsed().await;
    found.sort_unstable();
    assert_eq!(found, [account.id, platform.id], "a deleted one is left alone");
    assert_eq!(world.stores.upkeep.organizations_with_lapsed(1).await.expect("organizations").len(), 1);
    for organization in found {
        assert_eq!(world.memberships.execute(&Settle { organization }).await.expect("a settlement"), 1);
    }
    assert!(lapsed().await.is_empty());
}

/// Receipts, sign-ups and sign-ins go at their end, sent messages after 30 days; what is still of use stays.
pub async fn what_nobody_can_use_is_forgotten(world: World) {
    let (soon, late) = (world.now() + Duration::days(40), world.now() + Duration::days(41));
    for (number, end) in [(1, soon), (2, late)] {
        keep(&world, number, end).await;
    }
    let team = world.found("team", 1).await;
    world.invite(team.id, team.owner, 2, "member").await;
    assert_eq!(world.drain().await.len(), 1);
    let forget = || async { world.stores.upkeep.forget_expired().await.expect("a number") };
    assert_eq!(forget().await, 0);
    world.pass(Duration::days(30) - Duration::microseconds(1));
    assert_eq!(forget().await, 0);
    world.pass(Duration::microseconds(1));
    assert_eq!(forget().await, 1, "the message that was sent thirty days ago");
    world.clock.set(soon - Duration::microseconds(1));
    assert_eq!(forget().await, 0);
    world.clock.set(soon);
    assert_eq!(forget().await, 3, "a receipt, a sign-up and a sign-in");
    assert_eq!(forget().await, 0);
    for (number, is_there) in [(1, false), (2, true)] {
        let facts = world.stores.store.read(&kept(number)).await.expect("facts");
        let seen = (facts.receipt.is_some(), facts.sign_ups.len() == 1, facts.sign_ins.len() == 1);
        assert_eq!(seen, (is_there, is_there, is_there), "{number}");
    }
    let facts = world.stores.store.read(&Scope::of(team.id)).await.expect("facts");
    assert!(facts.head().is_ok(), "what has no end stays");
}

fn kept(number: u8) -> Scope {
    Scope {
        receipt: Some(ReceiptKey { scope: Uuid::from_u128(7), key: TokenHash([number; 32]) }),
        sign_up: Some(SignUpId(Uuid::from_u128(u128::from(number)))),
        sign_in: Some((user_id(9), TokenHash([number; 32]))),
        ..Scope::default()
    }
}

async fn keep(world: &World, number: u8, expires_at: OffsetDateTime) {
    let key = kept(number).receipt.expect("a key");
    let receipt = Some(Receipt { key, fingerprint: [0; 32], answer: Vec::new(), expires_at });
    let sign_up = SignUp {
        id: SignUpId(Uuid::from_u128(u128::from(number))),
        email: address(u32::from(number)),
        name: name("Person"),
        password: PasswordHash::new("plain$".to_owned()),
        language: Language::English,
        created_at: world.now(),
        expires_at,
    };
    let (id, token) = (SignInId(world.random.id()), TokenHash([number; 32]));
    let sign_in = SignIn {
        id,
        user: user_id(9),
        token,
        created_at: world.now(),
        expires_at,
        last_seen_at: world.now(),
        description: None,
        password_generation: 0,
        assurance: membership_core::second_factor::Assurance::OneFactor,
        proven_at: world.now(),
    };
    let changes = Changes { receipt, sign_ups: vec![sign_up], sign_ins: vec![sign_in], ..Changes::default() };
    let session = world.stores.store.open(&Scope::default()).await.expect("a session");
    session.commit(changes).await.expect("the rows are stored");
}

/// A link that has been dead for thirty days is forgotten; until then whoever opens it learns what it was.
pub async fn dead_links_are_forgotten_after_thirty_days(world: World) {
    let row = super::recovery::link(&world, 1, LinkKind::PasswordReset);
    let end = row.expires_at;
    record(&world.stores, &Scope::default(), vec![Event::UserLinkIssued { link: row.clone() }]).await.expect("a link");
    let scope = Scope { links_of: vec![row.user], ..Scope::default() };
    for (late, kept) in [(Duration::microseconds(1), 1), (Duration::ZERO, 0)] {
        world.clock.set(end + Duration::days(30) - late);
        world.stores.upkeep.forget_expired().await.expect("a number");
        assert_eq!(world.stores.store.read(&scope).await.expect("facts").links.len(), kept);
    }
}

/// A code is found by its locator, in whatever organization it is, also where several have the same one; at its end it is
/// forgotten, and who does the finding is told of none that never was.
pub async fn codes_are_found_by_their_locator_until_they_are_dead(world: World) {
    let (portal, other) = (world.found("member_portal", 1).await, world.found("team", 2).await);
    let (shared, lonely) = (CodeLocator(33_554_431), CodeLocator(0));
    let mut members = Vec::new();
    for (number, organization, locator) in [(3, portal.id, shared), (4, other.id, shared), (5, portal.id, lonely)] {
        let row = Member { user: None, ..member(&world, number) };
        let (id, link) = (row.id, SetUpLink::after(None, Reach::Hand(locator), world.now()));
        let events =
            vec![Event::MemberJoined { member: row }, Event::SetUpLinkIssued { member: id, link, round: None }];
        record_many(&world.stores, organization, events).await;
        members.push((organization, id));
        world.pass(Duration::hours(1));
    }
    let found = async |locator: CodeLocator| world.stores.directory.with_set_up_code(locator).await.expect("hints");
    assert_eq!(found(shared).await, [members[1], members[0]], "the newest first");
    assert_eq!(found(lonely).await, [members[2]]);
    assert!(found(CodeLocator(1)).await.is_empty());
    let scope = Scope { members: vec![members[2].1], ..Scope::of(portal.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    let kept = facts.member(members[2].1).expect("the member").set_up.and_then(|link| link.code).expect("its code");
    assert_eq!((kept.locator, kept.misses), (lonely, 0));
    world.clock.set(kept.expires_at);
    world.stores.upkeep.forget_expired().await.expect("a number");
    let facts = world.stores.store.read(&scope).await.expect("facts");
    let row = facts.member(members[2].1).expect("the member").set_up.expect("its link");
    assert!(world.now() < row.expires_at, "the link outlives its code");
}

/// At most [`Scope::MOST_LAPSED`] lapsed rows of a kind are loaded, the oldest of them; the rest wait for the next time.
pub async fn at_most_a_thousand_lapsed_rows_are_loaded(world: World) {
    let team = world.found("team", 1).await;
    let many = u32::try_from(Scope::MOST_LAPSED).expect("a number") + 5;
    let ended = |number: u32| world.now() - Duration::seconds(i64::from(number));
    let mut events = Vec::new();
    for number in 1..=many {
        let lapsed = Invitation { expires_at: ended(number), ..invitation(&world, 10_000 + number) };
        events.push(Event::InvitationCreated { invitation: lapsed });
        let lapsed = Member { deactivates_at: Some(ended(number)), ..member(&world, 10_000 + number) };
        events.push(Event::MemberJoined { member: lapsed });
    }
    record_many(&world.stores, team.id, events).await;
    let scope = Scope { lapsed: true, ..Scope::of(team.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    let lapsed_members = facts.members.iter().filter(|it| it.has_lapsed(facts.now));
    let loaded = (facts.invitations.len(), lapsed_members.clone().count());
    assert_eq!(loaded, (Scope::MOST_LAPSED, Scope::MOST_LAPSED));
    assert!(facts.invitations.iter().all(|it| it.expires_at <= ended(6)), "the oldest come first");
    assert!(lapsed_members.clone().all(|it| it.deactivates_at <= Some(ended(6))), "the oldest come first");
    record(&world.stores, &Scope::of(team.id), Vec::new()).await.expect("nothing to write is written");
    assert_eq!(world.memberships.settle(team.id).await.expect("a settlement"), 2 * Scope::MOST_LAPSED);
    assert_eq!(world.memberships.settle(team.id).await.expect("a settlement"), 10);
    assert_eq!(world.memberships.settle(team.id).await.expect("a settlement"), 0);
}
