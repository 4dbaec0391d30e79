//! All of a commit or nothing of it (I6), and nothing at all of a session that was dropped.

use membership_core::changes::Changes;
use membership_core::event::Event;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{MemberId, OrganizationId, SignUpId};
use membership_core::port::{MemberQuery, Random, StoreError};
use membership_core::secret::TokenHash;
use membership_core::service::NewOffer;
use time::Duration;

use super::observation::{all_members, observe};
use super::rows::{changes, member, record, verified_user};
use super::{code, rows};
use crate::fixture::{address, identity, organization_name, role, user_id, username};
use crate::world::{Founded, World};

type Spoil = fn(&World, &mut Changes);

/// Ways in which a commit can come too late.
const SPOILS: [(&str, Spoil); 13] = [
    ("the head has another revision", |_, it| it.head.iter_mut().for_each(|it| it.expected = Some(999))),
    ("the head is there already", |_, it| it.head.iter_mut().for_each(|it| it.expected = None)),
    ("the organization has another version", |_, it| {
        it.organization_row.iter_mut().for_each(|it| it.expected = Some(999));
    }),
    ("a member has another version", |_, it| it.members.iter_mut().for_each(|it| it.expected = Some(999))),
    ("a member to be removed has another version", |_, it| {
        it.removed_members.iter_mut().for_each(|(_, version)| *version = 999);
    }),
    ("a member to be removed is not there", |world, it| {
        it.removed_members.push((MemberId(world.random.id()), 1));
    }),
    ("an invitation has another version", |_, it| it.invitations.iter_mut().for_each(|it| it.expected = Some(999))),
    ("a user has another version", |_, it| it.users.iter_mut().for_each(|it| it.expected = Some(999))),
    ("an address belongs to somebody else", |world, it| {
        it.users.iter_mut().for_each(|it| it.row.emails = verified_user(world, 90).emails);
    }),
    ("a username belongs to somebody else", |_, it| {
        it.users.iter_mut().for_each(|it| it.row.username = Some(username("taken")));
    }),
    ("an identity belongs to somebody else", |_, it| {
        it.users.iter_mut().for_each(|it| it.row.identities = vec![identity(9)]);
    }),
    ("a sign-up is not there", |world, it| it.completed_sign_ups.push(SignUpId(world.random.id()))),
    ("a receipt is there already", |world, it| it.receipt = Some(receipt(world))),
];

fn receipt(world: &World) -> Receipt {
    Receipt {
        key: ReceiptKey { scope: user_id(1).0, key: TokenHash([9; 32]) },
        fingerprint: [1; 32],
        answer: vec![1, 2, 3],
        expires_at: world.now() + Duration::days(1),
    }
}

/// A team with a member to change, one to remove, an invitation, and somebody whose claims are taken.
async fn prepared(world: &World) -> Founded {
    let team = world.found("team", 1).await;
    world.join(&team, 2, "member").await;
    world.join(&team, 3, "member").await;
    world.invite(team.id, team.owner, 4, "member").await;
    let mut taken = verified_user(world, 90);
    taken.username = Some(username("taken"));
    taken.identities = vec![identity(9)];
    record(&world.stores, &Scope::default(), vec![Event::UserRegistered { user: taken }]).await.expect("a user");
    let session = world.stores.store.open(&Scope::default()).await.expect("a session");
    session.commit(Changes { receipt: Some(receipt(world)), ..Changes::default() }).await.expect("a receipt");
    team
}

/// Events that touch every kind of row at once.
async fn far_reaching(world: &World, team: Founded) -> (Scope, Vec<Event>) {
    let members = all_members(&world.stores, team.id, &MemberQuery::default()).await.expect("members");
    let id_of = |number| members.iter().find(|it| it.user == Some(user_id(number))).expect("a member").id;
    let waiting = world.stores.directory.waiting_for(&[address(4)]).await.expect("invitations");
    let invitation = waiting.first().expect("an invitation").1.id;
    let scope = Scope {
        members: vec![id_of(2), id_of(3)],
        invitations: vec![invitation],
        users: vec![user_id(5)],
        ..Scope::of(team.id)
    };
    let events = vec![
        Event::OrganizationRenamed { organization: team.id, name: organization_name("Renamed") },
        Event::MemberRoleChanged { member: id_of(2), role: role("admin") },
        Event::MemberRemoved { member: id_of(3) },
        Event::InvitationAccepted { invitation, member: member(world, 5) },
        Event::UserRegistered { user: verified_user(world, 5) },
    ];
    (scope, events)
}

