//! Links that let people in again work once, and sign-ins end when they must.

use membership_core::command::replace_sign_in::OVERLAP;
use membership_core::command::{
    AddEmail, BeginSignIn, ChangePassword, EndOtherSignIns, MailLink, RedeemLoginLink, RedeemReset, ReplaceSignIn,
    VerifyEmail,
};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{SignInId, UserId, UserLinkId};
use membership_core::port::Random;
use membership_core::secret::{Link, LinkKind, SignInToken};
use membership_core::user::{PasswordHash, SignIn};
use membership_core::user_link::{NewLink, UserLink};
use time::Duration;

use super::rows::{record, verified_user};
use super::{code, race, tally};
use crate::fixture::{address, user_id};
use crate::world::World;

/// A link of person `number` that is good for an hour.
pub(super) fn link(world: &World, number: u32, kind: LinkKind) -> UserLink {
    UserLink {
        id: UserLinkId(world.random.id()),
        user: user_id(number),
        kind,
        generation: 1,
        address: address(number),
        created_at: world.now(),
        expires_at: world.now() + Duration::hours(1),
        used_at: None,
        version: 1,
    }
}

fn new_link(world: &World, kind: LinkKind) -> NewLink {
    NewLink { id: UserLinkId(world.random.id()), kind, lasts: Duration::hours(1) }
}

fn link_of(row: &UserLink) -> Link {
    Link::to_user(row.kind, row.user, row.id, row.generation)
}

fn sign_in(world: &World, user: UserId, password_generation: u32) -> (SignIn, SignInToken) {
    let token = SignInToken::new(user, world.random.secret());
    let sign_in = SignIn {
        id: SignInId(world.random.id()),
        user,
        token: token.hash(),
        created_at: world.now(),
        expires_at: world.now() + Duration::days(30),
        last_seen_at: world.now(),
        description: None,
        password_generation,
        assurance: membership_core::second_factor::Assurance::OneFactor,
        proven_at: world.now(),
    };
    (sign_in, token)
}

fn password(text: &str) -> PasswordHash {
    PasswordHash::new(format!("plain${text}"))
}

pub(super) async fn registered(world: &World, number: u32) -> UserId {
    let user = verified_user(world, number);
    let id = user.id;
    record(&world.stores, &Scope::default(), vec![Event::UserRegistered { user }]).await.expect("a user");
    id
}

async fn links(world: &World, user: UserId) -> Vec<UserLink> {
    let scope = Scope { links_of: vec![user], ..Scope::default() };
    world.stores.store.read(&scope).await.expect("facts").links
}

async fn holds(world: &World, token: &SignInToken) -> bool {
    world.accounts.authenticate(token.expose()).await.expect("an answer").is_some()
}

/// Of thirty-two who redeem one link at the same time, exactly one is let in: for a login, a new password and an address.
pub async fn a12_a_link_is_redeemed_by_one_of_many(world: World) {
    let user = registered(&world, 1).await;
    for kind in [LinkKind::OneTimeLogin, LinkKind::PasswordReset, LinkKind::Verification] {
        let address = if kind == LinkKind::Verification { address(2) } else { address(1) };
        let link = new_link(&world, kind);
        if kind == LinkKind::Verification {
            world.memberships.execute(&AddEmail { user, address: address.clone(), link }).await.expect("an address");
        } else {
            world.memberships.execute(&MailLink { user, address: address.clone(), link }).await.expect("a link");
        }
        let row = links(&world, user).await.into_iter().find(|it| it.kind == kind).expect("a link");
        let outcomes = race((0..32).map(|_| {
            let (world, row, address) = (world.clone(), row.clone(), address.clone());
            async move {
                let (link, (sign_in, _)) = (link_of(&row), sign_in(&world, user, 0));
                let memberships = &world.memberships;
                match kind {
                    LinkKind::OneTimeLogin => {
                        let command = RedeemLoginLink { link, address, sign_in, ends: None };
                        memberships.execute(&command).await.map(|entered| entered.user)
                    }
                    LinkKind::PasswordReset => {
                        let password = password("new");
                        let command = RedeemReset { link, address, password, sign_in };
                        memberships.execute(&command).await.map(|entered| entered.user)
                    }
                    _ => memberships.execute(&VerifyEmail { user, link, address }).await,
                }
            }
        }))
        .await;
        let tally = tally(&outcomes);
        assert_eq!((tally["ok"], tally["link-spent"]), (1, 31), "{kind:?}: {tally:?}");
    }
    let mine = world.stores.directory.sign_ins_of(user).await.expect("sign-ins");
    assert_eq!(mine.len(), 1, "the reset ended what the login link began");
}

