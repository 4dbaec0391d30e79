//! Clearing all logins: what was taken comes back as it was, a chunk is carried out once, and nothing is kept for longer
//! than it can be given back.

use membership_core::command::{ClearLogins, ClearLoginsChunk, GiveLoginsBack, UndoClear};
use membership_core::draft::Actor;
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{ClearId, MemberId, OrganizationId, UserId};
use membership_core::login_clear::{ClearState, LoginClear};
use membership_core::member::Member;
use membership_core::port::Random as _;
use membership_core::second_factor::{CodeHash, Totp};
use membership_core::set_up::InitialPassword;
use membership_core::user::{PasswordHash, User, UserEmail};
use time::Duration;

use super::race;
use super::rows::{member, record, verified_user};
use crate::fixture::{address, identity, user_id, username};
use crate::world::{Founded, World};

const PEOPLE: std::ops::Range<u32> = 20..23;

/// A portal whose members 20 to 22 have logins that it made: with all that can let somebody in, with an initial password,
/// and with an address that nobody has proven.
async fn portal(world: &World) -> Founded {
    let portal = world.found("member_portal", 1).await;
    for number in PEOPLE {
        let known = verified_user(world, number);
        let user = User { home: Some(portal.id), password: Some(PasswordHash::new(format!("hash {number}"))), ..known };
        let user = match number {
            20 => User { username: Some(username("ada.l")), identities: vec![identity(20)], ..user },
            21 => User { password_due: true, initial_password: Some(InitialPassword::set_at(world.now())), ..user },
            _ => {
                let unproven = UserEmail { address: address(99), verified_at: None };
                User { username: Some(username("grace.h")), emails: [vec![unproven], user.emails].concat(), ..user }
            }
        };
        let joined = Event::MemberJoined { member: Member { user: Some(user.id), ..member(world, number) } };
        let scope = Scope { users: vec![user.id], ..Scope::of(portal.id) };
        record(&world.stores, &scope, vec![Event::UserRegistered { user }, joined]).await.expect("a member");
    }
    let scope = Scope { users: vec![user_id(20)], factors_of: vec![user_id(20)], ..Scope::default() };
    let codes = (0..10).map(|number| CodeHash::of(user_id(20), &format!("code {number}"))).collect();
    let totp = Totp { sealed: "sealed".to_owned(), confirmed_at: None, last_step: 0 };
    let events = vec![
        Event::TotpBegun { user: user_id(20), totp },
        Event::TotpConfirmed { user: user_id(20), step: 7 },
        Event::RecoveryCodesMade { user: user_id(20), codes },
    ];
    record(&world.stores, &scope, events).await.expect("second factors");
    portal
}

async fn begun(world: &World, portal: &Founded) -> LoginClear {
    let name = world.stores.store.read(&Scope::of(portal.id)).await.expect("facts");
    let confirm_name = name.head().expect("a head").organization.name.to_string();
    let clear = ClearId(world.random.id());
    let begin = ClearLogins { organization: portal.id, by: Actor::User(portal.owner), clear, confirm_name };
    world.memberships.execute(&begin).await.expect("a clear")
}

async fn logins(world: &World, organization: OrganizationId) -> Vec<(MemberId, UserId)> {
    world.stores.directory.logins_after(organization, None, 100).await.expect("logins")
}

fn chunk(clear: &LoginClear, organization: OrganizationId, logins: Vec<(MemberId, UserId)>) -> ClearLoginsChunk {
    let (acts_for, chunk) = (clear.acts_for, clear.chunks);
    ClearLoginsChunk { organization, clear: clear.id, chunk, acts_for, logins, finishes: true }
}

async fn row(world: &World, organization: OrganizationId) -> LoginClear {
    world.stores.directory.login_clears(organization).await.expect("clears").remove(0)
}

async fn people(world: &World) -> (Vec<User>, Vec<membership_core::second_factor::SecondFactors>) {
    let users: Vec<_> = PEOPLE.map(user_id).collect();
    let scope = Scope { factors_of: users.clone(), users, ..Scope::default() };
    let mut facts = world.stores.store.read(&scope).await.expect("facts");
    facts.users.sort_by_key(|it| it.id);
    (facts.users, facts.second_factors)
}

