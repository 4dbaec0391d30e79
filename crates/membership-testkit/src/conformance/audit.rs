//! The audit log: complete, in order, chained, and read in pages (I15).

use std::collections::BTreeSet;

use membership_core::audit::{AuditEntry, ChainCheck, Stream};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::organization::ChainEnd;
use membership_core::port::AuditQuery;

use super::observation::log;
use super::rows::{record, verified_user};
use crate::fixture::{organization_name, role, user_id};
use crate::world::{Founded, World};

async fn busy(world: &World) -> Founded {
    let account = world.found("account", 1).await;
    for number in 2..12 {
        let member = world.join(&account, number, "viewer").await;
        world.memberships.change_role(account.id, account.owner, member.id, role("editor")).await.expect("a role");
    }
    world.memberships.rename(account.id, user_id(1), organization_name("Élan \"quoted\" \\ 😀")).await.expect("a name");
    account
}

async fn ends(world: &World) -> Vec<(Stream, ChainEnd)> {
    let mut ends: Vec<(Stream, ChainEnd)> = Vec::new();
    loop {
        let next = world.stores.upkeep.logs(ends.last().map(|(stream, _)| *stream)).await.expect("logs");
        assert!(next.len() <= 100);
        if next.is_empty() {
            return ends;
        }
        ends.extend(next);
    }
}

async fn listed(world: &World, organization: Founded, query: &AuditQuery) -> Vec<AuditEntry> {
    world.stores.directory.audit(organization.id, query).await.expect("entries")
}

/// Every log, of organizations and of users, is a chain without gaps that ends where its head says.
pub async fn i15_every_log_is_an_intact_chain(world: World) {
    busy(&world).await;
    let users = [20, 21].map(|number| Event::UserRegistered { user: verified_user(&world, number) });
    record(&world.stores, &Scope::default(), users.to_vec()).await.expect("users");
    let ends = ends(&world).await;
    assert_eq!(ends.len(), 3);
    for (stream, end) in ends {
        let mut check = ChainCheck::default();
        for entry in log(&world.stores, stream).await.expect("entries") {
            assert_eq!(entry.stream, stream);
            check.next(&entry).expect("the entry is as it was written");
        }
        check.finish(&end).expect("the log is complete");
    }
}

/// Pages of the newest entries, by event, actor and subject.
pub async fn entries_are_filtered_and_paged(world: World) {
    let account = busy(&world).await;
    let mut all = log(&world.stores, Stream::Organization(account.id)).await.expect("entries");
    all.reverse();
    let mut paged = Vec::new();
    loop {
        let before = paged.last().map(|entry: &AuditEntry| entry.sequence);
        let page = listed(&world, account, &AuditQuery { before, limit: 7, ..AuditQuery::default() }).await;
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let subject = all.iter().find(|entry| entry.event == "member-role-changed").expect("an entry").subject;
    let queries = [
        AuditQuery { event: Some("member-role-changed".to_owned()), ..AuditQuery::default() },
        AuditQuery { event: Some("no-such-event".to_owned()), ..AuditQuery::default() },
        AuditQuery { actor: Some(user_id(3)), ..AuditQuery::default() },
        AuditQuery { actor: Some(user_id(99)), ..AuditQuery::default() },
        AuditQuery { subject: Some(subject), ..AuditQuery::default() },
        AuditQuery { subject: Some(subject), actor: Some(account.owner), ..AuditQuery::default() },
        AuditQuery { before: Some(1), ..AuditQuery::default() },
        AuditQuery { before: Some(u64::MAX), ..AuditQuery::default() },
    ];
    for query in queries {
        let fits = |it: &&AuditEntry| {
            query.event.as_ref().is_none_or(|event| it.event == *event)
                && query.actor.is_none_or(|actor| it.actor.user == Some(actor))
                && query.subject.is_none_or(|subject| it.subject == subject)
                && query.before.is_none_or(|before| it.sequence < before)
        };
        let expected: Vec<_> = all.iter().filter(fits).cloned().collect();
        let query = AuditQuery { limit: 100, ..query };
        assert_eq!(listed(&world, account, &query).await, expected, "{query:?}");
    }
    assert_eq!(listed(&world, account, &AuditQuery::default()).await.len(), 1, "a page has at least one entry");
    let stranger = world.found("team", 50).await;
    assert_eq!(listed(&world, stranger, &AuditQuery { limit: 100, ..AuditQuery::default() }).await.len(), 2);
}

/// A log is read from after any sequence number on.
pub async fn a_log_is_read_in_order_from_any_place(world: World) {
    let account = busy(&world).await;
    let stream = Stream::Organization(account.id);
    let all = log(&world.stores, stream).await.expect("entries");
    for after in [0, 1, 5, 31] {
        let rest = world.stores.upkeep.log(stream, after).await.expect("entries");
        let expected: Vec<_> = all.iter().filter(|entry| after < entry.sequence).cloned().collect();
        assert_eq!(rest, expected, "{after}");
    }
    let nobody = Stream::User(user_id(99));
    assert!(world.stores.upkeep.log(nobody, 0).await.expect("entries").is_empty());
}

/// All logs are listed, each once, organizations before users, in pages of at most a hundred.
pub async fn every_log_is_listed_once(world: World) {
    let mut expected = BTreeSet::new();
    for number in 0..60 {
        expected.insert(Stream::Organization(world.found("team", number).await.id));
    }
    for number in 1_000..1_070 {
        let user = verified_user(&world, number);
        expected.insert(Stream::User(user.id));
        let registered = vec![Event::UserRegistered { user }];
        record(&world.stores, &Scope::default(), registered).await.expect("a user");
    }
    let listed: Vec<_> = ends(&world).await.into_iter().map(|(stream, _)| stream).collect();
    assert_eq!(listed, expected.into_iter().collect::<Vec<_>>());
}
