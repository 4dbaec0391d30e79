//! Reading a scope. Everything of an organization is one statement, which locks the organization's narrow row first
//! if its other writers are to be kept out.

use std::collections::BTreeMap;

use membership_core::facts::{Facts, RoundPick, Scope};
use membership_core::port::{StoreError, to_micros};
use membership_core::resource::ResourceName;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::attendance::{
    GroupRow, PlaceRow, ProgramRow, SessionRow, group_columns, program_columns, session_columns,
};
use crate::rows::keys::{KeyRow, key_columns};
use crate::rows::records::{ReceiptRow, receipt_columns};
use crate::rows::roster::{RoundRow, round_columns};
use crate::rows::sharing::{ResourceRow, ShareRow, resource_columns, share_columns};
use crate::rows::wordings::{WordingRow, wording_columns};
use crate::rows::{
    HeadRow, Instant, InvitationRow, MemberRow, invitation_columns, member_columns, organization_columns, seats_columns,
};
use crate::statement::{Bound, Route, fetch_one, micros, statements};

pub(crate) mod clears;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod people;

/// A statement that says what it found, and when.
macro_rules! told {
    ($($sql:expr),+) => {
        concat!(
            "SELECT json_build_object('now', ", $crate::statement::micros!("clock_timestamp()"),
            ", 'what', (", $($sql),+, "))"
        )
    };
}

use told;

