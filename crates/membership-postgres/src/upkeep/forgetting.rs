//! Forgetting what nobody can use any more: which rows are over is asked of every shard, without a lock; then each is
//! taken away by its key, a batch to a transaction, in the order of the keys.
//!
//! Two who hold several rows and want each other's wait in a circle, which the database has to break. Nobody does here:
//! sweepers that meet, on two servers, take rows in one order, and so do commits that charge several quotas
//! ([`ChargeRow::in_order`](crate::rows::keys::ChargeRow::in_order)). A single statement that deletes what another one selects
//! takes them in whatever order its plan comes by them, and `SKIP LOCKED` is not to be had across shards.

use membership_core::port::StoreError;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::distribution::Group;
use crate::error::store_error;
use crate::statement::{Route, Statement, execute, fetch, statements};
use crate::store::PostgresStore;

/// How many rows a batch forgets, and how many batches of a kind one call does at most.
const BATCH: usize = 1_000;
const MOST_BATCHES: usize = 100;

/// What is over at the first parameter's time, or now.
macro_rules! now {
    () => {
        "coalesce($1::timestamptz, statement_timestamp())"
    };
}

/// What is over when it has been for 30 days.
macro_rules! thirty_days_ago {
    () => {
        concat!(now!(), " - interval '30 days'")
    };
}

statements! {
    /// Imports that were finished 30 days ago; their rows go with them.
    OVER_IMPORTS, Route::FanOut(Group::Organization),
        "SELECT json_build_array(i.organization_id, i.id) FROM imports i
        WHERE i.finished_at IS NOT NULL AND i.finished_at <= ", thirty_days_ago!(), " LIMIT $2";
    FORGET_IMPORT, Route::By(Group::Organization),
        "DELETE FROM imports AS i WHERE i.organization_id = $2::uuid AND i.id = $3::uuid
            AND i.finished_at <= ", thirty_days_ago!();
    /// Cleared logins that nobody can give back any more: what let people in is kept no longer.
    OVER_CLEARED, Route::FanOut(Group::Organization),
        "SELECT json_build_array(c.organization_id, c.clear_id, c.user_id) FROM login_clears l
            JOIN cleared_logins c ON c.organization_id = l.organization_id AND c.clear_id = l.id
        WHERE l.finished_at IS NOT NULL AND l.finished_at <= ", now!(), " - interval '24 hours'
            AND l.state = 'cleared' LIMIT $2";
    FORGET_CLEARED, Route::By(Group::Organization),
        "DELETE FROM cleared_logins AS c WHERE c.organization_id = $2::uuid AND c.clear_id = $3::uuid
            AND c.user_id = $4::uuid AND EXISTS (
                SELECT 1 FROM login_clears l WHERE l.organization_id = $2::uuid AND l.id = $3::uuid
                    AND l.state = 'cleared')";
    /// Receipts that are over, still when their turn comes: the same key can have served another request meanwhile.
    OVER_RECEIPTS, Route::FanOut(Group::Organization),
        "SELECT json_build_array(k.scope_id, encode(k.key, 'hex')) FROM idempotency_keys k
        WHERE k.expires_at <= ", now!(), " LIMIT $2";
    FORGET_RECEIPT, Route::By(Group::Organization),
        "DELETE FROM idempotency_keys AS k WHERE k.scope_id = $2::uuid AND k.key = decode($3, 'hex')
            AND k.expires_at <= ", now!();
    /// Messages that were settled 30 days ago.
    OVER_MESSAGES, Route::FanOut(Group::Organization),
        "SELECT json_build_array(o.scope_id, o.id) FROM outbox o
        WHERE o.settled_at IS NOT NULL AND o.settled_at <= ", thirty_days_ago!(), " LIMIT $2";
    FORGET_MESSAGE, Route::By(Group::Organization),
        "DELETE FROM outbox AS o WHERE o.scope_id = $2::uuid AND o.id = $3::uuid
            AND o.settled_at <= ", thirty_days_ago!();
    /// Links that have been dead for 30 days; so long they can say what they were. A new generation lives again.
    OVER_LINKS, Route::FanOut(Group::User),
        "SELECT json_build_array(l.user_id, l.id) FROM user_links l
        WHERE l.expires_at <= ", thirty_days_ago!(), " LIMIT $2";
    FORGET_LINK, Route::By(Group::User),
        "DELETE FROM user_links AS l WHERE l.user_id = $2::uuid AND l.id = $3::uuid
            AND l.expires_at <= ", thirty_days_ago!();
    /// Sign-ins that have ended, by themselves or otherwise.
    OVER_SIGN_INS, Route::FanOut(Group::User),
        "SELECT json_build_array(s.user_id, s.id) FROM sign_ins s
        WHERE coalesce(s.ended_at, s.expires_at) <= ", now!(), " LIMIT $2";
    FORGET_SIGN_IN, Route::By(Group::User),
        "DELETE FROM sign_ins AS s WHERE s.user_id = $2::uuid AND s.id = $3::uuid
            AND coalesce(s.ended_at, s.expires_at) <= ", now!();
    /// Hints at codes that are dead, still when their turn comes: the same code may have been given a longer life.
    OVER_SET_UP_CODES, Route::FanOut(Group::SetUpCode),
        "SELECT json_build_array(c.locator, c.organization_id, c.member_id) FROM set_up_codes c
        WHERE c.expires_at <= ", now!(), " LIMIT $2";
    FORGET_SET_UP_CODE, Route::By(Group::SetUpCode),
        "DELETE FROM set_up_codes AS c WHERE c.locator = $2 AND c.organization_id = $3::uuid
            AND c.member_id = $4::uuid AND c.expires_at <= ", now!();
    /// Sign-ups that nobody completed.
    OVER_SIGN_UPS, Route::FanOut(Group::SignUp),
        "SELECT json_build_array(s.id) FROM sign_ups s WHERE s.expires_at <= ", now!(), " LIMIT $2";
    FORGET_SIGN_UP, Route::By(Group::SignUp),
        "DELETE FROM sign_ups AS s WHERE s.id = $2::uuid AND s.expires_at <= ", now!();
    /// Keys of organizations that ended 30 days ago; so long they are listed.
    OVER_KEYS, Route::FanOut(Group::Organization),
        "SELECT json_build_array(k.organization_id, k.id) FROM api_keys k
        WHERE coalesce(k.revoked_at, k.expires_at) <= ", thirty_days_ago!(), " LIMIT $2";
    FORGET_KEY, Route::By(Group::Organization),
        "DELETE FROM api_keys AS k WHERE k.organization_id = $2::uuid AND k.id = $3::uuid
            AND coalesce(k.revoked_at, k.expires_at) <= ", thirty_days_ago!();
    /// Keys of the operator that ended 30 days ago.
    OVER_OPERATOR_KEYS, Route::FanOut(Group::Installation),
        "SELECT json_build_array(k.deployment, k.id) FROM operator_keys k
        WHERE coalesce(k.revoked_at, k.expires_at) <= ", thirty_days_ago!(), " LIMIT $2";
    FORGET_OPERATOR_KEY, Route::By(Group::Installation),
        "DELETE FROM operator_keys AS k WHERE k.deployment = $2 AND k.id = $3::uuid
            AND coalesce(k.revoked_at, k.expires_at) <= ", thirty_days_ago!();
    /// Quotas of organizations that are unused again, still when their turn comes.
    OVER_QUOTAS, Route::FanOut(Group::Organization),
        "SELECT json_build_array(q.organization_id, q.subject_id, q.cause, q.seconds) FROM organization_quotas q
        WHERE q.empties_at <= ", now!(), " LIMIT $2";
    FORGET_QUOTA, Route::By(Group::Organization),
        "DELETE FROM organization_quotas AS q WHERE q.organization_id = $2::uuid AND q.subject_id = $3::uuid
            AND q.cause = $4 AND q.seconds = $5 AND q.empties_at <= ", now!();
    /// Quotas of mailboxes, clients and accounts that are unused again.
    OVER_MAIL_QUOTAS, Route::FanOut(Group::Email),
        "SELECT json_build_array(q.bucket, q.cause, q.seconds) FROM mail_quotas q
        WHERE q.empties_at <= ", now!(), " LIMIT $2";
    FORGET_MAIL_QUOTA, Route::By(Group::Email),
        "DELETE FROM mail_quotas AS q WHERE q.bucket = $2 AND q.cause = $3 AND q.seconds = $4
            AND q.empties_at <= ", now!();
}

