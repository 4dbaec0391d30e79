//! The roster report: who signed in when, and how many logins there are since when, whatever way they came (S4.6).

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{OrganizationId, SignInId, UserId};
use membership_core::member::Member;
use membership_core::port::{Cursor, MemberQuery, MemberSort, Random};
use membership_core::report::{Days, LoginsByDay, SignedIn};
use membership_core::second_factor::Assurance;
use membership_core::secret::TokenHash;
use membership_core::user::SignIn;
use time::Duration;

use super::observation::all_members;
use super::rows::{member, record, record_many, verified_user};
use crate::fixture::{name, user_id};
use crate::world::World;

fn sign_in(world: &World, user: UserId, number: u8) -> SignIn {
    let now = world.now();
    SignIn {
        id: SignInId(world.random.id()),
        user,
        // Only its owner could use it, and nobody does.
        token: TokenHash([number; 32]),
        created_at: now,
        expires_at: now + Duration::days(30),
        last_seen_at: now,
        description: None,
        password_generation: 0,
        assurance: Assurance::OneFactor,
        proven_at: now,
    }
}

async fn registers(world: &World, number: u32) -> UserId {
    let scope = Scope { users: vec![user_id(number)], ..Scope::default() };
    let events = vec![Event::UserRegistered { user: verified_user(world, number) }];
    record(&world.stores, &scope, events).await.expect("a user");
    user_id(number)
}

async fn signs_in(world: &World, user: UserId, number: u8) {
    let scope = Scope { users: vec![user], ..Scope::default() };
    let events = vec![Event::SignedIn { sign_in: sign_in(world, user, number) }];
    record(&world.stores, &scope, events).await.expect("a sign-in");
}

async fn joins(world: &World, organization: OrganizationId, number: u32, user: Option<UserId>) -> Member {
    let login_since = user.map(|_| world.now());
    let joined = Member { user, login_since, name: name(&format!("P{number}")), ..member(world, number) };
    record_many(&world.stores, organization, vec![Event::MemberJoined { member: joined.clone() }]).await;
    joined
}

/// Whether somebody is called as [`joins`] calls them; the founder is not.
fn is_one_of_these(name: &str) -> bool {
    name.strip_prefix('P').is_some_and(|number| number.parse::<u32>().is_ok())
}

async fn names(world: &World, organization: OrganizationId, query: MemberQuery) -> Vec<String> {
    let listed = all_members(&world.stores, organization, &query).await.expect("members");
    let found: Vec<_> = listed.iter().map(|it| it.name.to_string()).filter(|it| is_one_of_these(it)).collect();
    let total = world.stores.directory.members(organization, &query).await.expect("a page").total;
    assert_eq!(total, u64::try_from(listed.len()).expect("a number"), "{query:?}");
    found
}

/// A sign-in counts in every organization of its user, from before joining it too; a login that is another's now, or
/// nobody's, takes what was known of the last one with it.
pub async fn s4_6_who_signed_in_last_is_known_in_each_of_their_organizations(world: World) {
    let (one, other) = (world.found("member_portal", 1).await.id, world.found("team", 2).await.id);
    let begun = world.now();
    let (early, late, never) =
        (registers(&world, 100).await, registers(&world, 101).await, registers(&world, 102).await);
    signs_in(&world, early, 1).await;
    world.clock.advance(Duration::hours(1));
    for organization in [one, other] {
        joins(&world, organization, 100, Some(early)).await;
        joins(&world, organization, 101, Some(late)).await;
        joins(&world, organization, 102, Some(never)).await;
    }
    let rostered = joins(&world, one, 103, None).await;
    let second = world.now();
    signs_in(&world, late, 2).await;
    let by = |sort, signed_in| MemberQuery { sort, signed_in, limit: 2, ..MemberQuery::default() };
    for organization in [one, other] {
        let latest = names(&world, organization, by(MemberSort::LastLogin, Some(SignedIn::Since(begun)))).await;
        assert_eq!(latest, ["P101", "P100"]);
        let lately = names(&world, organization, by(MemberSort::Name, Some(SignedIn::Since(second)))).await;
        assert_eq!(lately, ["P101"]);
        let later = SignedIn::Since(second + Duration::microseconds(1));
        assert_eq!(names(&world, organization, by(MemberSort::Name, Some(later))).await, [""; 0]);
    }
    let never_did = by(MemberSort::Name, Some(SignedIn::Never));
    assert_eq!(names(&world, one, never_did.clone()).await, ["P102", "P103"]);
    assert_eq!(names(&world, other, never_did.clone()).await, ["P102"]);
    let all = names(&world, one, by(MemberSort::LastLogin, None)).await;
    assert_eq!((all.len(), &all[..2]), (4, &["P101".to_owned(), "P100".to_owned()][..]), "who never did comes last");

    // Whoever sets up a login and signs in with it does both in one commit.
    world.clock.advance(Duration::hours(1));
    let fresh = registers(&world, 104).await;
    let scope = Scope { members: vec![rostered.id], users: vec![fresh], ..Scope::of(one) };
    let set_up = Event::LoginSetUp { member: rostered.id, user: fresh, by_link: true };
    let events = vec![set_up, Event::SignedIn { sign_in: sign_in(&world, fresh, 3) }];
    record(&world.stores, &scope, events).await.expect("a login");
    assert_eq!(names(&world, one, by(MemberSort::LastLogin, None)).await[0], "P103");
    assert_eq!(names(&world, one, by(MemberSort::LoginSince, None)).await[0], "P103");
    assert_eq!(names(&world, one, never_did).await, ["P102"]);

    let harmless = MemberQuery {
        cursor: Some(Cursor { after: "nonsense".to_owned(), id: rostered.id.0 }),
        ..by(MemberSort::LastLogin, None)
    };
    world.stores.directory.members(one, &harmless).await.expect("a page");
}

/// Each login is counted on its day, in UTC, to the microsecond; those from before all days together.
pub async fn s4_6_logins_are_counted_by_the_day_since_which_they_are_there(world: World) {
    let portal = world.found("member_portal", 1).await.id;
    // The owner's login began now, in the first of the days.
    let days = Days::until(world.now() + Duration::days(9), 10);
    let at = [
        days.from() - Duration::microseconds(1),
        days.from(),
        days.from() + Duration::days(1) - Duration::microseconds(1),
        days.from() + Duration::days(1),
        days.to() - Duration::microseconds(1),
        days.to(),
    ];
    let mut events = Vec::new();
    for (number, at) in (200..).zip(at) {
        events.push(Event::MemberJoined { member: Member { login_since: Some(at), ..member(&world, number) } });
    }
    let nobody = Member { user: None, login_since: None, ..member(&world, 300) };
    events.push(Event::MemberJoined { member: nobody });
    record_many(&world.stores, portal, events).await;
    let counted = world.stores.directory.logins_by_day(portal, days).await.expect("counts");
    // The owner is one of the first day.
    assert_eq!(counted, LoginsByDay { before: 1, on: vec![(0, 3), (1, 1), (9, 1)] });
    let nowhere = OrganizationId(world.random.id());
    assert_eq!(world.stores.directory.logins_by_day(nowhere, days).await.expect("counts"), LoginsByDay::default());
}