/// The facts of an organization, after the lock that is its argument.
///
/// `hot` comes first: after a wait for the lock it holds the row as the last writer left it, while everything else is
/// read as it was when the statement began. `seen` tells the two apart: it is the revision as of then. The clock is
/// read after `hot`, so that a decision is never made at a time before the one it waited for.
macro_rules! facts_sql {
    ($lock:literal) => {
        concat!(
            "WITH hot AS MATERIALIZED (
                SELECT s.organization_id, ",
            seats_columns!(),
            " FROM organization_seats s
                WHERE s.organization_id = $1 ",
            $lock,
            "
            ), moment AS MATERIALIZED (
                SELECT coalesce($2::timestamptz, clock_timestamp()) AS now FROM (SELECT count(*) FROM hot) AS locked
            ), offers AS MATERIALIZED (
                SELECT i.id, i.invited_by FROM invitations i WHERE i.organization_id = $1 AND i.id = ANY($3)
                UNION
                SELECT i.id, i.invited_by FROM invitations i
                WHERE i.organization_id = $1 AND i.email = ANY($4) AND i.state = 'pending'
                UNION
                SELECT i.id, i.invited_by FROM invitations i
                WHERE i.organization_id = $1 AND i.state = 'pending' AND i.for_owner AND $22
            ), invitation_ids AS MATERIALIZED (
                SELECT id FROM offers
                UNION
                (SELECT i.id FROM invitations i
                WHERE i.organization_id = $1 AND i.state = 'pending' AND i.expires_at <= (SELECT now FROM moment)
                ORDER BY i.expires_at, i.id LIMIT $5)
            ), key_ids AS MATERIALIZED (
                SELECT k.id, k.member_id FROM api_keys k
                WHERE k.organization_id = $1 AND (k.id = ANY($15) OR k.token_hash = $16)
                UNION
                (SELECT k.id, k.member_id FROM api_keys k
                WHERE k.organization_id = $1
                ORDER BY (k.revoked_at IS NULL AND k.expires_at > (SELECT now FROM moment)) DESC, k.created_at DESC, k.id
                LIMIT $17)
            ), member_ids AS MATERIALIZED (
                SELECT unnest($6::uuid[]) AS id
                UNION
                SELECT member_id FROM key_ids
                UNION
                SELECT o.owner_member_id FROM organizations o WHERE o.id = $1
                UNION
                SELECT invited_by FROM offers
                UNION
                SELECT m.id FROM memberships m WHERE m.organization_id = $1 AND m.user_id = ANY($7)
                UNION
                SELECT m.id FROM memberships m WHERE m.organization_id = $1 AND m.email = ANY($8)
                UNION
                SELECT m.id FROM memberships m WHERE m.organization_id = $1 AND m.number = ANY($10)
                UNION
                (SELECT m.id FROM memberships m
                WHERE m.organization_id = $1 AND m.deactivates_at <= (SELECT now FROM moment)
                    AND m.deactivates_at IS NOT NULL AND m.status <> 'deactivated'
                ORDER BY m.deactivates_at, m.id LIMIT $5)
                UNION
                (SELECT m.id FROM memberships m
                WHERE m.organization_id = $1 AND m.waits_since IS NOT NULL AND m.status = 'active'
                ORDER BY m.waits_since, m.id LIMIT $5)
            ), asked AS MATERIALIZED (
                SELECT a.type, a.key, a.every FROM jsonb_to_recordset($11) AS a(type text, key text, every boolean)
            ), held AS MATERIALIZED (
                SELECT ",
            share_columns!(),
            " FROM asked JOIN resource_shares s
                    ON s.organization_id = $1 AND s.type = asked.type AND s.key = asked.key
                    AND (asked.every OR s.holder_id = ANY(ARRAY(SELECT m.id FROM member_ids m))
                        OR (s.holder_kind = 'group' AND EXISTS (SELECT FROM group_members gm
                            WHERE gm.organization_id = $1 AND gm.group_id = s.holder_id
                                AND gm.member_id = ANY(ARRAY(SELECT m.id FROM member_ids m)))))
            ), group_ids AS MATERIALIZED (
                SELECT unnest($12::uuid[]) AS id
                UNION
                SELECT unnest(i.groups) FROM invitations i WHERE i.organization_id = $1 AND i.id = ANY($3)
                UNION
                SELECT s.holder_id FROM held s WHERE s.holder_kind = 'group'
            ), session_ids AS MATERIALIZED (
                SELECT unnest($13::uuid[]) AS id
                UNION
                SELECT unnest(i.sessions) FROM invitations i WHERE i.organization_id = $1 AND i.id = ANY($3)
            ), wording_ids AS MATERIALIZED (
                SELECT unnest($20::uuid[]) AS id
                UNION
                SELECT (o.branding #>> ARRAY['wordings', t.key, 'wording'])::uuid
                FROM organizations o, unnest($21::text[]) AS t(key) WHERE o.id = $1
            )
            SELECT json_build_object(
                'now', (SELECT ",
            micros!("now"),
            " FROM moment),
                'seen', (SELECT s.revision FROM organization_seats s WHERE s.organization_id = $1),
                'head', (SELECT row_to_json(r) FROM (
                    SELECT ",
            organization_columns!(),
            ", hot.seat_limit, hot.assigned, hot.reserved, hot.waiting, hot.plan, hot.expires_at, hot.grace_days,
                        hot.announces_at, hot.audit_sequence, hot.audit_hash, hot.revision
                    FROM organizations o JOIN hot ON hot.organization_id = o.id WHERE o.id = $1) r),
                'members', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            member_columns!(),
            " FROM memberships m
                    WHERE m.organization_id = $1 AND m.id = ANY(ARRAY(SELECT id FROM member_ids))
                    ORDER BY m.deactivates_at, m.id) r),
                'invitations', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            invitation_columns!(),
            " FROM invitations i
                    WHERE i.organization_id = $1 AND i.id = ANY(ARRAY(SELECT id FROM invitation_ids))
                    ORDER BY i.expires_at, i.id) r),
                'groups', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            group_columns!(),
            " FROM groups g
                    WHERE g.organization_id = $1 AND g.id = ANY(ARRAY(SELECT id FROM group_ids)) ORDER BY g.id) r),
                'group_members', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT gm.group_id AS place_id, gm.member_id, ",
            micros!("gm.since"),
            " AS since FROM group_members gm
                    WHERE gm.organization_id = $1 AND gm.group_id = ANY(ARRAY(SELECT id FROM group_ids))
                        AND gm.member_id = ANY(ARRAY(SELECT id FROM member_ids))
                    ORDER BY gm.group_id, gm.member_id) r),
                'sessions', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            session_columns!(),
            " FROM sessions s
                    WHERE s.organization_id = $1 AND s.id = ANY(ARRAY(SELECT id FROM session_ids)) ORDER BY s.id) r),
                'enrolments', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT e.session_id AS place_id, e.member_id, ",
            micros!("e.since"),
            " AS since FROM enrolments e
                    WHERE e.organization_id = $1 AND e.session_id = ANY(ARRAY(SELECT id FROM session_ids))
                        AND e.member_id = ANY(ARRAY(SELECT id FROM member_ids))
                    ORDER BY e.session_id, e.member_id) r),
                'programs', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            program_columns!(),
            " FROM programs p
                    WHERE p.organization_id = $1 AND (p.id = ANY($14) OR p.id = ANY(ARRAY(
                        SELECT s.program_id FROM sessions s
                        WHERE s.organization_id = $1 AND s.id = ANY(ARRAY(SELECT id FROM session_ids)))))
                    ORDER BY p.id) r),
                'rounds', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            round_columns!(),
            " FROM roster_rounds n
                    WHERE n.organization_id = $1 AND (n.id = $18 OR $19 AND n.number = (
                        SELECT l.number FROM roster_rounds l WHERE l.organization_id = $1
                        ORDER BY l.number DESC LIMIT 1))) r),
                'keys', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            key_columns!("k.member_id, k.two_factors"),
            " FROM api_keys k
                    WHERE k.organization_id = $1 AND k.id = ANY(ARRAY(SELECT id FROM key_ids))
                    ORDER BY (k.revoked_at IS NULL AND k.expires_at > (SELECT now FROM moment)) DESC, k.created_at DESC,
                        k.id) r),
                'wordings', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            wording_columns!(),
            " FROM wordings w
                    WHERE w.organization_id = $1 AND w.id = ANY(ARRAY(SELECT id FROM wording_ids)) ORDER BY w.id) r),
                'resources', (SELECT coalesce(json_agg(q), '[]') FROM (
                    SELECT ",
            resource_columns!(),
            " FROM asked JOIN resources r
                        ON r.organization_id = $1 AND r.type = asked.type AND r.key = asked.key
                    ORDER BY r.type, r.key) q),
                'shares', (SELECT coalesce(json_agg(q), '[]') FROM (
                    SELECT ",
            share_columns!(),
            " FROM held s ORDER BY s.type, s.key, s.holder_kind, s.holder_id) q),
                'receipt', (SELECT row_to_json(r) FROM (
                    SELECT ",
            receipt_columns!(),
            " FROM idempotency_keys k
                    WHERE k.scope_id = $1 AND k.key = $9 AND k.expires_at > (SELECT now FROM moment)) r))"
        )
    };
}

