//! Lists: their order, pages and filters, each compared with the formula of the core.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails in a helper fails the test")]

mod world;

use std::collections::BTreeSet;

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{MemberId, OrganizationId, UserId};
use membership_core::invitation::{Invitation, InvitationState};
use membership_core::member::{Member, MemberStatus};
use membership_core::name::PersonName;
use membership_core::port::{AuditQuery, Directory, InvitationQuery, MemberQuery, MemberSort, Page};
use time::Duration;
use uuid::Uuid;
use world::{World, address, id, invitation, member, role};

/// Members of every status, seat, login and date.
async fn crowd(world: &World, organization: OrganizationId) -> Vec<Member> {
    let now = world.now();
    let mut members = vec![member(1, now)];
    for number in 2..50_u128 {
        let mut member = member(number, now - Duration::hours(i64::try_from(number % 7).unwrap()));
        member.name = PersonName::parse(["Zoë", "ÉMILE", "ada", "Ada", "émile", "Bob_%"][number as usize % 6]).unwrap();
        member.status = MemberStatus::ALL[number as usize % 3];
        member.seat = number % 2 == 0 && member.status != MemberStatus::Deactivated;
        member.deactivates_at =
            [None, Some(now), Some(now + Duration::SECOND), Some(now - Duration::SECOND)][number as usize % 4];
        member.role = role(["administrator", "editor"][number as usize % 2]);
        if number % 5 == 0 {
            (member.user, member.email) = (None, None);
        }
        members.push(member);
    }
    let events = members[1..].iter().map(|member| Event::MemberJoined { member: member.clone() }).collect();
    world.record(&Scope::of(organization), events).await.unwrap();
    members
}

async fn all_members(world: &World, organization: OrganizationId, query: &MemberQuery) -> (Vec<Member>, u64) {
    let (mut query, mut all) = (MemberQuery { limit: 7, ..query.clone() }, Vec::new());
    loop {
        let Page { items, next, total } = world.store.members(organization, &query).await.unwrap();
        assert!(items.len() <= 7);
        all.extend(items);
        match next {
            Some(next) => query.cursor = Some(next),
            None => return (all, total),
        }
    }
}

#[tokio::test]
async fn members_are_listed_in_order_and_each_once() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let mut expected = crowd(&world, organization).await;
    expected.sort_by_key(|it| (it.name.as_str().to_lowercase(), it.id));
    let by_name = all_members(&world, organization, &MemberQuery::default()).await;
    assert_eq!(by_name, (expected.clone(), 49));

    expected.sort_by_key(|it| std::cmp::Reverse((it.joined_at, it.id)));
    let newest = MemberQuery { sort: MemberSort::JoinedAt, ..MemberQuery::default() };
    assert_eq!(all_members(&world, organization, &newest).await, (expected, 49));
    let (nobody, total) = all_members(&world, OrganizationId(id(9)), &newest).await;
    assert!(nobody.is_empty() && total == 0);
}

#[tokio::test]
async fn members_are_filtered_as_the_core_judges_them() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let crowd = crowd(&world, organization).await;
    let now = world.now();
    let check = async |query: MemberQuery, fits: &dyn Fn(&Member) -> bool| {
        let expected: BTreeSet<_> = crowd.iter().filter(|it| fits(it)).map(|it| it.id).collect();
        let (found, total) = all_members(&world, organization, &query).await;
        assert_eq!(found.iter().map(|it| it.id).collect::<BTreeSet<_>>(), expected, "{query:?}");
        assert_eq!(total, expected.len() as u64, "{query:?}");
    };
    let any = MemberQuery::default;
    for status in MemberStatus::ALL {
        check(MemberQuery { status: Some(status), ..any() }, &|it| it.status_at(now) == status).await;
    }
    for yes in [true, false] {
        check(MemberQuery { seat: Some(yes), ..any() }, &|it| it.seat_at(now) == yes).await;
        check(MemberQuery { login: Some(yes), ..any() }, &|it| it.user.is_some() == yes).await;
    }
    check(MemberQuery { role: Some(role("editor")), ..any() }, &|it| it.role == role("editor")).await;
    for text in ["Émile", "EMILE", "ADA", "_%", "%", "person1", "@EXAMPLE", "'", ""] {
        let lower = text.to_lowercase();
        check(MemberQuery { text: Some(text.to_owned()), ..any() }, &|it| {
            it.name.as_str().to_lowercase().contains(&lower)
                || it.email.as_ref().is_some_and(|email| email.as_str().contains(&lower))
        })
        .await;
    }
    let query = MemberQuery { seat: Some(true), login: Some(true), role: Some(role("administrator")), ..any() };
    check(query, &|it| it.seat_at(now) && it.user.is_some() && it.role == role("administrator")).await;
}

