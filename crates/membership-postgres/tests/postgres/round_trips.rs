//! How many times a use case waits for the database: the bound on what an organization's writers make each other wait.

use membership_core::event::Event;
use membership_core::facts::{KeyScope, Scope};
use membership_core::group::Group;
use membership_core::id::{ApiKeyId, GroupId, MemberId, UserId};
use membership_core::member::Member;
use membership_core::name::GroupName;
use membership_core::port::{Directory, MemberQuery, RoundQuery, Store};
use membership_core::quota::{Allowance, Bucket, Cause, Charge};
use membership_core::resource::{Holder, Level, Resource, ResourceName};
use membership_core::secret::TokenHash;
use membership_core::set_up::{Reach, SetUpLink};
use membership_postgres::{PostgresOptions, PostgresStore};

use crate::fixtures::*;
use crate::proxy::Proxy;
use crate::server::{Database, url_of, with_database};

pub async fn counted(database: &Database) -> (Proxy, PostgresStore) {
    let proxy = Proxy::before(&database.options).await;
    let options = PostgresOptions { max_connections: 1, ..PostgresOptions::default() };
    let store = PostgresStore::connect(&url_of(&proxy.options), options).await.unwrap();
    proxy.trips();
    (proxy, store.with_clock(database.clock.clone()))
}

/// The round trips of a use case, BEGIN and COMMIT included.
async fn trips_of(proxy: &Proxy, store: &PostgresStore, scope: &Scope, events: Vec<Event>) -> u64 {
    proxy.trips();
    let session = store.open(scope).await.unwrap();
    let changes = changes(session.facts(), events);
    session.commit(changes).await.unwrap();
    proxy.trips()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_use_case_takes_its_number_of_round_trips() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        let now = found(&store).await.now;

        let offer = invitation(0xB0, "grace", now);
        let scope = Scope { invited_at: vec![offer.email.clone()], lapsed: true, ..Scope::of(ORGANIZATION) };
        let events = vec![Event::InvitationCreated { invitation: offer.clone() }];
        assert_eq!(trips_of(&proxy, &store, &scope, events).await, 5, "invite");

        let grace = Member { id: MemberId(id(0xC0)), user: Some(UserId(id(0xC1))), ..member(0xC0, "Grace") };
        let scope = Scope { invitations: vec![offer.id], ..Scope::of(ORGANIZATION) };
        let events = vec![Event::InvitationAccepted { invitation: offer.id, member: grace.clone() }];
        assert_eq!(trips_of(&proxy, &store, &scope, events).await, 5, "accept by a known user");

        let scope = Scope { members: vec![grace.id], members_of: vec![FOUNDER], ..Scope::of(ORGANIZATION) };
        let events = vec![Event::MemberRoleChanged { member: grace.id, role: role("editor") }];
        assert_eq!(trips_of(&proxy, &store, &scope, events).await, 4, "role change");

        let events = vec![Event::MemberRemoved { member: grace.id }];
        assert_eq!(trips_of(&proxy, &store, &scope, events).await, 5, "removal");

        let many: Vec<_> = (0..1_000).map(|it| invitation(0x1_0000 + it, &format!("p{it}"), now)).collect();
        let scope = Scope { invited_at: many.iter().map(|it| it.email.clone()).collect(), ..Scope::of(ORGANIZATION) };
        let events = many.into_iter().map(|invitation| Event::InvitationCreated { invitation }).collect();
        assert_eq!(trips_of(&proxy, &store, &scope, events).await, 5, "a thousand invitations");
    })
    .await;
}

