//! Asks SQLite how it would run the statements that read: each by an index, the pages without sorting.

use std::collections::BTreeSet;

use membership_core::backup::{BACKED_UP_TABLES, KEPT_TABLES, LEFT_OUT_TABLES};
use membership_core::id::{GroupId, MemberId, OrganizationId, ProgramId};
use membership_core::invitation::InvitationState;
use membership_core::member::MemberStatus;
use membership_core::port::{
    AuditQuery, Cursor, InvitationQuery, MemberQuery, MemberSort, NamedQuery, RecordQuery, RecordsVisible, RoundQuery,
    SessionQuery,
};
use membership_core::report::SignedIn;
use membership_core::roster::Invited;
use sqlx::{AssertSqlSafe, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::directory::attendance;
use crate::{SqliteStore, changes, copy, directory, facts, outbox, upkeep};

async fn store(folder: &tempfile::TempDir) -> SqliteStore {
    let store = SqliteStore::open_file(folder.path().join("plans.sqlite")).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn plan(store: &SqliteStore, sql: &str) -> Vec<String> {
    let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    let rows = explained.fetch_all(&store.readers).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

fn scans(plan: &[String]) -> bool {
    plan.iter().any(|step| step.starts_with("SCAN") && !step.contains("json_each"))
}

#[tokio::test]
async fn no_fixed_statement_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for sql in [
        facts::HEAD,
        facts::MEMBERS_BY_ID,
        facts::MEMBERS_BY_USER,
        facts::MEMBERS_BY_EMAIL,
        facts::MEMBERS_BY_NUMBER,
        facts::BELONGS,
        facts::LAPSED_MEMBERS,
        facts::WAITING_MEMBERS,
        facts::INVITATIONS_BY_ID,
        facts::INVITATIONS_BY_EMAIL,
        facts::INVITATIONS_TO_OWNER,
        facts::LAPSED_INVITATIONS,
        facts::ROUND_BY_ID,
        facts::LATEST_ROUND,
        directory::clears::CLEAR,
        directory::clears::CLEARS,
        directory::clears::CLEARED,
        directory::clears::CLEARED_OF,
        directory::clears::LOGINS_AFTER,
        directory::report::LOGINS_BEFORE,
        directory::report::LOGINS_BY_DAY,
        changes::logins::SEEN,
        changes::logins::SEEN_BEFORE,
        facts::GROUPS_BY_ID,
        facts::GROUP_MEMBERS,
        facts::SESSIONS_BY_ID,
        facts::ENROLMENTS,
        facts::PROGRAMS_BY_ID,
        directory::attendance::GROUPS_OF,
        directory::imports::IMPORT,
        directory::imports::IMPORT_ROWS,
        facts::WORDINGS,
        facts::RESOURCES,
        facts::ALL_SHARES,
        facts::SHARES_OF_MEMBERS,
        facts::SHARES_OF_GROUPS,
        facts::USERS_BY_ID,
        facts::USERS_BY_EMAIL,
        facts::USERS_BY_USERNAME,
        facts::USERS_BY_IDENTITY,
        facts::SIGN_IN,
        facts::LINKS_BY_USER,
        facts::FACTORS_BY_USER,
        facts::SIGN_UP,
        facts::KEYS_BY_ID,
        facts::KEY_BY_TOKEN,
        facts::KEYS,
        facts::OPERATOR_KEYS_BY_ID,
        facts::OPERATOR_KEYS,
        facts::ORGANIZATION_QUOTAS,
        facts::MAIL_QUOTAS,
        facts::INSTALLATION,
        facts::RECEIPT,
        directory::ORGANIZATIONS_OF,
        directory::WAITING_FOR,
        directory::HOLDERS,
        directory::WITH_SET_UP_CODE,
        directory::SIGN_INS_OF,
        directory::LAST_LOGINS,
        copy::MEMBERS,
        copy::INVITATIONS,
        copy::GROUPS,
        copy::GROUP_MEMBERS,
        copy::PROGRAMS,
        copy::SESSIONS,
        copy::ENROLMENTS,
        copy::RECORDS,
        copy::SHARES,
        copy::LOG,
        upkeep::ORGANIZATION_LOGS,
        upkeep::USER_LOGS,
        upkeep::ORGANIZATION_LOG,
        upkeep::USER_LOG,
        upkeep::WITH_LAPSED,
        upkeep::FORGET_KEYS,
        upkeep::FORGET_OPERATOR_KEYS,
        upkeep::FORGET_QUOTAS,
        upkeep::FORGET_MAIL_QUOTAS,
        upkeep::FORGET_RECEIPTS,
        upkeep::FORGET_SIGN_UPS,
        upkeep::FORGET_SIGN_INS,
        upkeep::FORGET_SET_UP_CODES,
        upkeep::FORGET_LINKS,
        upkeep::FORGET_MESSAGES,
        upkeep::FORGET_CLEARED,
        outbox::INVITATION,
    ] {
        let plan = plan(&store, sql).await;
        assert!(!plan.is_empty() && !scans(&plan), "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn an_organization_starts_over_in_every_table_but_those_it_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for sql in changes::STARTED_OVER {
        let plan = plan(&store, sql).await;
        assert!(!plan.is_empty() && !scans(&plan), "{sql}\n{plan:#?}");
    }
    let emptied: BTreeSet<_> = changes::STARTED_OVER.iter().filter_map(|it| it.split(' ').nth(2)).collect();
    let listed = BACKED_UP_TABLES.into_iter().chain(LEFT_OUT_TABLES);
    let expected: BTreeSet<_> = listed.filter(|it| !KEPT_TABLES.contains(it)).collect();
    assert_eq!(emptied, expected);
}

#[tokio::test]
async fn what_lapses_and_what_is_due_is_found_by_partial_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for (sql, index) in [
        (facts::LAPSED_MEMBERS, "memberships_to_lapse"),
        (facts::LAPSED_INVITATIONS, "invitations_to_lapse"),
        (facts::INVITATIONS_BY_EMAIL, "invitations_pending"),
        (facts::MEMBERS_BY_USER, "memberships_by_user"),
        (facts::MEMBERS_BY_EMAIL, "memberships_by_email"),
        (upkeep::WITH_LAPSED, "memberships_to_sweep"),
        (upkeep::WITH_LAPSED, "invitations_to_sweep"),
        (upkeep::FORGET_MESSAGES, "outbox_settled"),
        (outbox::DUE, "outbox_to_send"),
    ] {
        let plan = plan(&store, sql).await;
        assert!(plan.iter().any(|step| step.contains(index)), "{sql}\n{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY")), "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn every_page_is_a_range_of_an_index_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (organization, now) = (OrganizationId(Uuid::from_u128(1)), OffsetDateTime::UNIX_EPOCH);
    let cursor = Some(Cursor { after: "1".to_owned(), id: Uuid::from_u128(1) });
    let mut pages = Vec::new();
    for cursor in [None, cursor] {
        for sort in [MemberSort::Name, MemberSort::JoinedAt, MemberSort::LastLogin, MemberSort::LoginSince] {
            let all = MemberQuery { sort, cursor: cursor.clone(), limit: 50, ..MemberQuery::default() };
            let some = MemberQuery {
                text: Some("a".to_owned()),
                status: Some(MemberStatus::Active),
                seat: Some(true),
                login: Some(true),
                signed_in: Some(SignedIn::Never),
                group: Some(GroupId(Uuid::from_u128(4))),
                ..all.clone()
            };
            pages.push(directory::members_page(organization, &all, now).into_string());
            pages.push(directory::members_page(organization, &some, now).into_string());
        }
        let all = InvitationQuery { cursor: cursor.clone(), limit: 50, ..InvitationQuery::default() };
        pages.push(directory::invitations_page(organization, &all, now).into_string());
        let revoked = InvitationQuery { state: Some(InvitationState::Revoked), ..all };
        pages.push(directory::invitations_page(organization, &revoked, now).into_string());
        let named = NamedQuery { cursor: cursor.clone(), limit: 50, text: Some("a".to_owned()), uncounted: false };
        pages.push(attendance::groups_page(organization, &named).into_string());
        pages.push(attendance::programs_page(organization, &named).into_string());
        let program = Some(ProgramId(Uuid::from_u128(3)));
        let sessions = SessionQuery { cursor: cursor.clone(), limit: 50, ..SessionQuery::default() };
        pages.push(attendance::sessions_page(organization, &sessions, now).into_string());
        let sessions = SessionQuery { program, running: true, ..sessions };
        pages.push(attendance::sessions_page(organization, &sessions, now).into_string());
        for visible in [RecordsVisible::All, RecordsVisible::OpenAndSharedWith(MemberId(Uuid::from_u128(2)))] {
            let cursor = cursor.clone().map(|it| Cursor { after: "report/1".to_owned(), ..it });
            let all = RecordQuery { visible, cursor, limit: 50, ..RecordQuery::default() };
            pages.push(directory::records_page(organization, &all).into_string());
            let some = RecordQuery { kind: Some("report".to_owned()), restricted: Some(true), ..all };
            pages.push(directory::records_page(organization, &some).into_string());
        }
        let all = RoundQuery { cursor: cursor.clone(), limit: 50, ..RoundQuery::default() };
        pages.push(directory::roster::rounds_page(organization, &all).into_string());
        let lately = RoundQuery { since: Some(now), ..all };
        pages.push(directory::roster::rounds_page(organization, &lately).into_string());
        let all = AuditQuery { before: cursor.map(|_| 9), limit: 50, ..AuditQuery::default() };
        pages.push(directory::audit_page(organization, &all).unwrap().into_string());
        let subject = AuditQuery { subject: Some(Uuid::from_u128(3)), ..all };
        pages.push(directory::audit_page(organization, &subject).unwrap().into_string());
    }
    for sql in pages {
        let plan = plan(&store, &sql).await;
        let by_index = |step: &String| step.starts_with("SEARCH") || step.starts_with("CORRELATED SCALAR SUBQUERY");
        assert!(plan.iter().all(by_index), "{sql}\n{plan:#?}");
    }
}

/// However many a session enrols, the few who are asked for are found by their ids.
#[tokio::test]
async fn who_of_some_is_enrolled_is_found_by_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (total, page) = attendance::ENROLLED_AMONG;
    for sql in [total, page] {
        let plan = plan(&store, sql).await;
        let places: Vec<_> =
            plan.iter().filter(|step| ["SEARCH e ", "SEARCH gm "].iter().any(|it| step.starts_with(it))).collect();
        assert!(2 <= places.len() && places.iter().all(|step| step.contains("member_id=?")), "{sql}\n{plan:#?}");
    }
}

/// Whatever is filtered, the roster is read by the indexes of those without a login: neither scanned nor sorted.
#[tokio::test]
async fn the_roster_is_a_range_of_an_index_at_any_filter() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (organization, now) = (OrganizationId(Uuid::from_u128(1)), OffsetDateTime::UNIX_EPOCH);
    let cursor = Some(Cursor { after: "1".to_owned(), id: Uuid::from_u128(1) });
    let filters = [None, Some(Invited::Never), Some(Invited::Bounced), Some(Invited::Round(3))];
    for (invited, text) in filters.into_iter().flat_map(|it| [(it, None), (it, Some("a".to_owned()))]) {
        let roster = MemberQuery { login: Some(false), invited, text, limit: 50, ..MemberQuery::default() };
        for sort in [MemberSort::Name, MemberSort::JoinedAt] {
            let query = MemberQuery { sort, cursor: cursor.clone(), ..roster.clone() };
            let plan = plan(&store, &directory::members_page(organization, &query, now).into_string()).await;
            assert!(plan.iter().any(|step| step.contains("memberships_without_login")), "{plan:#?}");
            assert!(!scans(&plan.iter().filter(|it| !it.contains("SCAN r")).cloned().collect::<Vec<_>>()), "{plan:#?}");
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:#?}");
        }
        let next = (&roster, Some(MemberId(Uuid::from_u128(2))));
        let sql = directory::roster::roster_after(organization, next, 101, now).into_string();
        let next = plan(&store, &sql).await;
        assert!(next.iter().any(|step| step.contains("memberships_without_login_by_id")), "{next:#?}");
        let sql = directory::roster::roster_groups(organization, &roster, now).into_string();
        let groups = plan(&store, &sql).await;
        assert!(groups.iter().any(|step| step.contains("memberships_without_login")), "{groups:#?}");
    }
}

