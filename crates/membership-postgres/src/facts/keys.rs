//! Reading the operator's keys, and how far quotas are used up.

use membership_core::facts::{Facts, KeyScope, Scope};
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use membership_core::quota::Bucket;
use sqlx::postgres::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::keys::{KeyRow, SpentRow, key_columns};
use crate::statement::{Route, micros, statements};

use super::{ask, told};

statements! {
    /// Keys of the operator: some, or all of which some live, these first.
    OPERATOR_KEYS, Route::By(Group::Installation), told!(
        "SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT ", key_columns!("k.user_id"), " FROM operator_keys k
            WHERE k.deployment = $1 AND ($3 OR k.id = ANY($2))
            ORDER BY (k.revoked_at IS NULL AND k.expires_at > coalesce($4::timestamptz, clock_timestamp())) DESC,
                k.created_at DESC, k.id LIMIT $5) r");
    /// How far an organization's quotas are used up.
    ORGANIZATION_QUOTAS, Route::By(Group::Organization), told!(
        "SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT q.subject_id, q.cause, q.seconds, ", micros!("q.empties_at"), " AS empties_at
            FROM organization_quotas q WHERE q.organization_id = $1 AND q.subject_id = ANY($2)) r");
    /// How far quotas of mailboxes, clients and accounts are used up.
    MAIL_QUOTAS, Route::By(Group::Email), told!(
        "SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT q.bucket, q.cause, q.seconds, ", micros!("q.empties_at"), " AS empties_at
            FROM mail_quotas q WHERE q.bucket = ANY($1)) r");
}

/// Where all keys of the operator are.
pub(crate) const DEPLOYMENT: &str = "operator";

/// The most keys that are read.
pub(super) fn most(keys: &KeyScope) -> i64 {
    if keys.all { i64::try_from(KeyScope::MOST).unwrap_or(i64::MAX) } else { 0 }
}

/// Reads what the scope asks of the operator's keys and of quotas.
pub(super) async fn load(
    connection: &mut PgConnection,
    now: &mut Option<OffsetDateTime>,
    scope: &Scope,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    if scope.needs_operator_keys() {
        let ids: Vec<_> = scope.operator_keys.ids.iter().map(|id| id.0).collect();
        let limit = most(&scope.operator_keys).max(i64::try_from(ids.len()).unwrap_or(i64::MAX));
        let query = OPERATOR_KEYS.query().bind(DEPLOYMENT).bind(ids).bind(scope.operator_keys.all).bind(*now);
        let rows: Vec<KeyRow> = ask(connection, now, query.bind(limit)).await?;
        for row in rows {
            facts.operator_keys.push(row.key()?);
        }
    }
    let (own, everywhere) = buckets(scope);
    if let Some((organization, subjects)) = own {
        let query = ORGANIZATION_QUOTAS.query().bind(organization.0).bind(subjects);
        let rows: Vec<SpentRow> = ask(connection, now, query).await?;
        for row in rows {
            facts.spent.push(row.spent(Some(organization))?);
        }
    }
    if !everywhere.is_empty() {
        let rows: Vec<SpentRow> = ask(connection, now, MAIL_QUOTAS.query().bind(everywhere)).await?;
        for row in rows {
            facts.spent.push(row.spent(None)?);
        }
    }
    Ok(())
}

/// The buckets of the organization, and the others.
fn buckets(scope: &Scope) -> (Option<(OrganizationId, Vec<Uuid>)>, Vec<String>) {
    let (mut own, mut everywhere) = (Vec::new(), Vec::new());
    for bucket in &scope.buckets {
        match bucket {
            Bucket::Of(of, subject) if Some(*of) == scope.organization => own.push(*subject),
            Bucket::Of(..) => {}
            Bucket::Everywhere(bucket) => everywhere.push(bucket.clone()),
        }
    }
    (scope.organization.filter(|_| !own.is_empty()).map(|id| (id, own)), everywhere)
}

/// How many statements [`load`] needs at most.
pub(super) fn statements_needed(scope: &Scope) -> usize {
    let (own, everywhere) = buckets(scope);
    usize::from(scope.needs_operator_keys()) + usize::from(own.is_some()) + usize::from(!everywhere.is_empty())
}
