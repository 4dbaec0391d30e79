//! Pages that begin after a key: no row is missed or doubled, whatever happens between two pages.

use std::collections::BTreeSet;

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::group::Group;
use membership_core::id::{GroupId, MemberId, OrganizationId};
use membership_core::member::Member;
use membership_core::port::{
    Cursor, InvitationQuery, LONGEST_PAGE, MemberQuery, MemberSort, NamedQuery, Page, Random, RoundQuery,
};
use time::Duration;
use uuid::Uuid;

use super::observation::{all_invitations, all_members, all_rounds};
use super::rows::{invitation, member, record, record_many, round};
use crate::fixture::{group_name, name};
use crate::world::World;

const MANY: u32 = 250;
const SORTS: [MemberSort; 4] = [MemberSort::Name, MemberSort::JoinedAt, MemberSort::LastLogin, MemberSort::LoginSince];

/// Many members; every tenth shares name and age with others, so that only the id tells them apart.
async fn crowd(world: &World) -> (OrganizationId, Vec<Member>) {
    let team = world.found("team", 1).await;
    let members: Vec<_> = (0..MANY - 1)
        .map(|number| {
            let text =
                if number % 10 == 0 { "Namesake".to_owned() } else { format!("Ünique {:03}", number * 7 % 250) };
            let joined_at = world.now() - Duration::seconds(i64::from(number / 10));
            Member { name: name(&text), joined_at, login_since: Some(joined_at), ..member(world, 1_000 + number) }
        })
        .collect();
    let joined = members.iter().map(|member| Event::MemberJoined { member: member.clone() }).collect();
    record_many(&world.stores, team.id, joined).await;
    (team.id, members)
}

/// Pages of any length join to the same list, which has every row once, and every page tells the same total.
pub async fn no_member_is_missed_or_doubled(world: World) {
    let (organization, members) = crowd(&world).await;
    for sort in SORTS {
        let whole = MemberQuery { sort, limit: LONGEST_PAGE, ..MemberQuery::default() };
        let list = all_members(&world.stores, organization, &whole).await.expect("members");
        let ids: BTreeSet<_> = list.iter().map(|it| it.id).collect();
        assert_eq!((list.len(), ids.len()), (250, 250), "{sort:?}");
        assert!(members.iter().all(|it| ids.contains(&it.id)));
        for limit in [3, 50, 83] {
            let query = MemberQuery { limit, ..whole.clone() };
            assert_eq!(all_members(&world.stores, organization, &query).await.expect("members"), list, "{sort:?}");
        }
        let page = world.stores.directory.members(organization, &MemberQuery { limit: 99, ..whole }).await;
        let page = page.expect("a page");
        assert_eq!((page.items.len(), page.total), (99, 250));
        let last = world.stores.directory.members(organization, &after(sort, &list[199], 50)).await.expect("a page");
        assert_eq!((last.items.as_slice(), last.next, last.total), (&list[200..], None, 250));
    }
}

fn after(sort: MemberSort, member: &Member, limit: u32) -> MemberQuery {
    let after = match sort {
        MemberSort::Name => member.name.as_str().to_lowercase(),
        MemberSort::JoinedAt => crate::clock::micros(member.joined_at).to_string(),
        // Nobody of the crowd has ever signed in.
        MemberSort::LastLogin => "0".to_owned(),
        MemberSort::LoginSince => member.login_since.map_or(0, crate::clock::micros).to_string(),
    };
    MemberQuery { sort, limit, cursor: Some(Cursor { after, id: member.id.0 }), ..MemberQuery::default() }
}

