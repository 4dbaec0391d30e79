//! What the model and every store must agree on about seats: who is served, in which order, and when it is announced.

use membership_core::command::{AllocateSeats, Leave, SetWhenFull};
use membership_core::draft::Actor;
use membership_core::facts::Scope;
use membership_core::message::Content;
use membership_core::policy::WhenFull;
use membership_core::subscription::Terms;
use membership_core::view::Access;
use time::Duration;

use crate::fixture::user_id;
use crate::world::{Founded, World};

/// A platform with this many seats, where who finds none waits.
async fn platform(world: &World, seats: u32) -> Founded {
    let platform = world.found("learning_platform", 1).await;
    world.limit_seats(platform.id, Some(seats)).await;
    let by = Actor::User(platform.owner);
    let wait = SetWhenFull { organization: platform.id, by, when_full: WhenFull::Wait };
    world.memberships.execute(&wait).await.expect("people wait");
    platform
}

async fn access(world: &World, platform: &Founded, person: u32) -> Access {
    world.memberships.access(platform.id, user_id(person)).await.expect("an answer")
}

/// First come, first served: by whoever leaves, by a date, by more seats; suspended ones keep their place.
pub async fn those_who_wait_are_served_in_turn(world: World) {
    let platform = platform(&world, 2).await;
    let seated = world.join(&platform, 2, "trainee").await;
    let mut line = Vec::new();
    for person in 3..=6 {
        world.pass(Duration::MINUTE);
        line.push(world.join(&platform, person, "trainee").await);
    }
    assert!(seated.seat && line.iter().all(|it| it.waits_since.is_some()));
    let scope = Scope { lapsed: true, ..Scope::of(platform.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(
        facts.line().iter().map(|it| it.id).collect::<Vec<_>>(),
        line.iter().map(|it| it.id).collect::<Vec<_>>()
    );
    assert_eq!(facts.head.expect("a head").seats.waiting, 4);
    assert_eq!(world.memberships.waiting_before(platform.id, user_id(5)).await.expect("a place"), Some(2));
    world.memberships.suspend(platform.id, platform.owner, line[0].id).await.expect("a suspension");
    let leave = Leave { organization: platform.id, by: Actor::User(user_id(2)) };
    world.memberships.execute(&leave).await.expect("a leave");
    assert_eq!(access(&world, &platform, 4).await, Access::Full, "the suspended one is passed over");
    world.memberships.reactivate(platform.id, platform.owner, line[0].id).await.expect("back in line");
    assert_eq!(access(&world, &platform, 3).await, Access::SeatAwaited);
    let until = world.now() + Duration::days(1);
    let date = world.memberships.set_deactivation_date(platform.id, platform.owner, line[1].id, Some(until)).await;
    assert!(date.is_ok());
    world.clock.set(until);
    assert_eq!(access(&world, &platform, 3).await, Access::Full, "a seat that time has freed is theirs, swept or not");
    world.memberships.settle(platform.id).await.expect("a settlement");
    assert_eq!(access(&world, &platform, 3).await, Access::Full);
    world.limit_seats(platform.id, Some(9)).await;
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!((facts.line().len(), facts.head.expect("a head").seats.assigned), (0, 4));
}

/// Each announcement of the end is found from its instant, made once, and the next one is found after it.
pub async fn the_end_of_a_subscription_is_announced_once_each_time(world: World) {
    let group = world.found("group_subscription", 1).await;
    let sold_at = world.now();
    let terms = Terms { expires_at: Some(sold_at + Duration::days(40)), grace_days: 5, ..Terms::of_seats(Some(9)) };
    world.sell(group.id, terms).await;
    world.drain().await;
    for day in [10, 33, 39, 40, 45] {
        let at = sold_at + Duration::days(day);
        world.clock.set(at - Duration::microseconds(1));
        let due = || async { world.stores.upkeep.organizations_with_lapsed(10).await.expect("organizations") };
        assert_eq!(due().await, []);
        world.clock.set(at);
        assert_eq!(due().await, [group.id], "day {day}");
        world.memberships.settle(group.id).await.expect("a settlement");
        world.memberships.settle(group.id).await.expect("nothing more");
        assert_eq!(due().await, []);
        let sent = world.drain().await;
        assert_eq!(sent.len(), 1, "day {day}: {sent:?}");
        assert!(sent.iter().all(|it| matches!(it.content, Content::SubscriptionEnding { .. })));
    }
}

/// Several members get seats in one commit, each with an outcome, and the counters follow.
pub async fn several_seats_are_allocated_at_once(world: World) {
    let group = world.found("group_subscription", 1).await;
    world.limit_seats(group.id, Some(2)).await;
    let mut members = Vec::new();
    for person in 2..=4 {
        members.push(world.join(&group, person, "member").await.id);
    }
    let allocate = AllocateSeats { organization: group.id, by: Actor::User(group.owner), members, all_or_none: false };
    let outcomes = world.memberships.execute(&allocate).await.expect("outcomes");
    let codes: Vec<_> = outcomes.iter().map(|it| it.as_ref().map_or_else(|refusal| refusal.code(), |_| "ok")).collect();
    assert_eq!(codes, ["ok", "ok", "seat-limit-reached"]);
    let facts = world.stores.store.read(&Scope::of(group.id)).await.expect("facts");
    assert_eq!(facts.head.expect("a head").seats.assigned, 2);
}
