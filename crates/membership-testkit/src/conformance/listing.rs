//! Lists show what the rules see: filters, searches and orders, compared with the rules' own functions.

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::group::Group;
use membership_core::id::{GroupId, MemberId, OrganizationId, ProgramId, SessionId};
use membership_core::invitation::{Invitation, InvitationState};
use membership_core::member::{Member, MemberStatus};
use membership_core::port::{EnrolledQuery, InvitationQuery, MemberQuery, MemberSort, OrganizationQuery, Random};
use membership_core::program::{Program, Session};
use time::Duration;

use super::observation::{all_invitations, all_members};
use super::rows::{invitation, member, record, record_many};
use crate::fixture::{email, group_name, name, program_name, role, session_title};
use crate::world::World;

async fn listed(world: &World, organization: OrganizationId, query: MemberQuery) -> Vec<Member> {
    let all = all_members(&world.stores, organization, &query).await.expect("members");
    let query = MemberQuery { limit: 1, ..query };
    let total = world.stores.directory.members(organization, &query).await.expect("a page").total;
    assert_eq!(total, u64::try_from(all.len()).expect("a number"), "{query:?}");
    all
}

/// Members that differ in all that can be asked for.
async fn motley(world: &World) -> (OrganizationId, Vec<Member>) {
    let team = world.found("team", 1).await;
    let (past, future) = (world.now() - Duration::days(1), world.now() + Duration::days(1));
    let mut members = Vec::new();
    for status in MemberStatus::ALL {
        for deactivates_at in [None, Some(past), Some(world.now()), Some(future)] {
            for (seat, login, key) in [(true, true, "admin"), (false, true, "member"), (true, false, "member")] {
                let number = u32::try_from(members.len()).expect("a number") + 100;
                let mut it = Member { role: role(key), status, deactivates_at, seat, ..member(world, number) };
                it.user = it.user.filter(|_| login);
                it.login_since = it.login_since.filter(|_| login);
                members.push(it);
            }
        }
    }
    let joined = members.iter().map(|member| Event::MemberJoined { member: member.clone() }).collect();
    record_many(&world.stores, team.id, joined).await;
    members.push(world.stores.store.read(&Scope::of(team.id)).await.expect("facts").owner().expect("an owner").clone());
    (team.id, members)
}

/// Every filter, alone and together with others, finds what `Member::status_at` and `Member::seat_at` say.
pub async fn members_are_filtered_as_the_rules_see_them(world: World) {
    let (organization, members) = motley(&world).await;
    let now = world.now();
    let choices = |values: [bool; 2]| [None, Some(values[0]), Some(values[1])];
    for status in [None].into_iter().chain(MemberStatus::ALL.map(Some)) {
        for seat in choices([true, false]) {
            for login in choices([true, false]) {
                for key in [None, Some("admin"), Some("member"), Some("pilot")] {
                    let query = MemberQuery { status, seat, login, role: key.map(role), ..MemberQuery::default() };
                    let fits = |it: &&Member| {
                        status.is_none_or(|status| it.status_at(now) == status)
                            && seat.is_none_or(|seat| it.seat_at(now) == seat)
                            && login.is_none_or(|login| it.user.is_some() == login)
                            && key.is_none_or(|key| it.role == role(key))
                    };
                    let mut expected: Vec<_> = members.iter().filter(fits).map(|it| it.id).collect();
                    let mut found: Vec<_> =
                        listed(&world, organization, query.clone()).await.iter().map(|it| it.id).collect();
                    expected.sort_unstable();
                    found.sort_unstable();
                    assert_eq!(found, expected, "{query:?}");
                }
            }
        }
    }
}

/// Names that databases like to compare, search and sort in ways of their own.
const NAMES: [&str; 24] = [
    "ada",
    "Ada",
    "ADA",
    "Ábel",
    "ábel",
    "Åsa",
    "Zoë",
    "zoe",
    "Straße",
    "STRASSE",
    "İpek",
    "ipek",
    "Ñandú",
    "100% sure",
    "100 sure",
    "a_b",
    "axb",
    "a\\b",
    "O'Brien",
    "Ωmega",
    "ωmega",
    "李",
    "😀 smile",
    "~tilde",
];