/// Everything that a sweep forgets: what finds the keys of a kind, and what takes one away.
const KINDS: [(&Statement, &Statement); 12] = [
    (&OVER_IMPORTS, &FORGET_IMPORT),
    (&OVER_CLEARED, &FORGET_CLEARED),
    (&OVER_RECEIPTS, &FORGET_RECEIPT),
    (&OVER_MESSAGES, &FORGET_MESSAGE),
    (&OVER_LINKS, &FORGET_LINK),
    (&OVER_SIGN_INS, &FORGET_SIGN_IN),
    (&OVER_SET_UP_CODES, &FORGET_SET_UP_CODE),
    (&OVER_SIGN_UPS, &FORGET_SIGN_UP),
    (&OVER_KEYS, &FORGET_KEY),
    (&OVER_OPERATOR_KEYS, &FORGET_OPERATOR_KEY),
    (&OVER_QUOTAS, &FORGET_QUOTA),
    (&OVER_MAIL_QUOTAS, &FORGET_MAIL_QUOTA),
];

/// A column of a key. Ids are texts, which are ordered as the ids are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
enum Part {
    Number(i64),
    Text(String),
}

/// Forgets all that is over, as far as one sweep goes.
pub(super) async fn forget_all(store: &PostgresStore) -> Result<u64, StoreError> {
    let now = store.fixed_now();
    let mut all: u64 = 0;
    for (over, forget) in KINDS {
        let mut gone: u64 = 0;
        for _ in 0..MOST_BATCHES {
            let (found, taken) = forget_some(store, over, forget, now).await?;
            gone = gone.saturating_add(taken);
            if found < BATCH {
                break;
            }
        }
        tracing::debug!(statement = forget.name, rows = gone, "forgot");
        all = all.saturating_add(gone);
    }
    Ok(all)
}

/// One batch: how many were over, and how many of them were still when their turn came.
async fn forget_some(
    store: &PostgresStore,
    over: &Statement,
    forget: &Statement,
    now: Option<OffsetDateTime>,
) -> Result<(usize, u64), StoreError> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let mut connection = store.connection().await?;
    let mut keys: Vec<Vec<Part>> = fetch(&mut connection, over.query().bind(now).bind(limit)).await?;
    drop(connection);
    let found = keys.len();
    if found == 0 {
        return Ok((0, 0));
    }
    keys.sort_unstable();
    let mut taken: u64 = 0;
    let mut transaction = store.begin().await?;
    for key in keys {
        let bound = key.into_iter().fold(forget.query().bind(now), |query, part| match part {
            Part::Text(text) => query.bind(text),
            Part::Number(number) => query.bind(number),
        });
        taken = taken.saturating_add(execute(&mut transaction, bound).await?);
    }
    transaction.commit().await.map_err(store_error)?;
    Ok((found, taken))
}
