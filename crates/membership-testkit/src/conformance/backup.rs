//! Backups: all rows come out, go in elsewhere as they were, and nothing goes in by halves.

use std::collections::BTreeSet;
use std::sync::Arc;

use membership_core::backup::{Estate, Piece};
use membership_core::command::{Delete, GENERATIONS_PASSED, Restore};
use membership_core::draft::Actor;
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::OrganizationId;
use membership_core::invitation::{Delivery, InvitationState};
use membership_core::organization::OrganizationState;
use membership_core::port::StoreError;
use membership_core::service::{Backups, NotRestored};
use membership_core::user::{User, UserEmail};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::Harness;
use super::rows::record;
use crate::clock::ManualClock;
use crate::fixture::{self, address, user};
use crate::strategy::walk;
use crate::walker::Walker;
use crate::world::{Founded, World};

/// How many walks are moved to a store.
const WALKS: usize = 6;

/// All rows of an organization.
///
/// # Panics
/// If the store fails.
pub async fn copied(world: &World, organization: OrganizationId) -> Estate {
    let mut estate = Estate::default();
    let mut add = |piece: Piece| estate.add(piece).is_ok();
    world.stores.upkeep.copy(organization, &mut add).await.expect("the rows come out");
    estate
}

/// Puts an organization into a store where nobody knows its users.
///
/// # Errors
/// As [`Backups::restore`].
pub async fn put_into(world: &World, estate: &Estate) -> Result<(), NotRestored> {
    let backups = Backups::new(world.memberships.clone(), world.stores.upkeep.clone());
    let (estate, by) = (estate.clone(), Actor::Operator(None));
    backups.restore(Restore { estate, taken_at: world.now(), by, mails: false }).await.map(drop)
}

/// Moves an organization and holds what arrived against decision 0032.
///
/// # Panics
/// If it is refused, or anything arrived otherwise.
pub async fn moved(estate: &Estate, to: &World) -> Estate {
    let organization = estate.id().expect("an organization");
    put_into(to, estate).await.expect("it is put back");
    let there = copied(to, organization).await;
    there.check().expect("every promise of a backup holds of it");
    let mut expected = as_restored(estate, to);
    let (old, new) = there.log.split_at(estate.log.len());
    assert_eq!((old, new.len()), (estate.log.as_slice(), 1), "the log goes on");
    assert_eq!(new[0].event, "organization-restored");
    expected.log = there.log.clone();
    if let (Some(expected), Some(there)) = (&mut expected.head, &there.head) {
        expected.audit = there.audit;
        expected.revision += 1;
    }
    assert_eq!(there, expected);
    there
}

/// What a restore makes of rows where their users are unknown: links are dead, logins gone, and nothing else is changed.
fn as_restored(estate: &Estate, to: &World) -> Estate {
    let mut rows = estate.clone();
    for member in &mut rows.members {
        member.version += u64::from(member.user.is_some() || member.set_up.is_some());
        member.user = None;
        member.login_since = None;
        if let Some(link) = &mut member.set_up {
            link.generation += GENERATIONS_PASSED;
            link.expires_at = link.expires_at.min(to.now());
            link.code = None;
        }
    }
    for invitation in rows.invitations.iter_mut().filter(|it| it.state == InvitationState::Pending) {
        invitation.generation += GENERATIONS_PASSED;
        invitation.delivery = Delivery::None;
        invitation.version += 1;
    }
    rows
}

/// The organizations that a random walk leaves behind, deleted ones aside. Different numbers are different walks.
///
/// # Panics
/// If a promise breaks on the walk.
pub async fn walked(runner: &mut TestRunner) -> Vec<Estate> {
    let walk = walk().new_tree(runner).expect("a walk can be made").current();
    let walker = Walker::new();
    walker.walk(&walk).await.expect("every promise holds");
    let mut estates = Vec::new();
    for (id, rows) in &walker.dump().organizations {
        if rows.head.organization.state != OrganizationState::Deleted {
            estates.push(copied(walker.world(), *id).await);
        }
    }
    estates
}

/// Whatever has happened to an organization: what comes out goes in, and comes out again as it went in.
pub async fn a_backup_goes_in_as_it_came_out<H: Harness>(harness: Arc<H>) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..WALKS {
        let clock = Arc::new(ManualClock::default());
        let store = World::on(harness.fresh(clock.clone()).await, clock);
        for estate in walked(&mut runner).await {
            let there = moved(&estate, &store).await;
            moved(&there, &World::in_memory()).await;
            let again = put_into(&store, &estate).await;
            assert!(matches!(again, Err(NotRestored::IsThere)), "what is there is never overwritten: {again:?}");
        }
    }
}

/// A row that cannot be written keeps all others out.
pub async fn a_restore_that_fails_leaves_nothing<H: Harness>(harness: Arc<H>) {
    let (home, clock) = (World::in_memory(), Arc::new(ManualClock::default()));
    let team = home.found("team", 1).await;
    home.join(&team, 2, "member").await;
    let mut estate = copied(&home, team.id).await;
    let store = World::on(harness.fresh(clock.clone()).await, clock);
    let mut broken = estate.clone();
    broken.log.remove(1);
    let refused = put_into(&store, &broken).await;
    assert!(matches!(refused, Err(NotRestored::Unusable(_))), "{refused:?}");
    // What no check of ours sees, the store's own guards must: an entry of the log twice.
    let twice = estate.log[0].clone();
    let restore = Restore { estate: estate.clone(), taken_at: home.now(), by: Actor::Operator(None), mails: false };
    let (mut changes, _) = restore.decide(&BTreeSet::new(), home.now()).expect("changes");
    changes.audit.insert(0, twice);
    let session = store.stores.store.open(&Scope::of(team.id)).await.expect("a session");
    let refused = session.commit(changes).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(copied(&store, team.id).await, Estate::default(), "nothing is there");
    estate = moved(&estate, &store).await;
    assert_eq!(estate.members.len(), 2);
}