async fn named(world: &World) -> OrganizationId {
    let team = world.found("team", 1).await;
    let joined = (200..)
        .zip(NAMES)
        .map(|(number, text)| Event::MemberJoined { member: Member { name: name(text), ..member(world, number) } });
    record_many(&world.stores, team.id, joined.collect()).await;
    let accented = Member { name: name("Umlaut"), email: Some(email("müller_50%@example.org")), ..member(world, 300) };
    let nameless = Member { name: name("Nobody"), email: None, user: None, login_since: None, ..member(world, 301) };
    let more = [accented, nameless].map(|member| Event::MemberJoined { member });
    record(&world.stores, &Scope::of(team.id), more.to_vec()).await.expect("members");
    team.id
}

/// A text is found in names and addresses, whatever its case; `%`, `_` and `\` mean themselves.
pub async fn members_are_searched_by_name_and_address(world: World) {
    let organization = named(&world).await;
    let all = listed(&world, organization, MemberQuery::default()).await;
    let texts = [
        "ada",
        "ADA",
        "á",
        "Á",
        "zoË",
        "ß",
        "SS",
        "İ",
        "i",
        "ñ",
        "%",
        "_",
        "\\",
        "'",
        "Ω",
        "李",
        "😀",
        "50%",
        "r_5",
        "MÜLLER",
        "@EXAMPLE",
        "p20",
        " ",
        "100%",
        "nothing like it",
    ];
    for text in texts {
        let lower = text.to_lowercase();
        let fits = |it: &&Member| {
            it.name.as_str().to_lowercase().contains(&lower)
                || it.email.as_ref().is_some_and(|email| email.as_str().contains(&lower))
        };
        let expected: Vec<_> = all.iter().filter(fits).map(|it| it.name.to_string()).collect();
        let query = MemberQuery { text: Some(text.to_owned()), ..MemberQuery::default() };
        let found: Vec<_> = listed(&world, organization, query).await.iter().map(|it| it.name.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }
}

/// Sorted by the lower-cased name in the order of its characters' numbers, then by id; or by age, the newest first.
pub async fn members_are_sorted_by_lower_case_name_then_id(world: World) {
    let organization = named(&world).await;
    let later = world.now() + Duration::microseconds(1);
    let newest = Member { joined_at: later, name: name("aaa newest"), ..member(&world, 400) };
    let namesake = Member { name: name("ADA"), ..member(&world, 401) };
    let more = [newest, namesake].map(|member| Event::MemberJoined { member });
    record(&world.stores, &Scope::of(organization), more.to_vec()).await.expect("members");
    let by_name = listed(&world, organization, MemberQuery::default()).await;
    let keys: Vec<_> = by_name.iter().map(|it| (it.name.as_str().to_lowercase(), it.id)).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let query = MemberQuery { sort: MemberSort::JoinedAt, ..MemberQuery::default() };
    let by_age = listed(&world, organization, query).await;
    assert_eq!(by_age[0].joined_at, later);
    assert!(by_age.is_sorted_by(|one, next| next.joined_at <= one.joined_at));
    assert_eq!(by_age.len(), by_name.len());
}

/// Every state filter finds what `Invitation::state_at` says; a text is found in the address.
pub async fn invitations_are_filtered_as_the_rules_see_them(world: World) {
    let team = world.found("team", 1).await;
    let now = world.now();
    let times = [-Duration::days(1), Duration::ZERO, Duration::days(1)];
    let written = InvitationState::ALL.into_iter().filter(|state| *state != InvitationState::Scheduled);
    let mut rows: Vec<Invitation> = Vec::new();
    for state in written {
        for opens in times {
            for expires in times {
                let number = u32::try_from(rows.len()).expect("a number") + 100;
                let created_at = now - Duration::days(30) + Duration::minutes(i64::from(number));
                let (opens_at, expires_at) = (now + opens, now + expires);
                rows.push(Invitation { state, created_at, opens_at, expires_at, ..invitation(&world, number) });
            }
        }
    }
    let created = rows.iter().map(|it| Event::InvitationCreated { invitation: it.clone() }).collect();
    record_many(&world.stores, team.id, created).await;
    for state in [None].into_iter().chain(InvitationState::ALL.map(Some)) {
        for (outstanding, expires_after) in [(false, None), (true, None), (false, Some(now - Duration::hours(1)))] {
            for text in [None, Some("P10"), Some("_"), Some("4@example")] {
                let query = InvitationQuery {
                    state,
                    outstanding,
                    expires_after,
                    text: text.map(str::to_owned),
                    limit: 7,
                    ..InvitationQuery::default()
                };
                let fits = |it: &&Invitation| {
                    state.is_none_or(|state| it.state_at(now) == state)
                        && (!outstanding || it.is_outstanding(now))
                        && expires_after.is_none_or(|at| at < it.expires_at)
                        && text.is_none_or(|text| it.email.as_str().contains(&text.to_lowercase()))
                };
                let mut expected: Vec<_> = rows.iter().filter(fits).cloned().collect();
                expected.sort_by_key(|it| std::cmp::Reverse(it.created_at));
                let found = all_invitations(&world.stores, team.id, &query).await.expect("invitations");
                assert_eq!(found, expected, "{query:?}");
                let total = world.stores.directory.invitations(team.id, &query).await.expect("a page").total;
                assert_eq!(total, u64::try_from(expected.len()).expect("a number"), "{query:?}");
            }
        }
    }
}

/// Whom a notification reaches: the owner and the holders of these roles, if active and with an address, in pages.
pub async fn holders_of_roles_are_the_active_ones_with_an_address(world: World) {
    let (organization, members) = motley(&world).await;
    let now = world.now();
    let owner = world.stores.store.read(&Scope::of(organization)).await.expect("facts").owner().expect("an owner").id;
    let without_address = Member { email: None, role: role("admin"), ..member(&world, 900) };
    let more = (0..150).map(|number| Member { role: role("admin"), ..member(&world, 1_000 + number) });
    let more: Vec<_> = more.chain([without_address]).collect();
    record_many(
        &world.stores,
        organization,
        more.iter().map(|it| Event::MemberJoined { member: it.clone() }).collect(),
    )
    .await;
    for roles in [vec![], vec![role("admin")], vec![role("admin"), role("member")]] {
        let holds = |it: &&Member| {
            (roles.contains(&it.role) || it.id == owner)
                && it.email.is_some()
                && it.status_at(now) == MemberStatus::Active
        };
        let mut expected: Vec<_> = members.iter().chain(&more).filter(holds).map(|it| it.id).collect();
        expected.sort_unstable();
        let mut found = Vec::new();
        loop {
            let page = world.stores.directory.holders(organization, &roles, found.last().copied()).await;
            let page = page.expect("a page");
            if page.is_empty() {
                break;
            }
            found.extend(page.iter().map(|it| it.id));
        }
        assert_eq!(found, expected, "{roles:?}");
    }
}

/// Nothing of one organization is in another one's lists (I10).
pub async fn another_organizations_rows_are_never_listed(world: World) {
    let (one, other) = (world.found("team", 1).await, world.found("account", 2).await);
    for number in 100..110 {
        world.join(&one, number, "member").await;
        world.invite(one.id, one.owner, 100 + number, "member").await;
    }
    let members = listed(&world, other.id, MemberQuery::default()).await;
    assert_eq!(members.iter().map(|it| it.id).collect::<Vec<_>>(), [other.owner_member]);
    let invitations = all_invitations(&world.stores, other.id, &InvitationQuery::default()).await;
    assert!(invitations.expect("invitations").is_empty());
    let scope = Scope {
        members: vec![one.owner_member],
        members_of: vec![one.owner],
        members_at: vec![crate::fixture::address(100)],
        invited_at: vec![crate::fixture::address(200)],
        ..Scope::of(other.id)
    };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(facts.members.iter().map(|it| it.id).collect::<Vec<_>>(), [other.owner_member]);
    assert!(facts.invitations.is_empty());
}

/// All organizations but the deleted ones are listed for the operator, the last id first, and found by a part of their name,
/// whatever the case of its ASCII letters, or by their id.
pub async fn organizations_are_listed_and_found(world: World) {
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(world.found("team", number).await);
    }
    for (at, called) in [(0, "Écluse % North"), (1, "north_star"), (2, "South")] {
        let rename = world.memberships.rename(ids[at].id, ids[at].owner, called.parse().expect("a name"));
        rename.await.expect("a name");
    }
    world.memberships.delete(ids[3].id, ids[3].owner).await.expect("a deletion");
    let listed = async |text: &str, limit: u32| {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let text = Some(text.to_owned()).filter(|text| !text.is_empty());
            let query = OrganizationQuery { text, cursor, limit };
            let page = world.stores.directory.organizations(&query).await.expect("a page");
            found.extend(page.items.into_iter().map(|head| head.organization.id));
            match page.next {
                None => return (found, page.total),
                next => cursor = next,
            }
        }
    };
    let mut all = [ids[0].id, ids[1].id, ids[2].id, ids[4].id];
    all.sort_unstable_by(|one, other| other.cmp(one));
    for limit in [1, 3, 100] {
        assert_eq!(listed("", limit).await, (all.to_vec(), 4));
    }
    let named = |wanted: &[OrganizationId]| all.iter().copied().filter(|id| wanted.contains(id)).collect::<Vec<_>>();
    assert_eq!(listed(" NORTH", 100).await, (named(&[ids[0].id, ids[1].id]), 2));
    assert_eq!(listed("cluse %", 100).await, (named(&[ids[0].id]), 1));
    assert_eq!(listed("h_s", 100).await, (named(&[ids[1].id]), 1));
    assert_eq!(listed(&ids[4].id.to_string(), 100).await, (named(&[ids[4].id]), 1));
    assert_eq!(listed(&ids[3].id.to_string(), 100).await, (Vec::new(), 0), "what is deleted is not found");
}

