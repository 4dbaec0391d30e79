//! Lists and facts of a large deployment are read by index, by any of the plans that the database comes to use.

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{GroupId, InvitationId, MemberId, OrganizationId, UserId};
use membership_core::member::MemberStatus;
use membership_core::port::{
    AuditQuery, Directory, InvitationQuery, MemberQuery, MemberSort, Outbox, RoundQuery, Store, Upkeep,
};
use membership_core::profile::MemberNumber;
use membership_core::report::{Days, SignedIn};
use membership_core::roster::Invited;
use time::OffsetDateTime;
use time::macros::datetime;

use crate::fixtures::*;
use crate::server::{Database, wait_until, with_database};

/// 50 organizations of 400 members, 400 invitations and 400 rounds each, besides the one in question.
async fn fill(database: &Database) {
    database
        .run(
            "INSERT INTO organizations SELECT md5('o' || o)::uuid, 'x', 'awaiting_owner', null,
                (SELECT policy FROM organizations LIMIT 1), 'en', now(), 1, '{}' FROM generate_series(1, 50) o;
            INSERT INTO organization_seats (organization_id, seat_limit, assigned, reserved, audit_sequence,
                    audit_hash, revision, waiting, grace_days) SELECT md5('o' || o)::uuid, null, 0, 0, 400,
                decode(repeat('ab', 32), 'hex'), 1, 0, 0 FROM generate_series(1, 50) o;
            INSERT INTO memberships (organization_id, id, user_id, name, name_key, search_key, email, role, status,
                    seat, joined_at, version, labels, number, rounds, set_up_delivery, login_since, last_login_at)
                SELECT md5('o' || o)::uuid, md5(o || 'm' || n)::uuid, md5(o || 'u' || n)::uuid,
                'name ' || n, 'name ' || n, 'name ' || n, 'p' || n || '@example.org', 'viewer', 'active', true,
                now() - n * interval '1 minute', 1, '[]', n, '[]', 'none', timestamptz '2026-01-02' + n * interval '1 hour', now() - n * interval '1 minute'
                FROM generate_series(1, 50) o, generate_series(1, 400) n;
            INSERT INTO invitations (organization_id, id, email, role, for_owner, state, generation, channel,
                    reserves_seat, language, created_at, opens_at, expires_at, sends, delivery, version, groups, sessions)
                SELECT md5('o' || o)::uuid, md5(o || 'i' || n)::uuid, 'p' || n || '@example.org', 'viewer', false,
                'pending', 1, 'mail', false, 'en', now() - n * interval '1 minute', now(), now() + interval '1 year',
                1, 'sent', 1, '{}', '{}' FROM generate_series(1, 50) o, generate_series(1, 400) n;
            INSERT INTO audit_log SELECT md5('o' || o)::uuid, n, now(), 'system', null, null, null, 'x', 'member',
                md5(o || 'm' || n)::uuid, 'x', '', '', decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex')
                FROM generate_series(1, 50) o, generate_series(1, 400) n;
            INSERT INTO outbox SELECT md5('o' || o)::uuid, md5(o || 'x' || n)::uuid, 'organization', '{}', 'en', '{}',
                'sent', 1, now(), null, null, now(), now(), '{}' FROM generate_series(1, 50) o, generate_series(1, 400) n;
            INSERT INTO roster_rounds (organization_id, id, number, audience, started_by, starter, started_at, moved_at,
                    chunks, mailed, left_out, version)
                SELECT md5('o' || o)::uuid, md5(o || 'n' || n)::uuid, n, jsonb_build_object('to', 'chosen', 'members',
                jsonb_build_array(md5(o || 'm' || n)::uuid)), md5(o || 'm' || n)::uuid, 'x',
                timestamptz '2026-01-02 00:00Z' + n * interval '1 hour', now(), 1, 1, '{}', 1
                FROM generate_series(1, 50) o, generate_series(1, 400) n;
            INSERT INTO user_organizations SELECT user_id, organization_id, id FROM memberships
                ON CONFLICT DO NOTHING;
            INSERT INTO last_logins SELECT DISTINCT user_id, now() FROM memberships WHERE user_id IS NOT NULL
                ON CONFLICT DO NOTHING;
            INSERT INTO email_invitations SELECT email, organization_id, id FROM invitations ON CONFLICT DO NOTHING",
        )
        .await;
    database.run("VACUUM ANALYZE").await;
}