statements! {
    /// The facts of an organization.
    FACTS, Route::By(Group::Organization), facts_sql!("");
    /// The facts of an organization, which nobody else can change until the end of the transaction.
    LOCKED_FACTS, Route::By(Group::Organization), facts_sql!("FOR NO KEY UPDATE OF s");
    /// The receipt of a request that belongs to no organization.
    RECEIPT, Route::By(Group::Organization), told!(
        "SELECT row_to_json(r) FROM (SELECT ", receipt_columns!(), " FROM idempotency_keys k
        WHERE k.scope_id = $1 AND k.key = $2 AND k.expires_at > coalesce($3::timestamptz, clock_timestamp())) r");
    /// What time it is.
    NOW, Route::Nowhere, told!("NULL");
}

/// Whether the organization's other writers are kept out until the end of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    Exclusive,
    None,
}

#[derive(Deserialize)]
struct FactsRow {
    now: Instant,
    seen: Option<u64>,
    head: Option<HeadRow>,
    members: Vec<MemberRow>,
    invitations: Vec<InvitationRow>,
    groups: Vec<GroupRow>,
    group_members: Vec<PlaceRow>,
    programs: Vec<ProgramRow>,
    sessions: Vec<SessionRow>,
    enrolments: Vec<PlaceRow>,
    keys: Vec<KeyRow>,
    rounds: Vec<RoundRow>,
    wordings: Vec<WordingRow>,
    resources: Vec<ResourceRow>,
    shares: Vec<ShareRow>,
    receipt: Option<ReceiptRow>,
}