/// Between two pages members join and leave: whoever was there all the time is listed once.
pub async fn no_member_is_missed_or_doubled_while_others_come_and_go(world: World) {
    let (organization, members) = crowd(&world).await;
    for (sort, first) in SORTS.into_iter().zip([10_000, 20_000, 30_000, 40_000]) {
        let mut gone: BTreeSet<MemberId> = BTreeSet::new();
        let mut listed: Vec<MemberId> = Vec::new();
        let mut cursor = None;
        let mut number = first;
        loop {
            let query = MemberQuery { sort, limit: 40, cursor, ..MemberQuery::default() };
            let page = world.stores.directory.members(organization, &query).await.expect("a page");
            listed.extend(page.items.iter().map(|it| it.id));
            let Some(next) = page.next else { break };
            cursor = Some(next);
            number += 1;
            let newcomers = ["AAA first", "Ünique 100", "zzz last"].map(|text| {
                number += 1;
                Event::MemberJoined { member: Member { name: name(text), ..member(&world, number) } }
            });
            record(&world.stores, &Scope::of(organization), newcomers.to_vec()).await.expect("newcomers");
            // The row at which the next page begins is among those that go.
            let leavers: Vec<_> = page.items.iter().rev().take(2).map(|it| it.id).collect();
            let owner = world.stores.store.read(&Scope::of(organization)).await.expect("facts");
            let owner = owner.owner().expect("an owner").id;
            let leavers: Vec<_> = leavers.into_iter().filter(|id| *id != owner).collect();
            let scope = Scope { members: leavers.clone(), ..Scope::of(organization) };
            let left = leavers.iter().map(|member| Event::MemberLeft { member: *member }).collect();
            record(&world.stores, &scope, left).await.expect("leavers");
            gone.extend(leavers);
        }
        let ids: BTreeSet<_> = listed.iter().copied().collect();
        assert_eq!(ids.len(), listed.len(), "{sort:?}: nobody is listed twice");
        let there = all_members(&world.stores, organization, &MemberQuery::default()).await.expect("members");
        let there: BTreeSet<_> = there.iter().map(|it| it.id).collect();
        let stayed = members.iter().filter(|it| there.contains(&it.id));
        assert!(stayed.clone().all(|it| ids.contains(&it.id)), "{sort:?}: nobody who stayed is missed");
        assert!(gone.iter().all(|id| ids.contains(id)));
    }
}

/// The same for invitations, of which many have the same age.
pub async fn no_invitation_is_missed_or_doubled(world: World) {
    let team = world.found("team", 1).await;
    let rows: Vec<_> = (0..MANY)
        .map(|number| {
            let mut it = invitation(&world, 1_000 + number);
            it.created_at = world.now() - Duration::microseconds(i64::from(number / 10));
            it
        })
        .collect();
    let created = rows.iter().map(|it| Event::InvitationCreated { invitation: it.clone() }).collect();
    record_many(&world.stores, team.id, created).await;
    let whole = InvitationQuery { limit: LONGEST_PAGE, ..InvitationQuery::default() };
    let list = all_invitations(&world.stores, team.id, &whole).await.expect("invitations");
    assert!(list.is_sorted_by(|one, next| next.created_at <= one.created_at));
    let ids: BTreeSet<_> = list.iter().map(|it| it.id).collect();
    assert_eq!((list.len(), ids.len()), (250, 250));
    for limit in [7, 10, 99] {
        let query = InvitationQuery { limit, ..InvitationQuery::default() };
        assert_eq!(all_invitations(&world.stores, team.id, &query).await.expect("invitations"), list, "{limit}");
    }
}

/// The same for rounds, the latest first; those since an instant are listed and counted alone.
pub async fn s4_3_no_round_is_missed_or_doubled(world: World) {
    let (portal, other) = (world.found("member_portal", 1).await.id, world.found("member_portal", 2).await.id);
    let begun = world.now();
    let started = |number: u32| begun + Duration::minutes(i64::from(number));
    let rounds: Vec<_> = (1..=MANY).map(|number| round(&world, number, started(number))).collect();
    let events = rounds.iter().map(|it| Event::RoundStarted { round: it.clone() }).collect();
    record_many(&world.stores, portal, events).await;
    record_many(&world.stores, other, vec![Event::RoundStarted { round: round(&world, 1, begun) }]).await;
    let latest_first: Vec<_> = rounds.into_iter().rev().collect();
    for (since, expected) in [
        (None, MANY),
        (Some(begun), MANY),
        (Some(started(100)), 151),
        (Some(started(100) + Duration::microseconds(1)), 150),
        (Some(started(MANY)), 1),
        (Some(started(MANY + 1)), 0),
    ] {
        let count = usize::try_from(expected).expect("a number");
        for limit in [7, 50, LONGEST_PAGE] {
            let query = RoundQuery { since, limit, ..RoundQuery::default() };
            let list = all_rounds(&world.stores, portal, &query).await.expect("rounds");
            assert_eq!(list, latest_first[..count], "{since:?} {limit}");
            let page = world.stores.directory.rounds(portal, &query).await.expect("a page");
            assert_eq!(page.total, u64::from(expected), "{since:?}");
            let next = RoundQuery { cursor: page.next, ..query };
            let page = world.stores.directory.rounds(portal, &next).await.expect("a page");
            assert_eq!(page.total, u64::from(expected), "the next page tells the same");
        }
    }
    let query = RoundQuery { limit: 1, ..RoundQuery::default() };
    let page = world.stores.directory.rounds(other, &query).await.expect("a page");
    assert_eq!((page.items.len(), page.next, page.total), (1, None, 1), "another organization's are its own");
}

