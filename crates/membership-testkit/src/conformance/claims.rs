//! What there is once in a deployment goes to one of many who want it at the same instant.

use membership_core::changes::{Changes, Saved};
use membership_core::command::{Accept, Acceptor, AppointFirstOperator, CompleteSignUp, LinkIdentity};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{MemberId, SignInId, SignUpId, UserId};
use membership_core::language::Language;
use membership_core::port::{Random, StoreError};
use membership_core::second_factor::{Assurance, Proven};
use membership_core::secret::{LinkKind, LinkSigner, SignInToken};
use membership_core::user::{PasswordHash, SignIn, SignUp, User, UserEmail};
use time::Duration;

use super::rows::{record, verified_user};
use super::{race, tally};
use crate::fixture::{address, identity, name, user, user_id, username};
use crate::world::World;

fn sign_in(world: &World, user: UserId) -> SignIn {
    SignIn {
        id: SignInId(world.random.id()),
        user,
        token: SignInToken::new(user, world.random.secret()).hash(),
        created_at: world.now(),
        expires_at: world.now() + Duration::days(30),
        last_seen_at: world.now(),
        description: None,
        password_generation: 0,
        assurance: Assurance::OneFactor,
        proven_at: world.now(),
    }
}

async fn signed_up(world: &World) -> SignUpId {
    let sign_up = SignUp {
        id: SignUpId(world.random.id()),
        email: address(50),
        name: name("Person 50"),
        password: PasswordHash::new("plain$".to_owned()),
        language: Language::English,
        created_at: world.now(),
        expires_at: world.now() + Duration::hours(24),
    };
    let id = sign_up.id;
    record(&world.stores, &Scope::default(), vec![Event::SignUpRequested { sign_up }]).await.expect("a sign-up");
    id
}

fn complete(world: &World, sign_up: SignUpId) -> CompleteSignUp {
    let user = UserId(world.random.id());
    CompleteSignUp { sign_up, address: address(50), user, sign_in: sign_in(world, user) }
}

async fn users_at(world: &World, number: u32) -> Vec<User> {
    let scope = Scope { users_at: vec![address(number)], ..Scope::default() };
    world.stores.store.read(&scope).await.expect("facts").users
}

