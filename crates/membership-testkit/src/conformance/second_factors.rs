//! Second factors: nothing is accepted twice, whoever is first, and what is stored comes back as it was.

use membership_core::command::{BeginSignIn, BeginTotp, ConfirmTotp, MakeRecoveryCodes, NewFactor, Prove};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{PasskeyId, SignInId, UserId};
use membership_core::port::Random as _;
use membership_core::second_factor::{
    Assurance, CodeHash, Passkey, Proof, Proven, SecondFactors, Totp, UsedFactor, UsedPasskey,
};
use membership_core::secret::SignInToken;
use membership_core::totp::{STEP_SECONDS, TotpSecret};
use membership_core::user::SignIn;
use time::Duration;
use uuid::Uuid;

use super::recovery::registered;
use super::rows::record;
use super::{race, tally};
use crate::fixture::user_id;
use crate::world::World;

fn sign_in(world: &World, user: UserId) -> SignIn {
    let token = SignInToken::new(user, world.random.secret());
    SignIn {
        id: SignInId(world.random.id()),
        user,
        token: token.hash(),
        created_at: world.now(),
        expires_at: world.now() + Duration::days(30),
        last_seen_at: world.now(),
        description: None,
        password_generation: 0,
        assurance: Assurance::OneFactor,
        proven_at: world.now(),
    }
}

fn secret() -> TotpSecret {
    TotpSecret::new([5; 32])
}

fn present_code(world: &World) -> Proof {
    let step = u64::try_from(world.now().unix_timestamp()).expect("after 1970") / STEP_SECONDS;
    Proof::Totp { secret: secret(), sealed: "sealed".to_owned(), code: secret().code(step) }
}

async fn begun(world: &World, user: UserId) -> SignIn {
    let sign_in = sign_in(world, user);
    let command = BeginSignIn { sign_in: sign_in.clone(), ends: None };
    world.memberships.execute(&command).await.expect("a sign-in");
    sign_in
}

fn codes(user: UserId) -> Vec<CodeHash> {
    (0..10).map(|number| CodeHash::of(user, &format!("code {number}"))).collect()
}

/// Both factors, just now.
fn proven(world: &World) -> Proven {
    Proven { at: world.now(), by: Assurance::TwoFactors }
}

/// A person with an authenticator app and recovery codes, a minute after it was confirmed.
async fn enrolled(world: &World) -> UserId {
    let user = registered(world, 1).await;
    let from = begun(world, user).await;
    let begin = BeginTotp { user, proven: proven(world), sealed: "sealed".to_owned() };
    world.memberships.execute(&begin).await.expect("an app");
    let Proof::Totp { secret, sealed, code } = present_code(world) else { unreachable!("an app's code") };
    let factor = NewFactor { from: (user, from.token), sign_in: sign_in(world, user), codes: codes(user) };
    let added = world.memberships.execute(&ConfirmTotp { factor, secret, sealed, code }).await.expect("it is right");
    assert!(added.codes_made);
    world.clock.advance(Duration::minutes(1));
    user
}

/// One code of an app opens one sign-in, however many begin to use it at once.
pub async fn a_code_of_the_app_is_accepted_once(world: World) {
    let user = enrolled(&world).await;
    let mut pending = Vec::new();
    for _ in 0..16 {
        pending.push(begun(&world, user).await);
    }
    let outcomes = race(pending.into_iter().map(|from| {
        let world = world.clone();
        async move {
            let prove = Prove { from: (user, from.token), proof: present_code(&world), sign_in: sign_in(&world, user) };
            world.memberships.execute(&prove).await
        }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["code-used"]), (1, 15), "{tally:?}");
}

/// One pending sign-in is completed once, even with as many recovery codes as there are.
pub async fn a_pending_sign_in_is_completed_once(world: World) {
    let user = enrolled(&world).await;
    let from = begun(&world, user).await;
    let outcomes = race(codes(user).into_iter().map(|code| {
        let (world, token) = (world.clone(), from.token);
        async move {
            let proof = Proof::RecoveryCode(code);
            let prove = Prove { from: (user, token), proof, sign_in: sign_in(&world, user) };
            world.memberships.execute(&prove).await
        }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["pending-sign-in-over"]), (1, 9), "{tally:?}");
    let scope = Scope { factors_of: vec![user], ..Scope::default() };
    let left = world.stores.store.read(&scope).await.expect("facts").second_factors[0].codes.len();
    assert_eq!(left, 9, "whoever was too late has used nothing up");
}

/// Codes that are made anew at once: one set holds.
pub async fn one_set_of_recovery_codes_holds(world: World) {
    let user = enrolled(&world).await;
    let proven = proven(&world);
    let outcomes = race((0..8).map(|round| {
        let world = world.clone();
        let codes: Vec<_> = (0..10).map(|number| CodeHash::of(user, &format!("{round} {number}"))).collect();
        async move { world.memberships.execute(&MakeRecoveryCodes { user, proven, codes }).await }
    }))
    .await;
    assert!(outcomes.iter().any(Result::is_ok));
    let scope = Scope { factors_of: vec![user], ..Scope::default() };
    let codes = world.stores.store.read(&scope).await.expect("facts").second_factors[0].codes.clone();
    let is_one_set =
        (0..8).any(|round| codes.iter().all(|it| (0..10).any(|n| *it == CodeHash::of(user, &format!("{round} {n}")))));
    assert!(codes.len() == 10 && is_one_set);
}

/// Every column of second factors, empty and full.
pub async fn second_factors_survive_being_stored(world: World) {
    let user = user_id(1);
    let passkey = |number: u128| Passkey {
        id: PasskeyId(Uuid::from_u128(number)),
        name: format!("Clé \"{number}\" 🔑"),
        credential_id: format!("id-{number}"),
        credential: "{\"cred\":{\"a\":[1,2]}}".to_owned(),
        created_at: world.now(),
        used_at: None,
        challenged_at: world.now(),
    };
    let used = UsedPasskey {
        id: PasskeyId(Uuid::from_u128(1)),
        credential: "{}".to_owned(),
        challenged_at: world.now() + Duration::microseconds(1),
    };
    let events = [
        Event::TotpBegun { user, totp: Totp { sealed: "sealed".to_owned(), confirmed_at: None, last_step: 0 } },
        Event::TotpConfirmed { user, step: u64::from(u32::MAX) },
        Event::PasskeyAdded { user, passkey: passkey(1) },
        Event::PasskeyAdded { user, passkey: passkey(2) },
        Event::RecoveryCodesMade { user, codes: codes(user) },
        Event::SecondFactorUsed { user, used: UsedFactor::Passkey(used.clone()) },
        Event::TotpRemoved { user },
        Event::SecondFactorsReset { user },
    ];
    let scope = Scope { factors_of: vec![user], ..Scope::default() };
    let mut expected = world.stores.store.read(&Scope::default()).await.expect("facts");
    for event in events {
        record(&world.stores, &scope, vec![event.clone()]).await.expect("it is stored");
        expected.apply(&event);
        let stored: Vec<SecondFactors> = world.stores.store.read(&scope).await.expect("facts").second_factors;
        assert_eq!(stored, expected.second_factors, "after {event:?}");
    }
    let other = Scope { factors_of: vec![user_id(2)], ..Scope::default() };
    assert!(world.stores.store.read(&other).await.expect("facts").second_factors.is_empty());
}
