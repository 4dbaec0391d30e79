//! Writing a commit: one statement for each group of tables it touches, the organization's last.
//!
//! A statement's parts are data-modifying CTEs, all on the snapshot of its beginning. Each guarded part returns the
//! rows it wrote; the statement succeeds only if as many were written as there are guards.

use membership_core::changes::Changes;
use membership_core::facts::{Facts, Receipt};
use membership_core::message::{Message, MessageScope};
use membership_core::port::StoreError;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use crate::distribution::Group;
use crate::rows::records::{MessageRow, ReceiptRow};
use crate::statement::{Route, execute, statements, write as guarded};

pub(crate) mod attendance;
pub(crate) mod clears;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod logins;
pub(crate) mod organization;
pub(crate) mod people;
pub(crate) mod roster;
pub(crate) mod sharing;
pub(crate) mod starting_over;
pub(crate) mod wordings;

/// Adds the messages of a parameter, on a condition.
macro_rules! new_messages {
    ($parameter:literal) => {
        $crate::changes::new_messages!($parameter, "true")
    };
    ($parameter:literal, $condition:literal) => {
        concat!(
            "INSERT INTO outbox (scope_id, id, scope_kind, recipient, language, content, branding, state, attempts,
                due_at, created_at)
            SELECT r.scope_id, r.id, r.scope_kind, r.recipient, r.language, r.content, r.branding, 'queued', 0, r.due_at,
                r.created_at
            FROM jsonb_to_recordset(",
            $parameter,
            ") AS r(scope_id uuid, id uuid, scope_kind text, recipient jsonb,
                language text, content jsonb, branding jsonb, due_at timestamptz, created_at timestamptz)
            WHERE ",
            $condition,
            "
            ON CONFLICT DO NOTHING"
        )
    };
}

/// Adds the receipts of a parameter, in the place of expired ones. The second parameter is the time.
macro_rules! new_receipt {
    ($parameter:literal, $now:literal) => {
        concat!(
            "INSERT INTO idempotency_keys AS k (scope_id, key, fingerprint, answer, created_at, expires_at)
            SELECT r.scope_id, decode(r.key, 'hex'), decode(r.fingerprint, 'hex'), decode(r.answer, 'hex'), ",
            $now,
            ",
                r.expires_at
            FROM jsonb_to_recordset(",
            $parameter,
            ") AS r(scope_id uuid, key text, fingerprint text, answer text,
                expires_at timestamptz)
            ON CONFLICT (scope_id, key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, answer = EXCLUDED.answer,
                created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
            WHERE k.expires_at <= EXCLUDED.created_at
            RETURNING 1"
        )
    };
}

pub(crate) use new_messages;
use new_receipt;

statements! {
    /// Messages of users, sign-ups and organizations that did not change otherwise.
    MESSAGES, Route::By(Group::Organization), new_messages!("$1");
    /// The receipt of a request that changed no organization.
    RECEIPT, Route::By(Group::Organization),
        "WITH receipt AS (", new_receipt!("$1", "$2"), ") SELECT count(*) FROM receipt";
}

/// Writes all changes. The transaction must be rolled back if this fails.
pub(crate) async fn write(connection: &mut PgConnection, before: &Facts, changes: &Changes) -> Result<(), StoreError> {
    let (own, foreign) = split(changes);
    if foreign.receipt.is_some() {
        let query = RECEIPT.query().bind(list(foreign.receipt, ReceiptRow::from)).bind(before.now);
        guarded(connection, query, 1).await?;
    }
    keys::write(connection, changes).await?;
    let logins = people::write(connection, before, changes).await?;
    if !foreign.messages.is_empty() {
        execute(connection, MESSAGES.query().bind(list(foreign.messages, MessageRow::from))).await?;
    }
    organization::write(connection, before, changes, (&own, &logins)).await
}

/// Messages and the receipt: those that are written with the organization, and the others.
#[derive(Debug, Default)]
struct Records<'a> {
    messages: Vec<&'a Message>,
    receipt: Option<&'a Receipt>,
}

fn split(changes: &Changes) -> (Records<'_>, Records<'_>) {
    let mut own = Records::default();
    let mut foreign = Records::default();
    for message in &changes.messages {
        let of = matches!(message.scope, MessageScope::Organization(id) if Some(id) == changes.organization);
        if of { own.messages.push(message) } else { foreign.messages.push(message) }
    }
    if let Some(receipt) = &changes.receipt {
        let of = changes.organization.is_some_and(|it| it.0 == receipt.key.scope);
        if of { own.receipt = Some(receipt) } else { foreign.receipt = Some(receipt) }
    }
    (own, foreign)
}

/// Rows as one parameter.
fn list<'a, T, R>(rows: impl IntoIterator<Item = &'a T>, row: impl Fn(&'a T) -> R) -> Json<Vec<R>>
where
    T: 'a,
    R: Serialize,
{
    Json(rows.into_iter().map(row).collect())
}

/// How many guards a number of rows is.
fn guards(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
