//! Keys are found by their hash where they belong, end for good, and are forgotten long afterwards.

use membership_core::api_key::{ApiKey, Maker, NewKey};
use membership_core::audit::{ChainCheck, Stream};
use membership_core::command::{CreateKey, Rename, RevokeKey, SetSubscription};
use membership_core::draft::Actor;
use membership_core::event::Event;
use membership_core::facts::{KeyScope, Scope};
use membership_core::id::{ApiKeyId, MemberId, OrganizationId};
use membership_core::port::{Random, UsedKey};
use membership_core::role::Permission;
use membership_core::secret::{KeyKind, KeyText, TokenHash};
use membership_core::subscription::Terms;
use time::Duration;

use super::observation::log;
use super::rows::record;
use crate::fixture::{key_name, organization_name, user_id};
use crate::world::World;

fn key(world: &World, made_by: Maker) -> ApiKey {
    ApiKey {
        id: ApiKeyId(world.random.id()),
        name: key_name("Nightly import"),
        scopes: [Permission::INVITE, Permission::VIEW_MEMBERS].into(),
        made_by,
        token: TokenHash(world.random.secret()),
        created_at: world.now(),
        expires_at: world.now() + Duration::days(90),
        two_factors: matches!(made_by, Maker::Member(_)),
        last_used_at: None,
        revoked_at: None,
        version: 1,
    }
}

async fn keys(world: &World, organization: OrganizationId) -> Vec<ApiKey> {
    let scope = Scope { keys: KeyScope::all(), ..Scope::of(organization) };
    world.stores.store.read(&scope).await.expect("facts").keys
}

async fn operator_keys(world: &World) -> Vec<ApiKey> {
    let scope = Scope { operator_keys: KeyScope::all(), ..Scope::default() };
    world.stores.store.read(&scope).await.expect("facts").operator_keys
}

/// Keys with everything they can hold, changed and not; those that live are read first.
pub async fn keys_survive_being_stored(world: World) {
    let team = world.found("team", 1).await;
    let maker = Maker::Member(MemberId(world.random.id()));
    let dead = ApiKey { revoked_at: Some(world.now()), version: 1 << 40, ..key(&world, maker) };
    let mine = key(&world, maker);
    let events = [&dead, &mine].map(|key| Event::ApiKeyCreated { key: key.clone() });
    record(&world.stores, &Scope::of(team.id), events.into()).await.expect("keys");
    assert_eq!(keys(&world, team.id).await, [mine.clone(), dead]);
    let scope = Scope { keys: KeyScope::of(mine.id), ..Scope::of(team.id) };
    record(&world.stores, &scope, vec![Event::ApiKeyRevoked { key: mine.id }]).await.expect("a change");
    let changed = ApiKey { revoked_at: Some(world.now()), version: 2, ..mine };
    assert!(keys(&world, team.id).await.contains(&changed));

    let operators = [Maker::Operator(None), Maker::Operator(Some(user_id(7)))].map(|it| key(&world, it));
    let events = operators.clone().map(|key| Event::OperatorKeyCreated { key });
    record(&world.stores, &Scope::default(), events.into()).await.expect("keys");
    let mut expected = Vec::from(operators);
    expected.sort_by_key(|key| key.id);
    assert_eq!(operator_keys(&world).await, expected);
    let scope = Scope { operator_keys: KeyScope::of(expected[0].id), ..Scope::default() };
    record(&world.stores, &scope, vec![Event::OperatorKeyRevoked { key: expected[0].id }]).await.expect("a change");
    let revoked = ApiKey { revoked_at: Some(world.now()), version: 2, ..expected[0].clone() };
    assert_eq!(operator_keys(&world).await, [expected[1].clone(), revoked]);
}

/// A key is found by what was shown, together with the membership it acts for, and in no other organization.
pub async fn a_key_is_found_by_its_hash_in_its_own_organization(world: World) {
    let (team, other) = (world.found("team", 1).await, world.found("team", 2).await);
    let member = world.stores.store.read(&Scope::of(team.id)).await.expect("facts").members[0].clone();
    let (mine, another) = (key(&world, Maker::Member(member.id)), key(&world, Maker::Member(member.id)));
    let events = [&mine, &another].map(|key| Event::ApiKeyCreated { key: key.clone() });
    record(&world.stores, &Scope::of(team.id), events.into()).await.expect("keys");
    let shown = KeyScope { shown: Some(mine.token), ..KeyScope::default() };
    let facts = world.stores.store.read(&Scope { keys: shown.clone(), ..Scope::of(team.id) }).await.expect("facts");
    assert_eq!((facts.keys, facts.members), (vec![mine], vec![member]));
    let facts = world.stores.store.read(&Scope { keys: shown, ..Scope::of(other.id) }).await.expect("facts");
    assert_eq!(facts.keys, []);
}