#[tokio::test]
async fn no_count_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (organization, now) = (OrganizationId(Uuid::from_u128(1)), OffsetDateTime::UNIX_EPOCH);
    let members = MemberQuery { text: Some("a".to_owned()), seat: Some(false), ..MemberQuery::default() };
    let lately = MemberQuery { signed_in: Some(SignedIn::Since(now)), ..MemberQuery::default() };
    let invitations = InvitationQuery { outstanding: true, ..InvitationQuery::default() };
    let rounds = RoundQuery { since: Some(now), ..RoundQuery::default() };
    for sql in [
        directory::members_total(organization, &members, now).into_string(),
        directory::members_total(organization, &MemberQuery::default(), now).into_string(),
        directory::members_total(organization, &lately, now).into_string(),
        directory::invitations_total(organization, &invitations, now).into_string(),
        directory::invitations_total(organization, &InvitationQuery::default(), now).into_string(),
        directory::roster::rounds_total(organization, &rounds).into_string(),
        directory::roster::rounds_total(organization, &RoundQuery::default()).into_string(),
    ] {
        let plan = plan(&store, &sql).await;
        assert!(!scans(&plan), "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_and_the_writer_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.unwrap();
    let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 2));
    sqlx::query(limit).fetch_one(&store.writer).await.unwrap();
    let insert = "INSERT INTO idempotency_keys VALUES (?1, zeroblob(32), zeroblob(32), zeroblob(900000), 0, 0)";

    let mut transaction = store.begin_writing().await.unwrap();
    let refused = sqlx::query(insert).bind(Uuid::from_u128(1)).execute(&mut *transaction).await;
    let refused = crate::error::from_sqlx(refused.unwrap_err());
    assert!(matches!(refused, membership_core::port::StoreError::Busy(_)), "{refused:?}");
    drop(transaction);

    sqlx::query("PRAGMA max_page_count = 100000").fetch_one(&store.writer).await.unwrap();
    let mut transaction = store.begin_writing().await.unwrap();
    sqlx::query(insert).bind(Uuid::from_u128(2)).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let kept = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM idempotency_keys").fetch_one(&store.readers).await;
    assert_eq!(kept.unwrap(), 1);
}