/// A page that is asked to be empty has one row; one that is asked to be endless has a hundred.
pub async fn a_page_has_at_least_one_row_and_at_most_a_hundred(world: World) {
    let (organization, _) = crowd(&world).await;
    for (limit, length) in [(0, 1), (1, 1), (100, 100), (101, 100), (u32::MAX, 100)] {
        let query = MemberQuery { limit, ..MemberQuery::default() };
        let page = world.stores.directory.members(organization, &query).await.expect("a page");
        assert_eq!((page.items.len(), page.next.is_some()), (length, true), "{limit}");
    }
}

/// Who asks not to count is told no total, and the same rows otherwise.
pub async fn a_page_is_the_same_without_a_total(world: World) {
    let (organization, _) = crowd(&world).await;
    let directory = &world.stores.directory;
    for sort in SORTS {
        for login in [None, Some(true), Some(false)] {
            let query = MemberQuery { sort, login, limit: 10, ..MemberQuery::default() };
            let page = directory.members(organization, &query).await.expect("a page");
            let next = MemberQuery { cursor: page.next.clone(), ..query.clone() };
            let uncounted = |it: &MemberQuery| MemberQuery { uncounted: true, ..it.clone() };
            let bare = directory.members(organization, &uncounted(&query)).await.expect("a page");
            assert_eq!(bare, Page { total: 0, ..page }, "{sort:?} {login:?}");
            let page = directory.members(organization, &next).await.expect("a page");
            let bare = directory.members(organization, &uncounted(&next)).await.expect("a page");
            assert_eq!(bare, Page { total: 0, ..page }, "{sort:?} {login:?}");
        }
    }
    let made = ["North", "South", "West"].map(|text| {
        let id = GroupId(world.random.id());
        Event::GroupCreated { group: Group { id, name: group_name(text), created_at: world.now(), version: 1 } }
    });
    record_many(&world.stores, organization, made.to_vec()).await;
    let query = NamedQuery { limit: 2, ..NamedQuery::default() };
    let page = directory.groups(organization, &query).await.expect("a page");
    assert_eq!((page.items.len(), page.total), (2, 3));
    let bare = directory.groups(organization, &NamedQuery { uncounted: true, ..query.clone() }).await;
    assert_eq!(bare.expect("a page"), Page { total: 0, ..page });
    let programs = directory.programs(organization, &NamedQuery { uncounted: true, ..query }).await;
    assert_eq!(programs.expect("a page"), Page { items: Vec::new(), next: None, total: 0 });
}

/// Whatever a cursor says, the answer is a page and not an error: the text came from a caller.
pub async fn a_cursor_that_no_page_gave_out_is_harmless(world: World) {
    let (organization, _) = crowd(&world).await;
    let texts = ["", "zzzz", "'; --", "9223372036854775807", "-1", "99999999999999999999", "\u{10FFFF}", "%"];
    for text in texts {
        for id in [Uuid::nil(), Uuid::max()] {
            let cursor = Some(Cursor { after: text.to_owned(), id });
            for sort in SORTS {
                let query = MemberQuery { sort, cursor: cursor.clone(), limit: 10, ..MemberQuery::default() };
                let page = world.stores.directory.members(organization, &query).await.expect("a page");
                assert_eq!(page.total, 250, "{text}");
            }
            let query = InvitationQuery { cursor: cursor.clone(), limit: 10, ..InvitationQuery::default() };
            world.stores.directory.invitations(organization, &query).await.expect("a page");
            let query = RoundQuery { cursor, limit: 10, ..RoundQuery::default() };
            world.stores.directory.rounds(organization, &query).await.expect("a page");
        }
    }
}