/// Six members in the order of their ids and a running session: the first two attend it through a group, the second and the
/// third by name.
async fn attended(world: &World, organization: OrganizationId) -> (Vec<MemberId>, GroupId, SessionId) {
    let people: Vec<_> = (100..106).map(|number| member(world, number)).collect();
    let mut ids: Vec<_> = people.iter().map(|it| it.id).collect();
    ids.sort_unstable();
    let group =
        Group { id: GroupId(world.random.id()), name: group_name("North"), created_at: world.now(), version: 1 };
    let program = Program {
        id: ProgramId(world.random.id()),
        name: program_name("Safety"),
        message: None,
        language: None,
        groups: vec![],
        created_at: world.now(),
        version: 1,
    };
    let session = Session {
        id: SessionId(world.random.id()),
        program: program.id,
        title: session_title("Spring"),
        starts_at: world.now(),
        ends_at: world.now() + Duration::days(1),
        groups: vec![group.id],
        version: 1,
    };
    let (group_id, session_id) = (group.id, session.id);
    let scope = Scope {
        members: ids.clone(),
        groups: vec![group_id],
        programs: vec![program.id],
        sessions: vec![session_id],
        ..Scope::of(organization)
    };
    let mut events: Vec<_> = people.into_iter().map(|member| Event::MemberJoined { member }).collect();
    events.extend([
        Event::GroupCreated { group },
        Event::ProgramCreated { program },
        Event::SessionCreated { session },
    ]);
    record_many(&world.stores, organization, events).await;
    let through = |member| Event::GroupJoined { group: group_id, member };
    let by_name = |member| Event::MemberEnrolled { session: session_id, member };
    let places = vec![through(ids[0]), through(ids[1]), by_name(ids[1]), by_name(ids[2])];
    record(&world.stores, &scope, places).await.expect("places");
    (ids, group_id, session_id)
}

