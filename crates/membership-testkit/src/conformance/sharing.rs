//! Records and shares: stored as they are, read by key, listed as the rules see them, and gone with their holders.

use std::collections::BTreeSet;

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::group::Group;
use membership_core::id::{GroupId, MemberId, OrganizationId};
use membership_core::port::{Cursor, RecordQuery, RecordsVisible};
use membership_core::resource::{Holder, Level, Resource, ResourceName, Share};
use uuid::Uuid;

use super::observation::{all_records, shares_of};
use super::rows::{member, record, record_many};
use crate::fixture::record as name;
use crate::world::World;

fn registered(world: &World, name: &ResourceName, restricted: bool) -> Event {
    let resource = Resource { name: name.clone(), restricted, created_at: world.now(), version: 1 };
    Event::ResourceRegistered { resource }
}

fn shared(name: &ResourceName, member: MemberId, level: Level) -> Event {
    Event::ResourceShared { resource: name.clone(), holder: Holder::Member(member), level }
}

fn shared_with_group(name: &ResourceName, group: GroupId, level: Level) -> Event {
    Event::ResourceShared { resource: name.clone(), holder: Holder::Group(group), level }
}

/// A group with these members.
async fn grouped(world: &World, organization: OrganizationId, number: u128, members: &[MemberId]) -> GroupId {
    let group = GroupId(Uuid::from_u128(0x6_0000 + number));
    let name = crate::fixture::group_name(&format!("Group {number}"));
    let made = Group { id: group, name, created_at: world.now(), version: 1 };
    let mut events = vec![Event::GroupCreated { group: made }];
    events.extend(members.iter().map(|member| Event::GroupJoined { group, member: *member }));
    record(&world.stores, &Scope::of(organization), events).await.expect("a group");
    group
}

/// Longest names and every level come back as they were; changed rows too, and what was taken away is gone.
pub async fn records_and_shares_survive_being_stored(world: World) {
    let team = world.found("team", 1).await;
    let guests = [world.join(&team, 2, "member").await, world.join(&team, 3, "member").await];
    let longest = name(&"z".repeat(ResourceName::LONGEST_TYPE), &"~".repeat(ResourceName::LONGEST_ID));
    let names = [longest, name("report", "a:b@c~d.e-f_G"), name("report", "A")];
    for resource in &names {
        let mut scope = Scope { shares_of: vec![resource.clone()], ..Scope::of(team.id) };
        scope.members = guests.iter().map(|it| it.id).collect();
        let first = vec![
            registered(&world, resource, true),
            shared(resource, guests[0].id, Level::View),
            shared(resource, guests[1].id, Level::Control),
        ];
        record(&world.stores, &scope, first).await.expect("stored");
        let second = vec![
            Event::ResourceRestrictionChanged { resource: resource.clone(), restricted: false },
            shared(resource, guests[0].id, Level::Edit),
            Event::ResourceUnshared { resource: resource.clone(), holder: Holder::Member(guests[1].id) },
        ];
        record(&world.stores, &scope, second).await.expect("changed");
        let facts = world.stores.store.read(&scope).await.expect("facts");
        let expected = Resource { name: resource.clone(), restricted: false, created_at: world.now(), version: 2 };
        assert_eq!(facts.resources, [expected]);
        let holder = Holder::Member(guests[0].id);
        assert_eq!(facts.shares, [Share { resource: resource.clone(), holder, level: Level::Edit, version: 2 }]);
    }
    let scope = Scope { resources: vec![names[0].clone()], ..Scope::of(team.id) };
    record(&world.stores, &scope, vec![Event::ResourceRemoved { resource: names[0].clone() }]).await.expect("removed");
    assert!(world.stores.store.read(&scope).await.expect("facts").resources.is_empty());
    assert!(shares_of(&world.stores, team.id, &names[0]).await.expect("shares").is_empty(), "its shares are gone too");
}