async fn ask_everything(database: &Database) {
    let store = &database.store;
    let organization = OrganizationId(md5(database, "o7").await);
    let user = UserId(md5(database, "7u7").await);
    let member = MemberId(md5(database, "7m7").await);
    let invitations = vec![InvitationId(md5(database, "7i7").await)];
    let full = Scope {
        members_of: vec![user],
        members_at: vec![address("p9")],
        members_numbered: vec![MemberNumber::parse("10").unwrap()],
        organizations_of: vec![user],
        invitations,
        invited_at: vec![address("p8")],
        lapsed: true,
        ..Scope::of(organization)
    };
    let text = Some("name 39".to_owned());
    // A prepared statement is planned anew a few times and then, perhaps, once for all parameters.
    for _ in 0..12 {
        let facts = store.read(&full).await.unwrap();
        assert_eq!((facts.invitations.len(), facts.belongs.len()), (2, 1));
        assert!(facts.members.iter().any(|it| it.profile.number == full.members_numbered.first().cloned()));
        store.last_logins(&[user]).await.unwrap();
        let counted = store.logins_by_day(organization, Days::until(datetime!(2026-02-01 0:00 UTC), 31)).await.unwrap();
        assert_eq!((counted.before, counted.on.iter().map(|(_, logins)| logins).sum::<u64>()), (0, 400));
        drop(store.open(&full).await.unwrap());
        for sort in [MemberSort::Name, MemberSort::JoinedAt, MemberSort::LastLogin, MemberSort::LoginSince] {
            let query = MemberQuery { sort, limit: 50, text: text.clone(), ..MemberQuery::default() };
            let page = store.members(organization, &query).await.unwrap();
            assert_eq!(page.total, 11);
            let lately = MemberQuery { signed_in: Some(SignedIn::Since(OffsetDateTime::UNIX_EPOCH)), ..query.clone() };
            assert_eq!(store.members(organization, &lately).await.unwrap().total, 11);
            let never = MemberQuery { signed_in: Some(SignedIn::Never), ..query };
            assert_eq!(store.members(organization, &never).await.unwrap().total, 0);
            let first = MemberQuery { sort, limit: 50, ..MemberQuery::default() };
            let page = store.members(organization, &first).await.unwrap();
            let next = MemberQuery { cursor: page.next, ..first };
            assert_eq!(store.members(organization, &next).await.unwrap().items.len(), 50);
        }
        let query = InvitationQuery { outstanding: true, limit: 50, ..InvitationQuery::default() };
        assert!(store.invitations(organization, &query).await.unwrap().total >= 399);
        let query = RoundQuery { limit: 50, ..RoundQuery::default() };
        let page = store.rounds(organization, &query).await.unwrap();
        assert_eq!((page.items.len(), page.total), (50, 400));
        let since = Some(datetime!(2026-01-02 0:00 UTC) + time::Duration::hours(341));
        let next = RoundQuery { since, cursor: page.next, ..query };
        let page = store.rounds(organization, &next).await.unwrap();
        assert_eq!((page.items.len(), page.total), (10, 60));
        let query = AuditQuery { before: Some(200), limit: 50, ..AuditQuery::default() };
        assert_eq!(store.audit(organization, &query).await.unwrap().len(), 50);
        assert_eq!(store.holders(organization, &[role("administrator")], None).await.unwrap(), []);
        let revoked = Event::InvitationRevoked { invitation: full.invitations[0] };
        let changed = Event::MemberRoleChanged { member, role: role("editor") };
        let session = store.open(&full).await.unwrap();
        let changes = changes(session.facts(), vec![revoked, changed]);
        assert_eq!((changes.members.len(), changes.invitations.len()), (1, 1));
        session.commit(changes).await.unwrap();
        store.organizations_of(user).await.unwrap();
        assert_eq!(store.due(10).await.unwrap(), []);
        assert_eq!(store.organizations_with_lapsed(10).await.unwrap(), []);
    }
}

/// A roster of 20,000 without a login, each in some rounds, beside everything else: among 100,000 members of others, since
/// what counts nearly all rows of a table rightly reads the table.
async fn fill_roster(database: &Database, organization: OrganizationId) {
    let organization = organization.0;
    database
        .run(&format!(
            "INSERT INTO memberships (organization_id, id, user_id, name, name_key, search_key, email, role, status,
                    seat, joined_at, version, labels, number, rounds, set_up_delivery, login_since, last_login_at)
                SELECT md5('o' || o)::uuid, md5(o || 'm' || n)::uuid, md5(o || 'u' || n)::uuid,
                'name ' || n, 'name ' || n, 'name ' || n, 'p' || n || '@example.org', 'viewer', 'active', true,
                now(), 1, '[]', n, '[]', 'none', now(), 'epoch'
                FROM generate_series(1, 50) o, generate_series(401, 2000) n;
            INSERT INTO memberships (organization_id, id, name, name_key, search_key, email, role, status, seat,
                    joined_at, version, labels, number, rounds, set_up_delivery, set_up_generation, set_up_channel,
                    set_up_issued_at, set_up_expires_at, last_login_at)
                SELECT '{organization}', md5('r' || n)::uuid, 'person ' || n, 'person ' || n, 'person ' || n,
                'r' || n || '@example.org', CASE WHEN n % 10 = 0 THEN 'editor' ELSE 'viewer' END, 'active', true,
                now() - n * interval '1 second', 1, '[]', 'r' || n,
                CASE n % 4 WHEN 0 THEN '[]' WHEN 1 THEN '[1]' WHEN 2 THEN '[1, 2]' ELSE '[1, 2, 3]' END::jsonb,
                CASE WHEN n % 50 = 1 THEN 'bounced' WHEN n % 4 = 0 THEN 'none' ELSE 'sent' END,
                CASE WHEN n % 4 > 0 THEN 1 END, CASE WHEN n % 4 > 0 THEN 'mail' END,
                CASE WHEN n % 4 > 0 THEN now() END, CASE WHEN n % 4 > 0 THEN now() + interval '14 days' END, 'epoch'
                FROM generate_series(1, 20000) n;
            INSERT INTO groups (organization_id, id, name, name_key, created_at, version)
                SELECT '{organization}', md5('g')::uuid, 'north', 'north', now(), 1;
            INSERT INTO group_members (organization_id, group_id, member_id, since)
                SELECT '{organization}', md5('g')::uuid, md5('r' || n)::uuid, now() FROM generate_series(1, 300) n"
        ))
        .await;
    database.run("VACUUM ANALYZE").await;
}