impl FactsRow {
    /// Whether the locked row is the one that the rest was read with.
    fn is_of_one_moment(&self) -> bool {
        self.head.as_ref().map(|head| head.seats.revision) == self.seen
    }

    fn facts(self) -> Result<Facts, StoreError> {
        let mut facts = Facts::nothing(to_micros(self.now.0));
        facts.head = self.head.map(HeadRow::head).transpose()?;
        facts.members = self.members.into_iter().map(MemberRow::member).collect::<Result<_, _>>()?;
        facts.invitations = self.invitations.into_iter().map(InvitationRow::invitation).collect::<Result<_, _>>()?;
        facts.groups = self.groups.into_iter().map(GroupRow::group).collect();
        facts.group_members = self.group_members.into_iter().map(PlaceRow::group_member).collect();
        facts.programs = self.programs.into_iter().map(ProgramRow::program).collect();
        facts.sessions = self.sessions.into_iter().map(SessionRow::session).collect();
        facts.enrolments = self.enrolments.into_iter().map(PlaceRow::enrolment).collect();
        facts.keys = self.keys.into_iter().map(KeyRow::key).collect::<Result<_, _>>()?;
        facts.rounds = self.rounds.into_iter().map(RoundRow::round).collect();
        facts.wordings = self.wordings.into_iter().map(WordingRow::wording).collect();
        facts.resources = self.resources.into_iter().map(ResourceRow::resource).collect::<Result<_, _>>()?;
        facts.shares = self.shares.into_iter().map(ShareRow::share).collect::<Result<_, _>>()?;
        facts.receipt = self.receipt.map(ReceiptRow::receipt).transpose()?;
        Ok(facts)
    }
}

/// What a statement found, and when by the database's clock.
#[derive(Deserialize)]
struct Told<T> {
    now: Instant,
    what: T,
}

/// Asks the database, and keeps the time of its first answer unless the time is known already.
async fn ask<T>(connection: &mut PgConnection, now: &mut Option<OffsetDateTime>, query: Bound) -> Result<T, StoreError>
where
    T: DeserializeOwned + Send + Unpin,
{
    let told: Told<T> = fetch_one(connection, query).await?;
    now.get_or_insert(told.now.0);
    Ok(told.what)
}

/// Reads the facts of a scope. The organization comes first: what is read after its lock is at least as new.
pub(crate) async fn load(
    connection: &mut PgConnection,
    fixed: Option<OffsetDateTime>,
    scope: &Scope,
    lock: Lock,
) -> Result<Facts, StoreError> {
    let mut now = fixed;
    let mut facts = Facts::nothing(OffsetDateTime::UNIX_EPOCH);
    if let Some(organization) = scope.organization {
        facts = of_organization(connection, fixed, (organization.0, scope), lock).await?;
        now = Some(facts.now);
    }
    people::load(connection, &mut now, scope, &mut facts).await?;
    keys::load(connection, &mut now, scope, &mut facts).await?;
    imports::load(connection, scope, &mut facts).await?;
    clears::load(connection, scope, &mut facts).await?;
    if let Some(key) = scope.receipt.filter(|_| !receipt_is_of_organization(scope)) {
        let query = RECEIPT.query().bind(key.scope).bind(key.key.0.to_vec()).bind(now);
        let row: Option<ReceiptRow> = ask(connection, &mut now, query).await?;
        facts.receipt = row.map(ReceiptRow::receipt).transpose()?;
    }
    if now.is_none() {
        let _nothing: () = ask(connection, &mut now, NOW.query()).await?;
    }
    facts.now = now.map_or(facts.now, to_micros);
    Ok(facts)
}