/// The screen of those without a login asks three things, whatever their number; a chunk of a round, or of a clear, is one
/// transaction of a few statements, whatever its length.
#[tokio::test(flavor = "multi_thread")]
async fn the_roster_and_its_chunks_take_their_number_of_round_trips() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        found(&store).await;
        let people: Vec<_> = (0..100).map(|n| Member { user: None, ..member(0x1000 + n, &format!("p{n}")) }).collect();
        let joined = people.iter().map(|it| Event::MemberJoined { member: it.clone() }).collect();
        happen(&store, &Scope::of(ORGANIZATION), joined).await.unwrap();

        proxy.trips();
        let query = MemberQuery { login: Some(false), limit: 50, ..MemberQuery::default() };
        assert_eq!(store.members(ORGANIZATION, &query).await.unwrap().total, 100);
        assert_eq!(proxy.trips(), 1, "a page of the roster with its total");
        store.roster(ORGANIZATION, &query).await.unwrap();
        store.rounds(ORGANIZATION, &RoundQuery { limit: 20, ..RoundQuery::default() }).await.unwrap();
        assert_eq!(proxy.trips(), 2, "the counts and the rounds");

        let scope = Scope { members: people.iter().map(|it| it.id).collect(), ..Scope::of(ORGANIZATION) };
        let link = SetUpLink::after(None, Reach::Mail, store.read(&Scope::default()).await.unwrap().now);
        let issue = |it: &Member| Event::SetUpLinkIssued { member: it.id, link, round: None };
        let events = people.iter().map(issue).collect();
        assert_eq!(trips_of(&proxy, &store, &scope, events).await, 4, "a hundred links: begin, facts, rows, commit");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_of_access_is_one_round_trip() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        let now = found(&store).await.now;
        let users = Scope { users: vec![FOUNDER], ..Scope::default() };
        let sign_in = sign_in(FOUNDER, 0xD0, now);
        let events = vec![
            Event::UserRegistered { user: user(FOUNDER, "Ada", now) },
            Event::SignedIn { sign_in: sign_in.clone() },
        ];
        happen(&store, &users, events).await.unwrap();

        proxy.trips();
        let member = Scope { members_of: vec![FOUNDER], ..Scope::of(ORGANIZATION) };
        assert!(store.read(&member).await.unwrap().member_of(FOUNDER).is_some());
        assert_eq!(proxy.trips(), 1, "whether a user is a member");

        let records: Vec<_> =
            (0..100).map(|number| ResourceName::parse("report", &number.to_string()).unwrap()).collect();
        let scope = Scope { resources: records.clone(), ..member.clone() };
        let events = records.iter().flat_map(|name| {
            let resource = Resource { name: name.clone(), restricted: true, created_at: now, version: 1 };
            let holder = Holder::Member(MemberId(id(0xE0)));
            let shared = Event::ResourceShared { resource: name.clone(), holder, level: Level::View };
            [Event::ResourceRegistered { resource }, shared]
        });
        assert_eq!(trips_of(&proxy, &store, &scope, events.collect()).await, 5, "a hundred records and their shares");
        proxy.trips();
        assert_eq!(store.read(&scope).await.unwrap().resources.len(), 100);
        assert_eq!(proxy.trips(), 1, "a hundred questions about records");

        let group = GroupId(id(0xE1));
        let made = Group { id: group, name: GroupName::parse("North").unwrap(), created_at: now, version: 1 };
        let own = store.read(&member).await.unwrap().member_of(FOUNDER).unwrap().id;
        let mut events = vec![Event::GroupCreated { group: made }, Event::GroupJoined { group, member: own }];
        events.extend(records.iter().map(|name| Event::ResourceShared {
            resource: name.clone(),
            holder: Holder::Group(group),
            level: Level::Edit,
        }));
        happen(&store, &scope, events).await.unwrap();
        proxy.trips();
        let facts = store.read(&scope).await.unwrap();
        let own = facts.member_of(FOUNDER).unwrap();
        assert!(records.iter().all(|name| facts.shared_level(name, own) == Some(Level::Edit)), "through the group");
        assert_eq!(proxy.trips(), 1, "a hundred questions about records that are shared with a group");

        let token = Scope { sign_in: Some((FOUNDER, sign_in.token)), ..Scope::default() };
        assert_eq!(store.read(&token).await.unwrap().sign_ins, [sign_in]);
        assert_eq!(proxy.trips(), 1, "whose token it is");

        // Facts of several groups are read in one snapshot, which takes a BEGIN and a COMMIT.
        store.read(&Scope { organization: Some(ORGANIZATION), ..token }).await.unwrap();
        assert_eq!(proxy.trips(), 4, "both together");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_take_four_round_trips_and_one_more_beside_memberships() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        let now = store.read(&Scope::default()).await.unwrap().now;
        let users = Scope { users: vec![FOUNDER], ..Scope::default() };
        happen(&store, &users, vec![Event::UserRegistered { user: user(FOUNDER, "Ada", now) }]).await.unwrap();
        let events = vec![Event::SignedIn { sign_in: sign_in(FOUNDER, 0xD0, now) }];
        assert_eq!(trips_of(&proxy, &store, &users, events).await, 4);

        found(&store).await;
        let events = vec![Event::SignedIn { sign_in: sign_in(FOUNDER, 0xD1, now) }];
        assert_eq!(trips_of(&proxy, &store, &users, events).await, 5, "however many organizations there are");
    })
    .await;
}