/// Of some members those are found who are enrolled, by name or through a group; of none, nobody.
pub async fn who_is_enrolled_is_found_among_some(world: World) {
    let team = world.found("team", 1).await.id;
    let (ids, group, session) = attended(&world, team).await;
    let all = EnrolledQuery { session, members: None, group: None, after: None, limit: 10 };
    let nobody = MemberId(world.random.id());
    for (members, only, expected) in [
        (None, None, ids[..3].to_vec()),
        (Some(ids.clone()), None, ids[..3].to_vec()),
        (Some(vec![ids[4], ids[2], ids[0]]), None, vec![ids[0], ids[2]]),
        (Some(vec![ids[1]]), None, vec![ids[1]]),
        (Some(vec![ids[1], ids[2]]), Some(group), vec![ids[1]]),
        (Some(vec![ids[5], nobody]), None, Vec::new()),
        (Some(Vec::new()), None, Vec::new()),
    ] {
        let query = EnrolledQuery { members, group: only, ..all.clone() };
        let page = world.stores.directory.enrolled(team, &query).await.expect("a page");
        let found: Vec<_> = page.items.iter().map(|it| it.member.id).collect();
        assert_eq!((found, page.next), (expected.clone(), None), "{query:?}");
        assert_eq!(page.total, u64::try_from(expected.len()).expect("a number"), "{query:?}");
    }
    let query = EnrolledQuery { members: Some(ids.clone()), limit: 2, ..all };
    let page = world.stores.directory.enrolled(team, &query).await.expect("a page");
    assert_eq!((page.items.len(), page.total), (2, 3));
    let next = EnrolledQuery { after: page.next.map(|it| MemberId(it.id)), ..query };
    let page = world.stores.directory.enrolled(team, &next).await.expect("a page");
    let found: Vec<_> = page.items.iter().map(|it| (it.member.id, it.by_name, it.groups.len())).collect();
    assert_eq!((found, page.next, page.total), (vec![(ids[2], true, 0)], None, 3));
}