/// How many statements [`load`] needs at most, if nobody is waited for.
pub(crate) fn statements_needed(scope: &Scope) -> usize {
    let receipt = scope.receipt.is_some() && !receipt_is_of_organization(scope);
    usize::from(scope.organization.is_some())
        + usize::from(receipt)
        + people::statements_needed(scope)
        + keys::statements_needed(scope)
        + usize::from(scope.organization.is_some() && scope.import.is_some())
        + clears::statements_needed(scope)
}

fn receipt_is_of_organization(scope: &Scope) -> bool {
    scope.receipt.is_some_and(|key| scope.organization.is_some_and(|it| it.0 == key.scope))
}

async fn of_organization(
    connection: &mut PgConnection,
    fixed: Option<OffsetDateTime>,
    of: (Uuid, &Scope),
    lock: Lock,
) -> Result<Facts, StoreError> {
    let statement = if lock == Lock::Exclusive { &LOCKED_FACTS } else { &FACTS };
    let row: FactsRow = fetch_one(connection, bound(statement.query(), fixed, of)).await?;
    if row.is_of_one_moment() {
        return row.facts();
    }
    // Somebody else committed while this statement waited for the lock. It is ours now: nothing changes any more.
    let row: FactsRow = fetch_one(connection, bound(statement.query(), fixed, of)).await?;
    if row.is_of_one_moment() { row.facts() } else { Err(StoreError::Conflict) }
}

fn bound(query: Bound, fixed: Option<OffsetDateTime>, (organization, scope): (Uuid, &Scope)) -> Bound {
    let lapsed = if scope.lapsed { i64::try_from(Scope::MOST_LAPSED).unwrap_or(i64::MAX) } else { 0 };
    let key = scope.receipt.filter(|_| receipt_is_of_organization(scope)).map(|it| it.key.0.to_vec());
    let texts = |all: &[membership_core::email::EmailAddress]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    query
        .bind(organization)
        .bind(fixed)
        .bind(scope.invitations.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(texts(&scope.invited_at))
        .bind(lapsed)
        .bind(scope.members.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(scope.members_of.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(texts(&scope.members_at))
        .bind(key)
        .bind(scope.members_numbered.iter().map(ToString::to_string).collect::<Vec<_>>())
        .bind(asked_records(scope))
        .bind(scope.groups.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(scope.sessions.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(scope.programs.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(scope.keys.ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(scope.keys.shown.map(|token| token.0.to_vec()))
        .bind(keys::most(&scope.keys))
        .bind(match scope.round {
            Some(RoundPick::Id(id)) => Some(id.0),
            Some(RoundPick::Latest) | None => None,
        })
        .bind(scope.round == Some(RoundPick::Latest))
        .bind(scope.wordings.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(scope.templates.iter().map(ToString::to_string).collect::<Vec<_>>())
        .bind(scope.owner_invitation)
}

/// A record that a scope asks for, with all its shares or with those of the memberships asked for.
#[derive(Debug, Serialize)]
struct Asked {
    r#type: String,
    key: String,
    every: bool,
}

/// Each record once: a join must not double what a scope names twice.
fn asked_records(scope: &Scope) -> Json<Vec<Asked>> {
    let mut asked: BTreeMap<_, _> = scope.resources.iter().map(|name| (name, false)).collect();
    asked.extend(scope.shares_of.iter().map(|name| (name, true)));
    let row = |(name, every): (&ResourceName, bool)| Asked {
        r#type: name.kind().to_owned(),
        key: name.id().to_owned(),
        every,
    };
    Json(asked.into_iter().map(row).collect())
}
