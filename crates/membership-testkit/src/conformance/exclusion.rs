//! Writers of one organization take turns, so that rivals at the same instant never both win what there is once.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use membership_core::command::{AllocateSeats, ChangeRole, Decline, Remove, Revoke, SetWhenFull, TransferOwnership};
use membership_core::draft::Actor;
use membership_core::facts::Scope;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::member::{Member, MemberStatus};
use membership_core::organization::Head;
use membership_core::policy::WhenFull;
use membership_core::port::MemberQuery;
use membership_core::secret::Link;
use membership_core::service::{Failure, NewOffer};

use super::observation::all_members;
use super::{race, tally};
use crate::fixture::{address, organization_name, role, user_id};
use crate::world::{Founded, World};

/// Attempts of different kinds in one race.
type Attempt = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// Long enough that a writer who were let in would have come in.
const PATIENCE: Duration = Duration::from_millis(150);

async fn head(world: &World, organization: OrganizationId) -> Head {
    let facts = world.stores.store.read(&Scope::of(organization)).await.expect("facts");
    facts.head().expect("an organization").clone()
}

async fn members(world: &World, organization: OrganizationId) -> Vec<Member> {
    all_members(&world.stores, organization, &MemberQuery::default()).await.expect("members")
}

/// While a session lasts, no other one is opened on the same organization, or its commit is a conflict; the second
/// writer's decision is made on what the first one left.
pub async fn a_session_keeps_the_organizations_other_writers_out(world: World) {
    let team = world.found("team", 1).await;
    let session = world.stores.store.open(&Scope::of(team.id)).await.expect("a session");
    let done = Arc::new(AtomicBool::new(false));
    let rival = tokio::spawn({
        let (world, done) = (world.clone(), done.clone());
        async move {
            let renamed = world.memberships.rename(team.id, team.owner, organization_name("Second")).await;
            done.store(true, Ordering::SeqCst);
            renamed
        }
    });
    tokio::time::sleep(PATIENCE).await;
    let first =
        membership_core::event::Event::OrganizationRenamed { organization: team.id, name: organization_name("First") };
    let was_done = done.load(Ordering::SeqCst);
    let changes = super::rows::changes(session.facts(), [first]);
    let outcome = session.commit(changes).await;
    let renamed = rival.await.expect("the rival does not panic");
    assert!(!was_done || outcome.is_err(), "a writer came in while another had the organization, and both held");
    assert!(outcome.is_err() || renamed.is_ok(), "{renamed:?}");
    let revision = head(&world, team.id).await.revision;
    assert_eq!(revision, if outcome.is_ok() { 3 } else { 2 }, "each commit that held is counted");
}

/// Readers do not wait for a writer, and see what was committed before.
pub async fn a_session_keeps_no_reader_out(world: World) {
    let team = world.found("team", 1).await;
    let session = world.stores.store.open(&Scope::of(team.id)).await.expect("a session");
    let reading = async {
        let page = MemberQuery { limit: 10, ..MemberQuery::default() };
        world.stores.directory.members(team.id, &page).await.expect("a page");
        world.stores.store.read(&Scope::of(team.id)).await.expect("facts")
    };
    let facts = tokio::time::timeout(Duration::from_secs(10), reading).await.expect("no reader waits");
    assert_eq!(facts.head, session.facts().head);
}

/// Forty people are invited at once where eight seats are left (S3.5).
pub async fn s3_5_forty_rivals_for_eight_reserved_seats(world: World) {
    let account = world.found("account", 1).await;
    world.limit_seats(account.id, Some(9)).await;
    let outcomes = race((0..40).map(|number| {
        let memberships = world.memberships.clone();
        async move { memberships.invite(account.id, account.owner, NewOffer::to(address(100 + number))).await }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["seat-limit-reached"]), (8, 32), "{tally:?}");
    let seats = head(&world, account.id).await.seats;
    assert_eq!((seats.assigned, seats.reserved), (1, 8));
}

/// Forty members are given a seat at once where there are eight (S0.6).
pub async fn s0_6_forty_rivals_for_eight_seats_allocated_by_hand(world: World) {
    let group = world.found("group_subscription", 1).await;
    let mut rivals = Vec::new();
    for number in 0..40 {
        rivals.push(world.join(&group, 100 + number, "member").await.id);
    }
    world.limit_seats(group.id, Some(8)).await;
    let by = Actor::User(group.owner);
    let outcomes = race(rivals.into_iter().map(|member| {
        let memberships = world.memberships.clone();
        async move {
            memberships
                .execute(&AllocateSeats { organization: group.id, by, members: vec![member], all_or_none: true })
                .await
        }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["seat-limit-reached"]), (8, 32), "{tally:?}");
    let holders = members(&world, group.id).await.iter().filter(|it| it.seat).count();
    assert_eq!((head(&world, group.id).await.seats.assigned, holders), (8, 8));
}

/// What became of each of forty invited people who accept at once where eight seats are left.
async fn forty_accept_where_eight_seats_are_left(world: &World, platform: &Founded) -> Vec<Result<Member, Failure>> {
    let mut links = Vec::new();
    for number in 100..140 {
        let invitation = world.invite(platform.id, platform.owner, number, "trainee").await;
        links.push((number, world.link(platform.id, &invitation)));
    }
    world.limit_seats(platform.id, Some(9)).await;
    race(links.into_iter().map(|(number, link)| {
        let world = world.clone();
        async move { world.accept_as_newcomer(&link, number).await }
    }))
    .await
}

/// Forty invited people accept at once where eight seats are left.
pub async fn forty_rivals_for_eight_seats_taken_on_joining(world: World) {
    let platform = world.found("learning_platform", 1).await;
    let outcomes = forty_accept_where_eight_seats_are_left(&world, &platform).await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["seat-limit-reached"]), (8, 32), "{tally:?}");
    assert_eq!(members(&world, platform.id).await.len(), 9);
    assert_eq!(head(&world, platform.id).await.seats.assigned, 9);
}