/// A scope reads the records it names, each once, with the shares of the members it reads, or with all.
pub async fn a_scope_reads_the_shares_it_asks_for(world: World) {
    let team = world.found("team", 1).await;
    let (one, other) = (world.join(&team, 2, "member").await, world.join(&team, 3, "member").await);
    let names = [name("report", "1"), name("report", "2")];
    for resource in &names {
        let scope = Scope { resources: vec![resource.clone()], ..Scope::of(team.id) };
        let events = vec![
            registered(&world, resource, true),
            shared(resource, one.id, Level::View),
            shared(resource, other.id, Level::Edit),
        ];
        record(&world.stores, &scope, events).await.expect("stored");
    }
    let twice = vec![names[0].clone(), names[0].clone()];
    let scope = Scope { members: vec![one.id, one.id], resources: twice.clone(), ..Scope::of(team.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(facts.resources.iter().map(|it| &it.name).collect::<Vec<_>>(), [&names[0]]);
    assert_eq!(facts.shares.len(), 1, "the other's share is not asked for");
    let scope = Scope { resources: twice, shares_of: names.to_vec(), ..Scope::of(team.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!((facts.resources.len(), facts.shares.len()), (2, 4));
    let elsewhere = Scope { shares_of: names.to_vec(), ..Scope::of(OrganizationId(Uuid::from_u128(9))) };
    assert!(world.stores.store.read(&elsewhere).await.expect("facts").resources.is_empty());
}

/// S3.4: a share with a group reaches whoever is in it, in facts and in lists, from the moment they come in until they
/// leave or the group ends; the groups that hold shares are read along.
pub async fn a_share_with_a_group_reaches_whoever_is_in_it(world: World) {
    let team = world.found("team", 1).await;
    let (one, other) = (world.join(&team, 2, "member").await.id, world.join(&team, 3, "member").await.id);
    let (theirs, nobodys) = (grouped(&world, team.id, 1, &[one]).await, grouped(&world, team.id, 2, &[]).await);
    let resource = name("report", "1");
    let events = vec![
        registered(&world, &resource, true),
        shared_with_group(&resource, theirs, Level::Edit),
        shared_with_group(&resource, nobodys, Level::Control),
    ];
    record(&world.stores, &Scope::of(team.id), events).await.expect("stored");
    let facts = async |member: MemberId| {
        let scope = Scope { members: vec![member], resources: vec![resource.clone()], ..Scope::of(team.id) };
        world.stores.store.read(&scope).await.expect("facts")
    };
    let level = async |member: MemberId| {
        let facts = facts(member).await;
        facts.shared_level(&resource, facts.member(member).expect("a member"))
    };
    let listed = async |member: MemberId| {
        let visible = RecordsVisible::OpenAndSharedWith(member);
        let shared_with = Some(member);
        let seen = all_records(&world.stores, team.id, &RecordQuery { visible, ..RecordQuery::default() }).await;
        let theirs = all_records(&world.stores, team.id, &RecordQuery { shared_with, ..RecordQuery::default() }).await;
        let (seen, theirs) = (seen.expect("records"), theirs.expect("records"));
        assert_eq!(seen, theirs, "one and the same restricted record, or none");
        seen.len()
    };
    let read = facts(one).await;
    assert_eq!(read.groups.iter().map(|it| it.id).collect::<Vec<_>>(), [theirs], "only the group that reaches them");
    assert_eq!(read.shares.iter().map(|it| it.holder).collect::<Vec<_>>(), [Holder::Group(theirs)]);
    assert_eq!((level(one).await, level(other).await), (Some(Level::Edit), None));
    assert_eq!((listed(one).await, listed(other).await), (1, 0));
    let scope = Scope { members: vec![one], shares_of: vec![resource.clone()], ..Scope::of(team.id) };
    let all = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!((all.shares.len(), all.groups.len(), all.group_members.len()), (2, 2, 1), "all, and who is in which");

    let into = Scope { groups: vec![theirs], members: vec![one, other], ..Scope::of(team.id) };
    let swapped =
        vec![Event::GroupLeft { group: theirs, member: one }, Event::GroupJoined { group: theirs, member: other }];
    record(&world.stores, &into, swapped).await.expect("changed");
    assert_eq!((level(one).await, level(other).await), (None, Some(Level::Edit)));
    assert_eq!((listed(one).await, listed(other).await), (0, 1));

    // However many it holds: nobody has read them.
    let names: Vec<_> = (2..120).map(|number| name("report", &number.to_string())).collect();
    let more = names.iter().flat_map(|it| [registered(&world, it, true), shared_with_group(it, theirs, Level::View)]);
    record_many(&world.stores, team.id, more.collect()).await;
    let delete = Scope { groups: vec![theirs], ..Scope::of(team.id) };
    record(&world.stores, &delete, vec![Event::GroupDeleted { group: theirs }]).await.expect("deleted");
    assert_eq!((level(other).await, listed(other).await), (None, 0));
    for it in names.iter().chain([&resource]) {
        let left = shares_of(&world.stores, team.id, it).await.expect("shares");
        assert!(
            left.iter().all(|share| share.holder == Holder::Group(nobodys)),
            "{it} is shared with a group that is gone"
        );
    }
}

/// I8: whoever leaves takes all shares along, although the commit has read none of them.
pub async fn i8_a_members_shares_go_with_the_membership(world: World) {
    let team = world.found("team", 1).await;
    let (gone, stays) = (world.join(&team, 2, "member").await, world.join(&team, 3, "member").await);
    let names: Vec<_> = (0..120).map(|number| name("report", &number.to_string())).collect();
    let events = names.iter().flat_map(|resource| {
        let to = |id| shared(resource, id, Level::Edit);
        [registered(&world, resource, true), to(gone.id), to(stays.id)]
    });
    record_many(&world.stores, team.id, events.collect()).await;
    world.memberships.remove(team.id, team.owner, gone.id).await.expect("removed");
    for resource in &names {
        let left = shares_of(&world.stores, team.id, resource).await.expect("shares");
        assert_eq!(left.iter().map(|it| it.holder).collect::<Vec<_>>(), [Holder::Member(stays.id)]);
    }
}

/// Lists have what their viewer reaches, in order, in pages of any length, and every page tells the same total.
pub async fn records_are_listed_as_the_rules_see_them(world: World) {
    let team = world.found("team", 1).await;
    let viewer = record_member(&world, team.id).await;
    let mut names = BTreeSet::new();
    let mut events = Vec::new();
    for number in 0..120_u32 {
        let kind = if number % 3 == 0 { "Z" } else { "report" }.to_lowercase();
        let resource = name(&kind, &format!("{}{number}", if number % 2 == 0 { "B" } else { "a" }));
        events.push(registered(&world, &resource, number % 4 < 2));
        if number % 5 == 0 {
            events.push(shared(&resource, viewer, Level::View));
        }
        names.insert(resource);
    }
    for some in events.chunks(40) {
        record(&world.stores, &Scope::of(team.id), some.to_vec()).await.expect("stored");
    }
    for visible in [RecordsVisible::All, RecordsVisible::OpenAndSharedWith(viewer), RecordsVisible::SharedWith(viewer)]
    {
        let query = RecordQuery { visible, ..RecordQuery::default() };
        let list = all_records(&world.stores, team.id, &query).await.expect("records");
        let found: Vec<_> = list.iter().map(|it| it.name.clone()).collect();
        let number = |it: &ResourceName| it.id().trim_start_matches(['a', 'B']).parse::<u32>().expect("a number");
        let reaches = |it: &&ResourceName| match visible {
            RecordsVisible::All => true,
            RecordsVisible::OpenAndSharedWith(_) => 2 <= number(it) % 4 || number(it) % 5 == 0,
            RecordsVisible::SharedWith(_) => number(it) % 5 == 0,
        };
        assert_eq!(found, names.iter().filter(reaches).cloned().collect::<Vec<_>>(), "{visible:?}");
        let short = RecordQuery { limit: 7, ..query.clone() };
        assert_eq!(all_records(&world.stores, team.id, &short).await.expect("records"), list, "{visible:?}");
        let page = world.stores.directory.records(team.id, &short).await.expect("a page");
        assert_eq!((page.items.len(), page.total), (7, list.len() as u64));
    }
    let query = RecordQuery { kind: Some("z".to_owned()), restricted: Some(true), ..RecordQuery::default() };
    let list = all_records(&world.stores, team.id, &query).await.expect("records");
    assert!(!list.is_empty() && list.iter().all(|it| it.restricted && it.name.kind() == "z"));
    let query = RecordQuery { text: Some("A1".to_owned()), ..RecordQuery::default() };
    let list = all_records(&world.stores, team.id, &query).await.expect("records");
    let expected = names.iter().filter(|it| it.id().starts_with("a1"));
    assert_eq!(list.iter().map(|it| &it.name).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    let query = RecordQuery { text: Some("%".to_owned()), ..RecordQuery::default() };
    assert!(all_records(&world.stores, team.id, &query).await.expect("records").is_empty());
    let query = RecordQuery { shared_with: Some(viewer), ..RecordQuery::default() };
    assert_eq!(all_records(&world.stores, team.id, &query).await.expect("records").len(), 24);
    let astray = Cursor { after: "nonsense\0".to_owned(), id: Uuid::nil() };
    let query = RecordQuery { cursor: Some(astray), limit: 3, ..RecordQuery::default() };
    assert_eq!(world.stores.directory.records(team.id, &query).await.expect("a page").items.len(), 3);
}

async fn record_member(world: &World, organization: OrganizationId) -> MemberId {
    let viewer = member(world, 50);
    let id = viewer.id;
    record(&world.stores, &Scope::of(organization), vec![Event::MemberJoined { member: viewer }])
        .await
        .expect("joined");
    id
}
