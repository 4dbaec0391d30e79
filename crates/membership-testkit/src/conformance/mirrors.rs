//! What is kept with a user or an address follows the organizations' own rows.

use membership_core::facts::Scope;
use membership_core::id::{MemberId, OrganizationId, UserId};
use membership_core::port::Directory;
use membership_core::service::NewOffer;
use time::Duration;

use crate::fixture::{address, organization_name, user_id};
use crate::world::World;

async fn organizations(world: &World, user: UserId) -> Vec<(String, MemberId)> {
    let mine = world.stores.directory.organizations_of(user).await.expect("a list");
    for (head, member) in &mine {
        let scope = Scope { members_of: vec![user], ..Scope::of(head.organization.id) };
        let facts = world.stores.store.read(&scope).await.expect("facts");
        assert_eq!((facts.head.as_ref(), facts.member_of(user)), (Some(head), Some(member)), "the list is up to date");
    }
    mine.into_iter().map(|(head, member)| (head.organization.name.to_string(), member.id)).collect()
}

async fn waiting(directory: &dyn Directory, numbers: &[u32]) -> Vec<OrganizationId> {
    let addresses: Vec<_> = numbers.iter().map(|number| address(*number)).collect();
    let waiting = directory.waiting_for(&addresses).await.expect("a list");
    assert!(waiting.iter().all(|(_, it)| addresses.contains(&it.email)));
    let mut ids: Vec<_> = waiting.into_iter().map(|(head, _)| head.organization.id).collect();
    ids.sort_unstable();
    ids
}

/// Founding and accepting add a line, leaving, being removed and deleting take it away; by lower-cased name.
pub async fn a_users_organizations_follow_the_memberships(world: World) {
    let guest = user_id(5);
    let mut joined = Vec::new();
    for (owner, text) in [(1, "zebra"), (2, "Émile"), (3, "Apple"), (4, "apple")] {
        let team = world.found("team", owner).await;
        world.memberships.rename(team.id, team.owner, organization_name(text)).await.expect("a name");
        joined.push((team, world.join(&team, 5, "member").await.id));
    }
    let own = world.found("team", 5).await;
    world.memberships.rename(own.id, guest, organization_name("mine")).await.expect("a name");
    let names = |list: Vec<(String, MemberId)>| list.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let [zebra, emile, apple, small_apple] = [joined[0], joined[1], joined[2], joined[3]];
    assert_eq!(names(organizations(&world, guest).await), ["Apple", "apple", "mine", "zebra", "Émile"]);
    assert_eq!(organizations(&world, guest).await[0].1, apple.1);
    world.memberships.leave(zebra.0.id, guest).await.expect("a leave");
    world.memberships.remove(emile.0.id, emile.0.owner, emile.1).await.expect("a removal");
    world.memberships.delete(apple.0.id, apple.0.owner).await.expect("a deletion");
    assert_eq!(names(organizations(&world, guest).await), ["apple", "mine"]);
    world.memberships.suspend(small_apple.0.id, small_apple.0.owner, small_apple.1).await.expect("a suspension");
    assert_eq!(names(organizations(&world, guest).await), ["apple", "mine"], "a suspended member still belongs");
    assert!(organizations(&world, user_id(99)).await.is_empty());
}

/// Inviting adds a line; accepting, declining, revoking, expiring and deleting take it away.
pub async fn what_waits_for_an_address_follows_the_invitations(world: World) {
    let mut teams = Vec::new();
    for owner in 1..=6 {
        let team = world.found("team", owner).await;
        teams.push((team, world.invite(team.id, team.owner, 50, "member").await));
    }
    let ids: Vec<_> = teams.iter().map(|(team, _)| team.id).collect();
    let directory = &*world.stores.directory;
    assert_eq!(waiting(directory, &[50]).await, ids);
    assert_eq!(waiting(directory, &[50, 51, 50]).await, ids, "an address that is named twice counts once");
    assert!(waiting(directory, &[51]).await.is_empty());
    assert!(waiting(directory, &[]).await.is_empty());
    let link = |index: usize| world.link(ids[index], &teams[index].1);
    world.accept(&link(0), 50).await.expect("an acceptance");
    assert_eq!(waiting(directory, &[50]).await, ids[1..]);
    world.memberships.decline(&link(1)).await.expect("a refusal");
    world.memberships.revoke(ids[2], teams[2].0.owner, teams[2].1.invitation.id).await.expect("a revocation");
    world.memberships.delete(ids[3], teams[3].0.owner).await.expect("a deletion");
    assert_eq!(waiting(directory, &[50]).await, ids[4..]);
    world.memberships.resend(ids[4], teams[4].0.owner, teams[4].1.invitation.id).await.expect("a new link");
    assert_eq!(waiting(directory, &[50]).await, ids[4..]);
    world.pass(Duration::days(7));
    assert!(waiting(directory, &[50]).await.is_empty());
    let again = world.memberships.invite(ids[5], teams[5].0.owner, NewOffer::to(address(50))).await;
    assert!(again.is_ok());
    assert_eq!(waiting(directory, &[50]).await, ids[5..], "the lapsed one does not come back with the new one");
}

/// Somebody who was removed and joins again is listed once, with the new membership.
pub async fn a_member_who_comes_back_is_listed_once(world: World) {
    let team = world.found("team", 1).await;
    let mut last = None;
    for _ in 0..3 {
        let member = world.join(&team, 5, "member").await.id;
        let mine = organizations(&world, user_id(5)).await;
        assert_eq!(mine.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [member]);
        assert_ne!(last, Some(member));
        world.memberships.remove(team.id, team.owner, member).await.expect("a removal");
        assert!(organizations(&world, user_id(5)).await.is_empty());
        last = Some(member);
    }
}
