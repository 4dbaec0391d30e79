//! Pages, filters and sorting, as the port promises them.

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::invitation::InvitationState;
use membership_core::member::{Member, MemberStatus};
use membership_core::port::{AuditQuery, Cursor, Directory, InvitationQuery, MemberQuery, MemberSort, Store};
use time::Duration;

use crate::fixtures::*;
use crate::server::{Database, with_database};

/// An owner and six members of all kinds.
async fn people(database: &Database) {
    let now = found(&database.store).await.now;
    let base = member(0, "x");
    let of = |number: u128, name: &str| Member { id: member(number, "x").id, ..member(number, name) };
    let events = [
        Member { role: role("editor"), seat: false, ..of(0x10, "bob") },
        Member { status: MemberStatus::Suspended, ..of(0x20, "Bob") },
        Member { deactivates_at: Some(now + Duration::days(1)), ..of(0x30, "Émile") },
        Member { status: MemberStatus::Deactivated, seat: false, ..of(0x40, "Zed") },
        Member { user: None, joined_at: base.joined_at + Duration::hours(1), ..of(0x50, "100% real_name") },
        Member { email: None, user: None, ..of(0x60, "carol") },
    ];
    let events = events.into_iter().map(|member| Event::MemberJoined { member }).collect();
    happen(&database.store, &Scope::of(ORGANIZATION), events).await.unwrap();
}