/// Everything that lets somebody in is gone, and comes back as it was: username, addresses in their order, password,
/// identities, second factors.
pub async fn what_a_clear_took_comes_back_as_it_was(world: World) {
    let portal = portal(&world).await;
    let (before, factors) = people(&world).await;
    let all = logins(&world, portal.id).await;
    assert_eq!(all.iter().map(|(_, user)| *user).collect::<Vec<_>>(), [1, 20, 21, 22].map(user_id));
    assert_eq!(world.stores.directory.logins_after(portal.id, Some(user_id(20)), 1).await.expect("one"), all[2..3]);
    let clear = begun(&world, &portal).await;
    assert_eq!(row(&world, portal.id).await, clear);
    world.memberships.execute(&chunk(&clear, portal.id, all)).await.expect("a chunk");
    let (gone, without) = people(&world).await;
    for user in &gone {
        let nothing = user.username.is_none() && user.emails.is_empty() && user.password.is_none();
        assert!(nothing && user.identities.is_empty() && user.initial_password.is_none(), "{user:?}");
    }
    assert!(without.iter().all(|it| !it.is_on() && it.codes.is_empty()));
    let done = row(&world, portal.id).await;
    assert_eq!((done.state, done.counts.gone, done.finished_at), (ClearState::Cleared, 3, Some(world.now())));
    // What it gave up can be somebody else's meanwhile.
    let kept = world.stores.directory.cleared_logins(portal.id, clear.id, 100).await.expect("logins");
    assert_eq!(kept.iter().map(|it| it.user).collect::<Vec<_>>(), PEOPLE.map(user_id).collect::<Vec<_>>());
    assert_eq!(world.stores.directory.cleared_logins(portal.id, clear.id, 1).await.expect("one"), kept[..1]);

    let undo = UndoClear { organization: portal.id, by: Actor::User(portal.owner), clear: clear.id };
    let undoing = world.memberships.execute(&undo).await.expect("an undo");
    let back = GiveLoginsBack {
        organization: portal.id,
        clear: clear.id,
        chunk: undoing.chunks,
        acts_for: undoing.acts_for,
        logins: kept,
        finishes: true,
    };
    world.memberships.execute(&back).await.expect("a chunk");
    let (after, factors_after) = people(&world).await;
    for (before, after) in before.iter().zip(&after) {
        let User { password_generation, audit, version, .. } = after.clone();
        assert!(before.password_generation < password_generation, "nothing that was signed in comes back");
        assert_eq!(*after, User { password_generation, audit, version, ..before.clone() });
    }
    for (before, after) in factors.iter().zip(&factors_after) {
        let version = after.version;
        assert_eq!(*after, membership_core::second_factor::SecondFactors { version, ..before.clone() });
    }
    assert!(world.stores.directory.cleared_logins(portal.id, clear.id, 100).await.expect("none").is_empty());
    let done = row(&world, portal.id).await;
    assert_eq!((done.state, done.counts.given_back), (ClearState::Undone, 3));
}

/// Whoever takes a chunk up once more, at the same time or later, takes nothing a second time.
pub async fn a_chunk_of_a_clear_is_carried_out_once(world: World) {
    let portal = portal(&world).await;
    let clear = begun(&world, &portal).await;
    let chunk = chunk(&clear, portal.id, logins(&world, portal.id).await);
    let attempts = (0..8).map(|_| {
        let (world, chunk) = (world.clone(), chunk.clone());
        async move { world.memberships.execute(&chunk).await }
    });
    for done in race(attempts).await {
        done.expect("whoever is late finds it done");
    }
    let row = row(&world, portal.id).await;
    assert_eq!((row.chunks, row.counts.gone, row.counts.hit()), (1, 3, 3));
}

/// What let people in is forgotten with the last chance to give it back.
pub async fn cleared_logins_are_forgotten_when_nobody_can_have_them_back(world: World) {
    let portal = portal(&world).await;
    let clear = begun(&world, &portal).await;
    let all = logins(&world, portal.id).await;
    world.memberships.execute(&chunk(&clear, portal.id, all)).await.expect("a chunk");
    let kept =
        || async { world.stores.directory.cleared_logins(portal.id, clear.id, 100).await.expect("logins").len() };
    world.pass(LoginClear::UNDONE_WITHIN - Duration::microseconds(1));
    world.stores.upkeep.forget_expired().await.expect("a number");
    assert_eq!(kept().await, 3);
    world.pass(Duration::microseconds(1));
    assert_eq!(world.stores.upkeep.forget_expired().await.expect("a number"), 3);
    assert_eq!(kept().await, 0);
}