/// A61: what is somebody's login and what is nobody's cost the same; so does asking to be let in, which looks nothing up.
#[tokio::test(flavor = "multi_thread")]
async fn i13_a_login_costs_the_same_whether_or_not_it_is_anybodys() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        let now = store.read(&Scope::default()).await.unwrap().now;
        let users = Scope { users: vec![FOUNDER], ..Scope::default() };
        let ada = user(FOUNDER, "Ada", now);
        let known = ada.emails[0].address.clone();
        happen(&store, &users, vec![Event::UserRegistered { user: ada }]).await.unwrap();
        let unknown = membership_core::email::EmailAddress::parse("nobody@example.net").unwrap();
        let mut costs = Vec::new();
        for address in [known, unknown] {
            proxy.trips();
            store.read(&Scope { users_at: vec![address], ..Scope::default() }).await.unwrap();
            costs.push(proxy.trips());
        }
        for name in ["ada", "nobody"] {
            proxy.trips();
            let name = membership_core::name::Username::parse(name).unwrap();
            store.read(&Scope { usernames: vec![name], ..Scope::default() }).await.unwrap();
            costs.push(proxy.trips());
        }
        assert!(costs.iter().all(|it| *it == costs[0]), "{costs:?}");
    })
    .await;
}

/// Which key was shown is asked once, and all of it in the organization's shard; an invitation that is charged to
/// quotas takes no more round trips than one that is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_costs_one_round_trip_and_a_charge_none() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        let now = found(&store).await.now;
        proxy.trips();
        let keys = KeyScope { shown: Some(TokenHash([7; 32])), ..KeyScope::default() };
        store.read(&Scope { keys, ..Scope::of(ORGANIZATION) }).await.unwrap();
        assert_eq!(proxy.trips(), 1, "an organization's key");
        let operator_keys = KeyScope::of(ApiKeyId(id(0xE0)));
        store.read(&Scope { operator_keys, ..Scope::default() }).await.unwrap();
        assert_eq!(proxy.trips(), 1, "a key of the operator");

        let offer = invitation(0xB0, "grace", now);
        let scope = Scope { invited_at: vec![offer.email.clone()], lapsed: true, ..Scope::of(ORGANIZATION) };
        let buckets = [Bucket::organization(ORGANIZATION), Bucket::mailbox(&offer.email)];
        proxy.trips();
        let session = store.open(&scope).await.unwrap();
        let mut changes = changes(session.facts(), vec![Event::InvitationCreated { invitation: offer }]);
        changes.charges.extend(buckets.map(|bucket| Charge {
            bucket,
            cause: Cause::Invitation,
            allowance: Allowance::new(3, 3_600),
            times: 1,
        }));
        session.commit(changes).await.unwrap();
        assert_eq!(proxy.trips(), 5, "an invitation with its charges");
    })
    .await;
}