async fn names(database: &Database, query: &MemberQuery) -> Vec<String> {
    let mut query = query.clone();
    let mut all = Vec::new();
    loop {
        let page = database.store.members(ORGANIZATION, &query).await.unwrap();
        assert!(page.items.len() <= query.limit as usize);
        all.extend(page.items.iter().map(|it| it.name.to_string()));
        query.cursor = page.next;
        if query.cursor.is_none() {
            assert_eq!(page.total, all.len() as u64);
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_sorted_filtered_and_paged() {
    with_database(|database| async move {
        people(&database).await;
        let all = MemberQuery { limit: 2, ..MemberQuery::default() };
        let by_name = ["100% real_name", "Ada Lovelace", "bob", "Bob", "carol", "Zed", "Émile"];
        assert_eq!(names(&database, &all).await, by_name);
        let newest = MemberQuery { sort: MemberSort::JoinedAt, ..all.clone() };
        assert_eq!(names(&database, &newest).await[..2], ["100% real_name", "Ada Lovelace"]);
        assert_eq!(names(&database, &newest).await.len(), 7);

        let text = |text: &str| MemberQuery { text: Some(text.to_owned()), ..all.clone() };
        assert_eq!(names(&database, &text("BOB")).await, ["bob", "Bob"]);
        assert_eq!(names(&database, &text("éM")).await, ["Émile"]);
        assert_eq!(names(&database, &text("0% r")).await, ["100% real_name"]);
        assert_eq!(names(&database, &text("l_n")).await, ["100% real_name"]);
        assert_eq!(names(&database, &text("a_a")).await, [""; 0]);
        assert_eq!(names(&database, &text("lovelace@EXAMPLE")).await, ["Ada Lovelace"]);
        assert_eq!(names(&database, &text("\0")).await, [""; 0]);

        let with = |change: fn(&mut MemberQuery)| {
            let mut query = all.clone();
            change(&mut query);
            query
        };
        assert_eq!(names(&database, &with(|it| it.role = Some(role("editor")))).await, ["bob"]);
        assert_eq!(names(&database, &with(|it| it.role = Some(role("administrator")))).await, ["Ada Lovelace"]);
        assert_eq!(names(&database, &with(|it| it.status = Some(MemberStatus::Suspended))).await, ["Bob"]);
        assert_eq!(names(&database, &with(|it| it.seat = Some(false))).await, ["bob", "Zed"]);
        assert_eq!(names(&database, &with(|it| it.login = Some(false))).await, ["100% real_name", "carol"]);
        let gone = with(|it| it.status = Some(MemberStatus::Deactivated));
        assert_eq!(names(&database, &gone).await, ["Zed"]);
        database.clock.advance(Duration::days(1));
        assert_eq!(names(&database, &gone).await, ["Zed", "Émile"]);
        assert_eq!(names(&database, &with(|it| it.seat = Some(false))).await, ["bob", "Zed", "Émile"]);

        // A cursor that nobody was given is no error.
        let forged = Some(Cursor { after: "\0 not a number".to_owned(), id: id(0) });
        database.store.members(ORGANIZATION, &MemberQuery { cursor: forged.clone(), ..all.clone() }).await.unwrap();
        let page = database.store.members(ORGANIZATION, &MemberQuery { cursor: forged, ..newest }).await.unwrap();
        assert_eq!(page.items.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_listed_by_what_they_are_now() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let mut later = invitation(0xB2, "later", now);
        later.opens_at = now + Duration::days(2);
        for offer in [invitation(0xB0, "one", now), invitation(0xB1, "two", now), later.clone()] {
            invite(store, &offer).await.unwrap();
        }
        let scope = Scope { invitations: vec![invitation(0xB1, "two", now).id], ..Scope::of(ORGANIZATION) };
        let declined = Event::InvitationDeclined { invitation: scope.invitations[0] };
        happen(store, &scope, vec![declined]).await.unwrap();
        let list = async |query: InvitationQuery| {
            let page = store.invitations(ORGANIZATION, &InvitationQuery { limit: 10, ..query }).await.unwrap();
            assert_eq!(page.total, page.items.len() as u64);
            page.items.iter().map(|it| it.email.as_str().replace("@example.org", "")).collect::<Vec<_>>()
        };
        let state = |state| InvitationQuery { state: Some(state), ..InvitationQuery::default() };
        let outstanding = || InvitationQuery { outstanding: true, ..InvitationQuery::default() };
        assert_eq!(list(InvitationQuery::default()).await, ["later", "two", "one"]);
        assert_eq!(list(state(InvitationState::Scheduled)).await, ["later"]);
        assert_eq!(list(state(InvitationState::Pending)).await, ["one"]);
        assert_eq!(list(state(InvitationState::Declined)).await, ["two"]);
        assert_eq!(list(outstanding()).await, ["later", "one"]);
        assert_eq!(
            list(InvitationQuery { text: Some("LATE".to_owned()), ..InvitationQuery::default() }).await,
            ["later"]
        );
        database.clock.advance(Duration::days(7));
        assert_eq!(list(state(InvitationState::Expired)).await, ["later", "one"]);
        assert_eq!(list(outstanding()).await, [""; 0]);

        let page = |cursor| InvitationQuery { limit: 2, cursor, ..InvitationQuery::default() };
        let first = store.invitations(ORGANIZATION, &page(None)).await.unwrap();
        assert_eq!((first.items.len(), first.total), (2, 3));
        let second = store.invitations(ORGANIZATION, &page(first.next)).await.unwrap();
        assert_eq!((second.items.len(), second.next), (1, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_backwards_and_holders_forwards() {
    with_database(|database| async move {
        people(&database).await;
        let store = &database.store;
        let list = async |query: AuditQuery| {
            let entries = store.audit(ORGANIZATION, &AuditQuery { limit: 3, ..query }).await.unwrap();
            entries.into_iter().map(|it| it.sequence).collect::<Vec<_>>()
        };
        assert_eq!(list(AuditQuery::default()).await, [9, 8, 7]);
        assert_eq!(list(AuditQuery { before: Some(3), ..AuditQuery::default() }).await, [2, 1]);
        let event = Some("ownership-transferred".to_owned());
        assert_eq!(list(AuditQuery { event, ..AuditQuery::default() }).await, [3]);
        assert_eq!(list(AuditQuery { subject: Some(OWNER.0), ..AuditQuery::default() }).await, [2]);
        assert_eq!(list(AuditQuery { actor: Some(FOUNDER), before: Some(2), ..AuditQuery::default() }).await, [1]);

        let holders = async |roles: &[&str], after| {
            let roles: Vec<_> = roles.iter().map(|key| role(key)).collect();
            let found = store.holders(ORGANIZATION, &roles, after).await.unwrap();
            found.into_iter().map(|it| it.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(holders(&[], None).await, ["Ada Lovelace"]);
        assert_eq!(holders(&["viewer", "editor"], None).await, ["bob", "Émile", "100% real_name", "Ada Lovelace"]);
        assert_eq!(holders(&["editor"], Some(OWNER)).await, [""; 0]);
        database.clock.advance(Duration::days(1));
        assert_eq!(holders(&["viewer"], None).await, ["100% real_name", "Ada Lovelace"]);
        assert!(store.read(&Scope::of(ORGANIZATION)).await.unwrap().owner().is_some());
    })
    .await;
}