/// Where its users are known by id, everybody finds the membership again; by an address nobody does.
pub async fn a_user_is_found_again_by_id_only<H: Harness>(harness: Arc<H>) {
    let (home, clock) = (World::in_memory(), Arc::new(ManualClock::default()));
    let team = home.found("team", 1).await;
    home.join(&team, 2, "member").await;
    let estate = copied(&home, team.id).await;
    let store = World::on(harness.fresh(clock.clone()).await, clock);
    let address = UserEmail { address: address(2), verified_at: Some(store.now()) };
    let namesake = User { emails: vec![address], ..user(3) };
    for known in [user(1), namesake] {
        let scope = Scope { users: vec![known.id], ..Scope::default() };
        record(&store.stores, &scope, vec![Event::UserRegistered { user: known }]).await.expect("an account");
    }
    put_into(&store, &estate).await.expect("it is put back");
    let there = copied(&store, team.id).await;
    let users: Vec<_> = there.members.iter().map(|it| (it.email.clone(), it.user)).collect();
    for (email, found) in users {
        let expected = (email == Some(fixture::address(1))).then_some(fixture::user_id(1));
        assert_eq!(found, expected, "{email:?}");
    }
}

async fn deleted(world: &World, team: &Founded) {
    let delete = Delete { organization: team.id, by: Actor::User(team.owner), expected: None };
    world.memberships.execute(&delete).await.expect("the owner deletes it");
}

/// What was deleted comes back as the backup has it, and nothing else: no row, link or mail of after the backup. Its log
/// goes on, the deletion included.
pub async fn a_deleted_organization_comes_back<H: Harness>(harness: Arc<H>) {
    let clock = Arc::new(ManualClock::default());
    let world = World::on(harness.fresh(clock.clone()).await, clock);
    let team = world.found("team", 1).await;
    world.join(&team, 2, "member").await;
    world.invite(team.id, team.owner, 3, "member").await;
    let estate = copied(&world, team.id).await;
    let known: BTreeSet<_> = estate.users().into_iter().collect();
    let backups = Backups::new(world.memberships.clone(), world.stores.upkeep.clone());
    for time in 1..=2 {
        world.join(&team, 4, "member").await;
        world.invite(team.id, team.owner, 5, "member").await;
        let refused = put_into(&world, &estate).await;
        assert!(matches!(refused, Err(NotRestored::IsThere)), "{refused:?}");
        deleted(&world, &team).await;
        let former = copied(&world, team.id).await;
        let (rows, by) = (estate.clone(), Actor::Operator(None));
        let restore = Restore { estate: rows, taken_at: world.now(), by, mails: false };
        backups.restore_for(restore, &known).await.expect("it comes back");
        let there = copied(&world, team.id).await;
        there.check().expect("every promise of a backup holds of it");
        let (old, new) = there.log.split_at(former.log.len());
        assert_eq!((old, new.len()), (former.log.as_slice(), 1), "the log goes on");
        assert_eq!(new[0].event, "organization-restored");
        assert_eq!(there, as_it_comes_back(&estate, (&former, &there), time));
        world.assert_no_mail_waits().await;
        for (user, organizations) in [(1, 1), (2, 1), (4, 0)] {
            let listed = world.stores.directory.organizations_of(fixture::user_id(user)).await.expect("a list");
            assert_eq!(listed.len(), organizations, "person {user}");
        }
    }
}

/// What a restore makes of rows where their users are known, the given time that it is done with one backup.
fn as_it_comes_back(estate: &Estate, (former, there): (&Estate, &Estate), time: u32) -> Estate {
    let mut rows = estate.clone();
    for invitation in rows.invitations.iter_mut().filter(|it| it.state == InvitationState::Pending) {
        invitation.generation += time * GENERATIONS_PASSED;
        invitation.delivery = Delivery::None;
        invitation.version += 1;
    }
    rows.log = there.log.clone();
    if let (Some(head), Some(former), Some(there)) = (&mut rows.head, &former.head, &there.head) {
        head.audit = there.audit;
        head.revision = former.revision + 1;
        head.organization.version = former.organization.version + 1;
    }
    rows
}

/// A log is gone on with or left alone: one that went another way elsewhere does not take its place.
pub async fn a_deleted_organization_takes_no_other_log<H: Harness>(harness: Arc<H>) {
    let clock = Arc::new(ManualClock::default());
    let world = World::on(harness.fresh(clock.clone()).await, clock);
    let team = world.found("team", 1).await;
    let elsewhere = World::in_memory();
    put_into(&elsewhere, &copied(&world, team.id).await).await.expect("it is put there");
    let other = copied(&elsewhere, team.id).await;
    deleted(&world, &team).await;
    let former = copied(&world, team.id).await;
    let refused = put_into(&world, &other).await;
    assert!(matches!(refused, Err(NotRestored::OtherLog)), "{refused:?}");
    assert_eq!(copied(&world, team.id).await, former, "nothing has changed");
}