#[tokio::test]
async fn invitations_are_filtered_as_the_core_judges_them() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let (start, mut events, mut ids) = (world.now(), Vec::new(), Vec::new());
    for number in 10..40_u128 {
        let mut it = invitation(number, start + Duration::minutes(i64::try_from(number % 4).unwrap()));
        it.opens_at = start + Duration::hours(i64::try_from(number % 3).unwrap());
        it.expires_at = start + Duration::hours(1 + i64::try_from(number % 4).unwrap());
        ids.push(it.id);
        events.push(Event::InvitationCreated { invitation: it });
    }
    for (number, id) in ids.iter().enumerate() {
        match number % 6 {
            0 => events.push(Event::InvitationRevoked { invitation: *id }),
            1 => events.push(Event::InvitationDeclined { invitation: *id }),
            2 => events.push(Event::InvitationExpired { invitation: *id }),
            _ => {}
        }
    }
    let after = world.record(&Scope::of(organization), events).await.unwrap();
    for hours in 0..4 {
        let now = world.now();
        for state in InvitationState::ALL {
            let query = InvitationQuery { state: Some(state), limit: 100, ..InvitationQuery::default() };
            let expected = listed(&after.invitations, |it| it.state_at(now) == state);
            let page = world.store.invitations(organization, &query).await.unwrap();
            assert_eq!((page.items, page.next), (expected, None), "{state:?} after {hours} hours");
        }
        let query = InvitationQuery { outstanding: true, limit: 100, ..InvitationQuery::default() };
        let page = world.store.invitations(organization, &query).await.unwrap();
        assert_eq!(page.items, listed(&after.invitations, |it| it.is_outstanding(now)));
        world.pass(Duration::HOUR);
    }
    let mut query = InvitationQuery { text: Some("GUEST1".to_owned()), limit: 3, ..InvitationQuery::default() };
    let mut pages = Vec::new();
    loop {
        let page = world.store.invitations(organization, &query).await.unwrap();
        assert_eq!(page.total, 10);
        pages.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, listed(&after.invitations, |it| it.email.as_str().contains("guest1")));
}

fn listed(invitations: &[Invitation], fits: impl Fn(&Invitation) -> bool) -> Vec<Invitation> {
    let mut list: Vec<_> = invitations.iter().filter(|it| fits(it)).cloned().collect();
    list.sort_by_key(|it| std::cmp::Reverse((it.created_at, it.id)));
    list
}

#[tokio::test]
async fn the_audit_log_is_listed_from_its_end() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let events = (10..20).map(|it| Event::InvitationCreated { invitation: invitation(it, world.now()) }).collect();
    world.record(&Scope::of(organization), events).await.unwrap();
    let sequences = async |query: AuditQuery| -> Vec<u64> {
        let entries = world.store.audit(organization, &query).await.unwrap();
        assert!(entries.iter().all(|entry| entry.hash == entry.expected_hash()));
        entries.iter().map(|entry| entry.sequence).collect()
    };
    let any = || AuditQuery { limit: 3, ..AuditQuery::default() };
    assert_eq!(sequences(any()).await, [12, 11, 10]);
    assert_eq!(sequences(AuditQuery { before: Some(3), ..any() }).await, [2, 1]);
    assert_eq!(sequences(AuditQuery { event: Some("member-joined".to_owned()), ..any() }).await, [2]);
    assert_eq!(sequences(AuditQuery { subject: Some(id(14)), ..any() }).await, [7]);
    assert!(sequences(AuditQuery { actor: Some(UserId(id(1))), ..any() }).await.is_empty());
}