/// Somebody who showed the older password and is slower than its change is not let in; the one who changed it stays.
pub async fn i8_a_changed_password_ends_what_began_under_the_older_one(world: World) {
    let user = registered(&world, 1).await;
    let (own, own_token) = sign_in(&world, user, 0);
    let (other, other_token) = sign_in(&world, user, 0);
    for sign_in in [own.clone(), other] {
        world.memberships.execute(&BeginSignIn { sign_in, ends: None }).await.expect("a sign-in");
    }
    let (late, late_token) = sign_in(&world, user, 0);
    let change = ChangePassword { user, keeps: own.id, proven: own.proven(), known: None, password: password("new") };
    world.memberships.execute(&change).await.expect("a change");
    world.memberships.execute(&BeginSignIn { sign_in: late, ends: None }).await.expect("it is stored");
    assert!(holds(&world, &own_token).await);
    assert!(!holds(&world, &other_token).await && !holds(&world, &late_token).await);
    assert_eq!(code(&world.memberships.execute(&change).await), "wrong-password");
}

/// The newest link of a kind works, and no older one.
pub async fn a_newer_link_takes_the_older_ones_place(world: World) {
    let user = registered(&world, 1).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let link = new_link(&world, LinkKind::OneTimeLogin);
        world.memberships.execute(&MailLink { user, address: address(1), link }).await.expect("a link");
        made.extend(links(&world, user).await.iter().map(link_of));
        world.pass(Duration::minutes(1));
    }
    let redeem = |link: Link| {
        let (sign_in, _) = sign_in(&world, user, 0);
        RedeemLoginLink { link, address: address(1), sign_in, ends: None }
    };
    assert_eq!(made.len(), 3, "one row a kind");
    for (link, answer) in made.iter().zip(["link-superseded", "link-superseded", "ok"]) {
        assert_eq!(code(&world.memberships.execute(&redeem(*link)).await), answer);
    }
    let mails = world.drain().await;
    assert_eq!(mails.len(), 3);
}

/// Sixteen who ask for the same link at once make one row, and one mail.
pub async fn two_who_ask_at_once_get_one_link(world: World) {
    let user = registered(&world, 1).await;
    let outcomes = race((0..16).map(|_| {
        let world = world.clone();
        async move {
            let link = new_link(&world, LinkKind::PasswordReset);
            world.memberships.execute(&MailLink { user, address: address(1), link }).await
        }
    }))
    .await;
    assert_eq!(tally(&outcomes)["ok"], 16);
    assert_eq!((links(&world, user).await.len(), world.drain().await.len()), (1, 1));
}

/// A user's sign-ins are listed until they are ended or over, and nobody else's.
pub async fn sign_ins_are_listed_until_they_end(world: World) {
    let (ada, bob) = (registered(&world, 1).await, registered(&world, 2).await);
    let mut begun = Vec::new();
    for user in [ada, ada, ada, bob] {
        let sign_in = SignIn { description: Some("Firefox on Linux".to_owned()), ..sign_in(&world, user, 0).0 };
        begun.push(sign_in.clone());
        world.memberships.execute(&BeginSignIn { sign_in, ends: None }).await.expect("a sign-in");
    }
    let listed = |user| {
        let world = world.clone();
        async move { world.stores.directory.sign_ins_of(user).await.expect("sign-ins") }
    };
    assert_eq!(listed(ada).await, [begun[2].clone(), begun[1].clone(), begun[0].clone()], "the newest first");
    world.memberships.execute(&EndOtherSignIns { user: ada, keeps: begun[1].id }).await.expect("the others end");
    assert_eq!(listed(ada).await, [begun[1].clone()]);
    assert_eq!(listed(bob).await, [begun[3].clone()]);
    world.clock.set(begun[1].expires_at);
    assert!(listed(ada).await.is_empty());
}