/// Sixteen sign-ups for one address are completed at once: one account has it.
pub async fn one_address_is_verified_by_one_of_many(world: World) {
    let mut rivals = Vec::new();
    for _ in 0..16 {
        rivals.push(complete(&world, signed_up(&world).await));
    }
    let outcomes = race(rivals.into_iter().map(|command| {
        let memberships = world.memberships.clone();
        async move { memberships.execute(&command).await }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["sign-up-over"]), (1, 15), "{tally:?}");
    let users = users_at(&world, 50).await;
    assert_eq!(users.len(), 1);
    assert!(users[0].has_verified(&address(50)));
}

/// One sign-up is completed sixteen times at once: one account is made.
pub async fn one_sign_up_is_completed_once(world: World) {
    let sign_up = signed_up(&world).await;
    let rivals: Vec<_> = (0..16).map(|_| complete(&world, sign_up)).collect();
    let outcomes = race(rivals.into_iter().map(|command| {
        let memberships = world.memberships.clone();
        async move { memberships.execute(&command).await }
    }))
    .await;
    assert_eq!(tally(&outcomes)["ok"], 1);
    assert_eq!(users_at(&world, 50).await.len(), 1);
    let facts = world.stores.store.read(&Scope { sign_up: Some(sign_up), ..Scope::default() }).await.expect("facts");
    assert!(facts.sign_ups.is_empty());
}

/// Sixteen newcomers accept invitations of sixteen organizations at once and choose one username, or one that looks like
/// it.
pub async fn one_username_is_claimed_by_one_of_many(world: World) {
    let mut rivals = Vec::new();
    for number in 0..16 {
        let portal = world.found("member_portal", 100 + number).await;
        let invitation = world.invite(portal.id, portal.owner, 200 + number, "member").await;
        let link = world.links.read(LinkKind::Invitation, &world.link(portal.id, &invitation)).expect("a link");
        let chosen = if number % 2 == 0 { "adal" } else { "ada1" };
        let newcomer = User { username: Some(username(chosen)), ..user(200 + number) };
        let acceptor = Acceptor::New { user: newcomer, address: address(200 + number) };
        rivals.push(Accept { link, acceptor, member: MemberId(world.random.id()), sign_in: None, ends: None });
    }
    let outcomes = race(rivals.into_iter().map(|command| {
        let memberships = world.memberships.clone();
        async move { memberships.execute(&command).await }
    }))
    .await;
    let tally = tally(&outcomes);
    let losers = (tally["username-taken"], tally["username-confusable"]);
    assert_eq!((tally["ok"], losers), (1, (7, 8)), "{tally:?}");
    let store = &world.stores.store;
    let read = async |scope: Scope| store.read(&scope).await.expect("facts").users.len();
    let exact = Scope { usernames: vec![username("adal"), username("ada1")], ..Scope::default() };
    assert_eq!(read(exact).await, 1);
    assert_eq!(read(Scope { usernames: vec![username("a-dal")], ..Scope::default() }).await, 0);
    assert_eq!(read(Scope { usernames_like: vec![username("ada1")], ..Scope::default() }).await, 1, "whoever won");
}

/// Sixteen people open the first start's link at once: one is the operator.
pub async fn one_of_many_becomes_the_first_operator(world: World) {
    let outcomes = race((0..16).map(|number| {
        let world = world.clone();
        async move {
            let user = user(number);
            let sign_in = sign_in(&world, user.id);
            world.memberships.execute(&AppointFirstOperator { user, address: address(number), sign_in }).await
        }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["already-set-up"]), (1, 15), "{tally:?}");
    let operator = outcomes.into_iter().find_map(Result::ok).expect("an operator");
    let scope = Scope { users: (0..16).map(user_id).collect(), installation: true, ..Scope::default() };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert!(facts.has_operator);
    assert_eq!(facts.users.iter().map(|it| it.id).collect::<Vec<_>>(), [operator.id], "the others left nothing");
    assert!(facts.users[0].operator);
}

/// Two accounts may name one address that neither has verified; whoever verifies it has it.
pub async fn an_unverified_address_claims_nothing(world: World) {
    let shared = UserEmail { address: address(50), verified_at: None };
    for number in [1, 2] {
        let user = User { emails: vec![shared.clone()], ..user(number) };
        record(&world.stores, &Scope::default(), vec![Event::UserRegistered { user }]).await.expect("a user");
    }
    assert_eq!(users_at(&world, 50).await.len(), 2);
    let verify = |number| Event::EmailVerified { user: user_id(number), address: address(50) };
    let scope = |number| Scope { users: vec![user_id(number)], ..Scope::default() };
    record(&world.stores, &scope(1), vec![verify(1)]).await.expect("the first to verify has it");
    let second = record(&world.stores, &scope(2), vec![verify(2)]).await;
    assert!(matches!(second, Err(StoreError::Conflict)), "{second:?}");
    let users = users_at(&world, 50).await;
    let holders: Vec<_> = users.iter().filter(|it| it.has_verified(&address(50))).map(|it| it.id).collect();
    assert_eq!(holders, [user_id(1)]);
}

/// Sixteen accounts want one identity at once: one has it, and whoever gives it up makes it free again.
pub async fn one_identity_belongs_to_one_of_many(world: World) {
    let mut rivals = Vec::new();
    for number in 0..16 {
        let user = verified_user(&world, 100 + number);
        let id = user.id;
        record(&world.stores, &Scope::default(), vec![Event::UserRegistered { user }]).await.expect("a user");
        let proven = Proven { at: world.now(), by: Assurance::OneFactor };
        rivals.push(LinkIdentity { user: id, proven, identity: identity(1) });
    }
    let outcomes = race(rivals.iter().cloned().map(|command| {
        let memberships = world.memberships.clone();
        async move { memberships.execute(&command).await }
    }))
    .await;
    let tallied = tally(&outcomes);
    assert_eq!((tallied["ok"], tallied["identity-in-use"]), (1, 15), "{tallied:?}");
    let holder = outcomes.into_iter().find_map(Result::ok).expect("a holder").id;
    let claimed = Scope { identities: vec![identity(1).id()], ..Scope::default() };
    let users = world.stores.store.read(&claimed).await.expect("facts").users;
    assert_eq!(users.iter().map(|it| it.id).collect::<Vec<_>>(), [holder]);
    let unlinked = Event::IdentityUnlinked { user: holder, identity: identity(1).id() };
    let scope = Scope { users: vec![holder], ..Scope::default() };
    record(&world.stores, &scope, vec![unlinked]).await.expect("it is given up");
    assert!(world.stores.store.read(&claimed).await.expect("facts").users.is_empty());
    let other = rivals.into_iter().find(|it| it.user != holder).expect("another");
    world.memberships.execute(&other).await.expect("it is free again");
}

/// One commit can take a username and an address from one user and give them to another.
pub async fn a_claim_can_be_passed_on_in_one_commit(world: World) {
    let giver = User { username: Some(username("ada")), ..verified_user(&world, 1) };
    let taker = verified_user(&world, 2);
    let events = [&giver, &taker].map(|user| Event::UserRegistered { user: user.clone() });
    record(&world.stores, &Scope::default(), events.to_vec()).await.expect("two users");
    let scope = Scope { users: vec![giver.id, taker.id], ..Scope::default() };
    let session = world.stores.store.open(&scope).await.expect("a session");
    let row = |id| session.facts().user(id).expect("a user").clone();
    let (before_giver, before_taker) = (row(giver.id), row(taker.id));
    let version = |user: &User| user.version + 1;
    let gave = User { username: None, emails: vec![], version: version(&before_giver), ..before_giver.clone() };
    let emails = [before_taker.emails.clone(), before_giver.emails.clone()].concat();
    let took =
        User { username: giver.username.clone(), emails, version: version(&before_taker), ..before_taker.clone() };
    let users = vec![
        Saved { expected: Some(before_taker.version), row: took.clone() },
        Saved { expected: Some(before_giver.version), row: gave.clone() },
    ];
    session.commit(Changes { users, ..Changes::default() }).await.expect("the claims are passed on");
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!((facts.user(giver.id), facts.user(taker.id)), (Some(&gave), Some(&took)));
    assert_eq!(users_at(&world, 1).await, [took]);
}