#[tokio::test]
async fn mirrors_follow_the_memberships_and_hints_are_verified() {
    let world = World::new().await;
    let (first, second) = (world.found(1).await, world.found(2).await);
    let now = world.now();
    let person = UserId(id(7));
    for (organization, number) in [(first, 70), (second, 71)] {
        let mut member = member(number, now);
        member.user = Some(person);
        world.record(&Scope::of(organization), vec![Event::MemberJoined { member }]).await.unwrap();
    }
    let list = async || -> Vec<(Uuid, Uuid)> {
        let list = world.store.organizations_of(person).await.unwrap();
        list.iter().map(|(head, member)| (head.organization.id.0, member.id.0)).collect()
    };
    assert_eq!(list().await, [(id(1), id(70)), (id(2), id(71))]);
    let rename = Event::OrganizationRenamed { organization: first, name: "zebra".parse().unwrap() };
    world.record(&Scope::of(first), vec![rename]).await.unwrap();
    assert_eq!(list().await, [(id(2), id(71)), (id(1), id(70))]);
    let scope = Scope { members: vec![MemberId(id(70))], ..Scope::of(first) };
    world.record(&scope, vec![Event::MemberLeft { member: MemberId(id(70)) }]).await.unwrap();
    assert_eq!(list().await, [(id(2), id(71))]);
    world.record(&Scope::of(second), vec![Event::OrganizationDeleted { organization: second }]).await.unwrap();
    assert!(list().await.is_empty());

    let mut later = invitation(81, now);
    (later.email, later.opens_at) = (address("guest80@example.org"), now + Duration::HOUR);
    world.record(&Scope::of(first), vec![Event::InvitationCreated { invitation: invitation(80, now) }]).await.unwrap();
    let third = world.found(3).await;
    world.record(&Scope::of(third), vec![Event::InvitationCreated { invitation: later }]).await.unwrap();
    let addresses = [address("guest80@example.org"), address("other@example.org")];
    let waiting = async || -> Vec<Uuid> {
        let mut ids: Vec<_> =
            world.store.waiting_for(&addresses).await.unwrap().iter().map(|(_, it)| it.id.0).collect();
        ids.sort();
        ids
    };
    assert_eq!(waiting().await, [id(80)]);
    world.pass(Duration::HOUR);
    assert_eq!(waiting().await, [id(80), id(81)]);
    let scope = Scope { invitations: vec![invitation(80, now).id], ..Scope::of(first) };
    world.record(&scope, vec![Event::InvitationRevoked { invitation: invitation(80, now).id }]).await.unwrap();
    assert_eq!(waiting().await, [id(81)]);
    world.pass(Duration::days(7));
    assert!(waiting().await.is_empty());
    assert!(world.store.waiting_for(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn holders_are_active_have_an_address_and_come_in_pages() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let mut events = Vec::new();
    for number in 2..152_u128 {
        let mut member = member(number, now);
        member.role = role(if number % 10 == 0 { "viewer" } else { "editor" });
        match number {
            11 => member.status = MemberStatus::Suspended,
            12 => member.email = None,
            13 => member.deactivates_at = Some(now),
            _ => {}
        }
        events.push(Event::MemberJoined { member });
    }
    world.record(&Scope::of(organization), events).await.unwrap();
    let first = world.store.holders(organization, &[role("editor")], None).await.unwrap();
    assert_eq!((first.len(), first[0].id.0), (100, id(1)), "the owner is among them");
    let rest = world.store.holders(organization, &[role("editor")], first.last().map(|it| it.id)).await.unwrap();
    assert_eq!(first.len() + rest.len(), 1 + 150 - 15 - 3);
    let only_owner = world.store.holders(organization, &[], None).await.unwrap();
    assert_eq!(only_owner.iter().map(|it| it.id.0).collect::<Vec<_>>(), [id(1)]);
    world.store.ping().await.unwrap();
}