/// Of many who replace a sign-in at once one does; the others go on with the former token until it ends.
pub async fn a64_a_sign_in_is_replaced_once_and_that_is_no_login(world: World) {
    let user = registered(&world, 1).await;
    let (from, token) = sign_in(&world, user, 0);
    world.memberships.execute(&BeginSignIn { sign_in: from.clone(), ends: None }).await.expect("a sign-in");
    world.clock.advance(Duration::hours(1));
    let outcomes = race((0..16).map(|_| {
        let world = world.clone();
        let command = ReplaceSignIn { from: (user, from.token), sign_in: sign_in(&world, user, 0).0 };
        async move { world.memberships.execute(&command).await }
    }))
    .await;
    let done = outcomes.iter().filter(|it| matches!(it, Ok(true))).count();
    assert!(done == 1 && outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let mut listed = world.stores.directory.sign_ins_of(user).await.expect("sign-ins");
    listed.sort_by_key(|it| it.created_at);
    let [former, fresh] = listed.as_slice() else { panic!("two, for a moment: {listed:?}") };
    assert_eq!((former.id, former.expires_at), (from.id, world.now() + OVERLAP));
    assert_eq!((fresh.expires_at, fresh.proven_at), (from.expires_at, from.proven_at));
    let logins = world.stores.directory.last_logins(&[user]).await.expect("a login");
    assert_eq!(logins, [(user, from.created_at)]);
    world.pass(OVERLAP);
    assert!(world.accounts.authenticate(token.expose()).await.expect("an answer").is_none());
    assert_eq!(world.stores.directory.sign_ins_of(user).await.expect("sign-ins"), std::slice::from_ref(fresh));
}

/// Links with everything they can hold, changed and not.
pub async fn links_survive_being_stored(world: World) {
    let mut rows: Vec<_> = [LinkKind::OneTimeLogin, LinkKind::PasswordReset, LinkKind::Verification]
        .map(|kind| UserLink { generation: u32::MAX, version: 1 << 40, ..link(&world, 1, kind) })
        .into();
    rows.push(UserLink { address: address(9), used_at: Some(world.now()), ..link(&world, 1, LinkKind::Verification) });
    let events = rows.iter().map(|link| Event::UserLinkIssued { link: link.clone() }).collect();
    record(&world.stores, &Scope::default(), events).await.expect("links");
    assert_eq!(links(&world, user_id(1)).await, rows);
    assert!(links(&world, user_id(2)).await.is_empty());
    let scope = Scope { links_of: vec![user_id(1)], ..Scope::default() };
    let used = Event::UserLinkUsed { user: user_id(1), link: rows[0].id };
    record(&world.stores, &scope, vec![used]).await.expect("a change");
    let expected = UserLink { used_at: Some(world.now()), version: rows[0].version + 1, ..rows[0].clone() };
    assert_eq!(links(&world, user_id(1)).await[0], expected);
}

/// A sign-in ends by resting at the instant, counted from when it was last noted; it is noted once an hour at most.
pub async fn a_sign_in_that_rests_ends_at_the_instant(world: World) {
    let moment = Duration::microseconds(1);
    let user = registered(&world, 2).await;
    let (sign_in, token) = sign_in(&world, user, 0);
    let (id, begun) = (sign_in.id, sign_in.created_at);
    world.memberships.execute(&BeginSignIn { sign_in, ends: None }).await.expect("a sign-in");
    let shown = || async { world.accounts.authenticate(token.expose()).await.expect("an answer") };
    let noted = begun + Duration::hours(1);
    for (at, last_seen_at) in [(noted - moment, begun), (noted, noted), (noted + Duration::minutes(59), noted)] {
        world.clock.set(at);
        world.stores.store.note_seen(user, id).await.expect("it is noted, or not");
        assert_eq!(shown().await.expect("it holds").sign_in.last_seen_at, last_seen_at);
    }
    world.clock.set(noted + world.accounts.rules().sign_in_idles - moment);
    assert!(shown().await.is_some());
    world.pass(moment);
    assert!(shown().await.is_none());
}