/// Forty invited people accept at once where eight seats are left and whoever finds none waits; then half of those with
/// a seat are removed at once, and whoever has waited longest is served.
pub async fn forty_rivals_for_eight_seats_where_the_others_wait(world: World) {
    let platform = world.found("learning_platform", 1).await;
    let by = Actor::User(platform.owner);
    let wait = SetWhenFull { organization: platform.id, by, when_full: WhenFull::Wait };
    world.memberships.execute(&wait).await.expect("people wait");
    let outcomes = forty_accept_where_eight_seats_are_left(&world, &platform).await;
    assert_eq!(tally(&outcomes)["ok"], 40);
    let seats = head(&world, platform.id).await.seats;
    assert_eq!((seats.assigned, seats.waiting), (9, 32));
    let scope = Scope { lapsed: true, ..Scope::of(platform.id) };
    let line = world.stores.store.read(&scope).await.expect("facts");
    let line: Vec<_> = line.line().into_iter().map(|it| it.id).collect();
    let everybody = members(&world, platform.id).await;
    let seated = everybody.iter().filter(|it| it.seat && it.id != platform.owner_member).take(4);
    let removals: Vec<_> = seated.map(|it| it.id).collect();
    let outcomes = race(removals.into_iter().map(|member| {
        let memberships = world.memberships.clone();
        let remove = Remove { organization: platform.id, by, member, expected: None };
        async move { memberships.execute(&remove).await }
    }))
    .await;
    assert_eq!(tally(&outcomes)["ok"], 4);
    let seats = head(&world, platform.id).await.seats;
    assert_eq!((seats.assigned, seats.waiting), (9, 28));
    let everybody = members(&world, platform.id).await;
    let holds = |id: &MemberId| everybody.iter().any(|it| it.id == *id && it.seat);
    let served: Vec<_> = line.iter().map(holds).collect();
    assert!(served.iter().enumerate().all(|(place, seat)| *seat == (place < 4)), "{served:?}");
}

fn transfer(team: Founded, member: MemberId) -> TransferOwnership {
    TransferOwnership { organization: team.id, by: Actor::User(team.owner), member, expected: None }
}

/// The owner passes the ownership to two people at once: one of them has it, and the other request is refused.
pub async fn i1_two_transfers_at_once_make_one_owner(world: World) {
    for round in 0..4 {
        let team = world.found("team", 10 * round + 1).await;
        let heirs = [
            world.join(&team, 10 * round + 2, "member").await.id,
            world.join(&team, 10 * round + 3, "member").await.id,
        ];
        let outcomes = race(heirs.map(|heir| {
            let memberships = world.memberships.clone();
            async move { memberships.execute(&transfer(team, heir)).await }
        }))
        .await;
        let tally = tally(&outcomes);
        assert_eq!((tally["ok"], tally["owner-only"]), (1, 1), "{tally:?}");
        let winner = heirs[usize::from(outcomes[0].is_err())];
        assert_eq!(head(&world, team.id).await.organization.owner, Some(winner));
    }
}

/// The owner passes the ownership to an administrator while that one leaves: there is an owner either way.
pub async fn i1_a_transfer_and_the_removal_of_its_target_leave_an_owner(world: World) {
    for round in 0..8 {
        let team = world.found("team", 10 * round + 1).await;
        let heir = world.join(&team, 10 * round + 2, "admin").await;
        let leaver = user_id(10 * round + 2);
        let memberships = [world.memberships.clone(), world.memberships.clone()];
        let [passing, leaving] = memberships;
        let attempts: [Attempt; 2] = [
            Box::pin(async move { passing.execute(&transfer(team, heir.id)).await.map(drop) }),
            Box::pin(async move { leaving.leave(team.id, leaver).await }),
        ];
        let tally = tally(&race(attempts).await);
        assert_eq!(tally["ok"], 1, "{tally:?}");
        let owner = head(&world, team.id).await.organization.owner;
        let there = members(&world, team.id).await;
        assert!(there.iter().any(|it| Some(it.id) == owner && it.status == MemberStatus::Active), "{tally:?}");
    }
}