/// Every filter of the roster's screen, alone and with a search.
fn roster_queries(group: GroupId) -> Vec<MemberQuery> {
    let roster = MemberQuery { login: Some(false), limit: 50, ..MemberQuery::default() };
    let mut filters = vec![
        roster.clone(),
        MemberQuery { invited: Some(Invited::Never), ..roster.clone() },
        MemberQuery { invited: Some(Invited::Bounced), ..roster.clone() },
        MemberQuery { invited: Some(Invited::Round(3)), ..roster.clone() },
        MemberQuery { role: Some(role("editor")), ..roster.clone() },
        MemberQuery { status: Some(MemberStatus::Active), ..roster.clone() },
        MemberQuery { group: Some(group), ..roster },
    ];
    for text in ["person 1234", "nobody is called so"] {
        let searched = |it: &MemberQuery| MemberQuery { text: Some(text.to_owned()), ..it.clone() };
        filters.extend(filters.iter().take(7).map(searched).collect::<Vec<_>>());
    }
    filters
}

async fn ask_the_roster(database: &Database, organization: OrganizationId) {
    let store = &database.store;
    let group = GroupId(md5(database, "g").await);
    for query in roster_queries(group) {
        for sort in [MemberSort::Name, MemberSort::JoinedAt] {
            let first = MemberQuery { sort, ..query.clone() };
            // A prepared statement is planned anew a few times and then, perhaps, once for all parameters.
            for _ in 0..7 {
                let page = store.members(organization, &first).await.unwrap();
                let next = MemberQuery { cursor: page.next, ..first.clone() };
                if next.cursor.is_some() {
                    assert!(!store.members(organization, &next).await.unwrap().items.is_empty());
                }
            }
        }
        for _ in 0..7 {
            let after = Some(MemberId(uuid::Uuid::from_u128(u128::MAX / 2)));
            let chunk = store.roster_after(organization, &query, after, 101).await.unwrap();
            assert!(chunk.is_sorted());
        }
    }
    // The counts of all are what the screen shows; those of a filter tell what a round would do.
    for query in roster_queries(group).into_iter().take(7) {
        for _ in 0..7 {
            let counted: u64 = store.roster(organization, &query).await.unwrap().iter().map(|it| it.count).sum();
            assert!(0 < counted, "{query:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_filter_and_no_order_of_a_roster_of_20_000_reads_the_whole_table() {
    with_database(|database| async move {
        found(&database.store).await;
        fill(&database).await;
        fill_roster(&database, ORGANIZATION).await;
        // A group of three hundred is three pages of a table that holds no other: how it is read tells nothing.
        let scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'memberships'";
        let before = database.number(scans).await;
        ask_the_roster(&database, ORGANIZATION).await;
        database.store.close().await;
        let indexed = "SELECT sum(idx_scan) FROM pg_stat_user_tables WHERE relname = 'memberships'";
        wait_until(&database, indexed, |count| count > 300).await;
        assert_eq!(database.number(scans).await, before);
    })
    .await;
}

async fn md5(database: &Database, text: &str) -> uuid::Uuid {
    database.text(&format!("SELECT md5('{text}')::uuid::text")).await.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_and_no_scope_reads_a_whole_table() {
    with_database(|database| async move {
        found(&database.store).await;
        fill(&database).await;
        let scans = "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('memberships', 'invitations',
            'audit_log', 'outbox', 'user_organizations', 'email_invitations', 'last_logins', 'roster_rounds')";
        let before = database.number(scans).await;
        ask_everything(&database).await;
        // Connections report what they did when they end.
        database.store.close().await;
        let indexed = "SELECT sum(idx_scan) FROM pg_stat_user_tables WHERE relname = 'memberships'";
        wait_until(&database, indexed, |count| count > 100).await;
        assert_eq!(database.number(scans).await, before);
    })
    .await;
}