/// However often a key is used, that is written down once an hour.
pub async fn that_a_key_is_used_is_noted_once_an_hour(world: World) {
    let team = world.found("team", 1).await;
    let (mine, operators) =
        (key(&world, Maker::Member(MemberId(world.random.id()))), key(&world, Maker::Operator(None)));
    let created = vec![Event::ApiKeyCreated { key: mine.clone() }];
    record(&world.stores, &Scope::of(team.id), created).await.expect("a key");
    record(&world.stores, &Scope::default(), vec![Event::OperatorKeyCreated { key: operators.clone() }])
        .await
        .expect("a key");
    let begun = world.now();
    let hour = begun + Duration::hours(1);
    for (at, noted) in [(begun, begun), (hour - Duration::microseconds(1), begun), (hour, hour)] {
        world.clock.set(at);
        for used in [UsedKey::Organization(team.id, mine.id), UsedKey::Operator(operators.id)] {
            world.stores.store.note_key_used(used).await.expect("it is noted, or not");
        }
        assert_eq!(keys(&world, team.id).await[0].last_used_at, Some(noted));
        assert_eq!(operator_keys(&world).await[0].last_used_at, Some(noted));
    }
    let scope = Scope { keys: KeyScope::of(mine.id), ..Scope::of(team.id) };
    record(&world.stores, &scope, vec![Event::ApiKeyRevoked { key: mine.id }]).await.expect("a change");
    assert_eq!(keys(&world, team.id).await[0].last_used_at, Some(hour), "a commit leaves it alone");
}

/// A key that has been dead for thirty days is forgotten; until then people can see why it stopped working.
pub async fn dead_keys_are_forgotten_after_thirty_days(world: World) {
    let team = world.found("team", 1).await;
    let (mine, operators) =
        (key(&world, Maker::Member(MemberId(world.random.id()))), key(&world, Maker::Operator(None)));
    let end = mine.expires_at;
    record(&world.stores, &Scope::of(team.id), vec![Event::ApiKeyCreated { key: mine }]).await.expect("a key");
    let created = vec![Event::OperatorKeyCreated { key: operators }];
    record(&world.stores, &Scope::default(), created).await.expect("a key");
    for (late, kept) in [(Duration::microseconds(1), 1), (Duration::ZERO, 0)] {
        world.clock.set(end + ApiKey::LISTED_FOR - late);
        world.stores.upkeep.forget_expired().await.expect("a number");
        assert_eq!((keys(&world, team.id).await.len(), operator_keys(&world).await.len()), (kept, kept));
    }
}

/// What a key does stands in the log under its name, and the chain holds.
pub async fn i15_what_a_key_does_is_logged_under_its_name(world: World) {
    let team = world.found("team", 1).await;
    let member = world.stores.store.read(&Scope::of(team.id)).await.expect("facts").members[0].id;
    let (mine, operators) = (key(&world, Maker::Member(member)), key(&world, Maker::Operator(None)));
    let mine = ApiKey { scopes: Permission::BUILT_IN.into(), ..mine };
    let operators = ApiKey { scopes: Permission::OF_THE_OPERATOR.into(), ..operators };
    let created = vec![Event::ApiKeyCreated { key: mine.clone() }];
    record(&world.stores, &Scope::of(team.id), created).await.expect("a key");
    let created = vec![Event::OperatorKeyCreated { key: operators.clone() }];
    record(&world.stores, &Scope::default(), created).await.expect("a key");
    let (organization, name) = (team.id, organization_name("New"));
    let rename = Rename { organization, by: Actor::Key(mine.id), name, expected: None };
    world.memberships.execute(&rename).await.expect("it is renamed");
    let (by, terms) = (Actor::OperatorKey(operators.id), Terms::of_seats(Some(9)));
    let sell = SetSubscription { organization, by, terms, expected: None };
    world.memberships.execute(&sell).await.expect("it is sold");
    let log = log(&world.stores, Stream::Organization(organization)).await.expect("a log");
    let mut check = ChainCheck::default();
    assert!(log.iter().all(|entry| check.next(entry).is_ok()));
    let actors: Vec<_> = log.iter().rev().take(2).map(|it| (it.actor.kind, it.actor.key, it.actor.user)).collect();
    assert_eq!(actors, [("operator-key", Some(operators.id), None), ("key", Some(mine.id), Some(user_id(1)))]);
}

/// A key that was revoked, by whichever server, is worth nothing from then on.
pub async fn i8_a_revoked_key_is_worth_nothing(world: World) {
    let team = world.found("team", 1).await;
    let text = KeyText::new(KeyKind::Organization, team.id.0, world.random.secret());
    let shown = KeyText::read(text.expose()).expect("it is whole").expect("a key");
    let new = NewKey {
        id: ApiKeyId(world.random.id()),
        name: key_name("Import"),
        scopes: [Permission::INVITE].into(),
        days: None,
        token: text.hash(),
    };
    let (organization, by, key) = (team.id, Actor::User(user_id(1)), new.id);
    let authenticated = || async { world.memberships.authenticate_key(shown).await.expect("an answer") };
    assert!(authenticated().await.is_none());
    world.memberships.execute(&CreateKey { organization, by, key: new }).await.expect("a key");
    assert_eq!(authenticated().await.map(|it| it.actor()), Some(Actor::Key(key)));
    world.memberships.execute(&RevokeKey { organization, by, key }).await.expect("it is revoked");
    assert!(authenticated().await.is_none());
}