/// Two administrators remove each other at once: whoever comes second is no member any more.
pub async fn two_administrators_removing_each_other_leave_one(world: World) {
    for round in 0..8 {
        let account = world.found("account", 10 * round + 1).await;
        let (one, other) = (10 * round + 2, 10 * round + 3);
        let one_member = world.join(&account, one, "administrator").await.id;
        let other_member = world.join(&account, other, "administrator").await.id;
        let outcomes =
            race(
                [(one, other_member), (other, one_member)].map(|(by, member)| {
                    let memberships = world.memberships.clone();
                    let by = Actor::User(user_id(by));
                    async move {
                        memberships.execute(&Remove { organization: account.id, by, member, expected: None }).await
                    }
                }),
            )
            .await;
        let tally = tally(&outcomes);
        assert_eq!((tally["ok"], tally["unknown-organization"]), (1, 1), "{tally:?}");
        assert_eq!(members(&world, account.id).await.len(), 2);
        assert_eq!(head(&world, account.id).await.seats.assigned, 2);
    }
}

/// One link is redeemed by 32 requests at once, of one signed-in person and of newcomers: one membership (I4).
pub async fn i4_one_link_redeemed_by_many_makes_one_member(world: World) {
    let account = world.found("account", 1).await;
    for (guest, as_newcomer) in [(2, false), (3, true)] {
        let invitation = world.invite(account.id, account.owner, guest, "viewer").await;
        let link = world.link(account.id, &invitation);
        let outcomes = race((0..32).map(|_| {
            let (world, link) = (world.clone(), link.clone());
            async move {
                match as_newcomer {
                    true => world.accept_as_newcomer(&link, guest).await,
                    false => world.accept(&link, guest).await,
                }
            }
        }))
        .await;
        let tally = tally(&outcomes);
        assert_eq!((tally["ok"], tally["invitation-accepted"]), (1, 31), "{tally:?}");
        let joined = members(&world, account.id).await.into_iter().filter(|it| it.user == Some(user_id(guest)));
        assert_eq!(joined.count(), 1);
    }
    let seats = head(&world, account.id).await.seats;
    assert_eq!((seats.assigned, seats.reserved), (3, 0));
}

/// An invitation is accepted, revoked and declined at once: it ends in exactly one way (I3).
pub async fn i3_accepting_revoking_and_declining_at_once_end_it_once(world: World) {
    let account = world.found("account", 1).await;
    for guest in 100..108 {
        let view = world.invite(account.id, account.owner, guest, "viewer").await;
        let (text, invitation) = (world.link(account.id, &view), view.invitation.id);
        let link = Link::to_invitation(account.id, invitation, 1);
        let revoke = Revoke { organization: account.id, by: Actor::User(account.owner), invitation };
        let [accepting, revoking, declining] = [world.clone(), world.clone(), world.clone()];
        let attempts: [Attempt; 3] = [
            Box::pin(async move { accepting.accept(&text, guest).await.map(drop) }),
            Box::pin(async move { revoking.memberships.execute(&revoke).await }),
            Box::pin(async move { declining.memberships.execute(&Decline { link }).await }),
        ];
        let tally = tally(&race(attempts).await);
        assert_eq!(tally["ok"], 1, "{tally:?}");
        assert_eq!(head(&world, account.id).await.seats.reserved, 0);
    }
}

/// Two commands change one row at once, without `If-Match`: the second is decided anew on what the first left, and
/// neither is lost.
pub async fn two_changes_of_one_row_at_once_both_hold(world: World) {
    let account = world.found("account", 1).await;
    let by = Actor::User(account.owner);
    let member = world.join(&account, 2, "viewer").await.id;
    for _ in 0..4 {
        let before = members(&world, account.id).await.into_iter().find(|it| it.id == member).expect("a member");
        let outcomes = race(["editor", "administrator"].map(|key| {
            let memberships = world.memberships.clone();
            let command = ChangeRole { organization: account.id, by, member, role: role(key), expected: None };
            async move { memberships.execute(&command).await }
        }))
        .await;
        assert_eq!(tally(&outcomes)["ok"], 2);
        let after = members(&world, account.id).await.into_iter().find(|it| it.id == member).expect("a member");
        assert_eq!(after.version, before.version + 2);
        world.memberships.change_role(account.id, account.owner, member, role("viewer")).await.expect("a change");
    }
}