/// Whatever guard fails, the commit is a conflict and leaves nothing: no row, no counter, no entry, no message.
pub async fn a_commit_whose_guard_fails_leaves_nothing(world: World) {
    let team = prepared(&world).await;
    let (scope, events) = far_reaching(&world, team).await;
    let before = observe(&world.stores).await.expect("what is there");
    for (what, spoil) in SPOILS {
        let session = world.stores.store.open(&scope).await.expect("a session");
        let mut changes = changes(session.facts(), events.clone());
        spoil(&world, &mut changes);
        let outcome = session.commit(changes).await;
        assert!(matches!(outcome, Err(StoreError::Conflict)), "{what}: {outcome:?}");
        assert_eq!(observe(&world.stores).await.expect("what is there"), before, "{what}");
    }
}

/// The same changes without a spoiled guard are written, all of them.
pub async fn a_commit_writes_everything_together(world: World) {
    let team = prepared(&world).await;
    let (scope, events) = far_reaching(&world, team).await;
    let before = observe(&world.stores).await.expect("what is there");
    record(&world.stores, &scope, events.clone()).await.expect("the commit holds");
    let after = observe(&world.stores).await.expect("what is there");
    let head = after.heads[&team.id].as_ref().expect("a head");
    let head_before = before.heads[&team.id].as_ref().expect("a head");
    assert_eq!(head.organization.name, organization_name("Renamed"));
    assert_eq!(head.revision, head_before.revision + 1);
    assert_eq!(head.audit.sequence, head_before.audit.sequence + 4);
    let users: Vec<_> = after.members[&team.id].iter().filter_map(|it| it.user).collect();
    assert!(users.contains(&user_id(5)) && !users.contains(&user_id(3)), "{users:?}");
    assert!(after.users[&user_id(5)].is_some());
    assert_eq!(after.organizations_of[&user_id(5)].len(), 1);
    assert!(after.waiting_for[&address(4)].is_empty());
}

/// A refusal changes nothing.
pub async fn a_refused_command_leaves_nothing(world: World) {
    let team = world.found("account", 1).await;
    world.limit_seats(team.id, Some(1)).await;
    let before = observe(&world.stores).await.expect("what is there");
    let invited = world.memberships.invite(team.id, team.owner, NewOffer::to(address(2))).await;
    assert_eq!(code(&invited), "seat-limit-reached");
    let removed = world.memberships.remove(team.id, team.owner, team.owner_member).await;
    assert_eq!(code(&removed), "owner-is-fixed");
    let stranger = world.memberships.leave(team.id, user_id(9)).await;
    assert_eq!(code(&stranger), "unknown-organization");
    assert_eq!(observe(&world.stores).await.expect("what is there"), before);
}

/// A session that is dropped has written nothing.
pub async fn a_dropped_session_leaves_nothing(world: World) {
    let team = prepared(&world).await;
    let (scope, events) = far_reaching(&world, team).await;
    let before = observe(&world.stores).await.expect("what is there");
    let session = world.stores.store.open(&scope).await.expect("a session");
    let changes = changes(session.facts(), events);
    assert!(!changes.is_empty());
    drop(session);
    assert_eq!(observe(&world.stores).await.expect("what is there"), before);
}

/// A session that is dropped, committed or refused frees the organization for the next one.
pub async fn a_dropped_session_lets_the_next_writer_in(world: World) {
    let team = world.found("team", 1).await;
    for _ in 0..20 {
        drop(world.stores.store.open(&Scope::of(team.id)).await.expect("a session"));
    }
    let session = world.stores.store.open(&Scope::of(team.id)).await.expect("a session");
    let stale = changes(session.facts(), [rename(team.id, "Stale")]);
    session.commit(stale.clone()).await.expect("the first commit");
    let late = world.stores.store.open(&Scope::of(team.id)).await.expect("a session");
    assert!(matches!(late.commit(stale).await, Err(StoreError::Conflict)));
    let renamed = world.memberships.rename(team.id, team.owner, organization_name("Fresh")).await;
    assert_eq!(code(&renamed), "ok");
}

/// A session sees the last commit, and so does a reader.
pub async fn what_was_committed_is_read_by_the_next_session(world: World) {
    let team = world.found("team", 1).await;
    for number in 0..10 {
        let name = format!("Name {number}");
        rows::record(&world.stores, &Scope::of(team.id), vec![rename(team.id, &name)]).await.expect("a commit");
        let session = world.stores.store.open(&Scope::of(team.id)).await.expect("a session");
        let seen = session.facts().head().expect("a head").clone();
        drop(session);
        let read = world.stores.store.read(&Scope::of(team.id)).await.expect("facts");
        assert_eq!(seen.organization.name, organization_name(&name));
        assert_eq!(read.head, Some(seen));
    }
}

fn rename(organization: OrganizationId, name: &str) -> Event {
    Event::OrganizationRenamed { organization, name: organization_name(name) }
}
