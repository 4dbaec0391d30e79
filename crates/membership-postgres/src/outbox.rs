//! The messages that wait to be sent: found without locks, claimed by lease with a routed update, settled in one
//! statement.

use async_trait::async_trait;
use membership_core::id::OrganizationId;
use membership_core::invitation::{Delivery, Invitation};
use membership_core::message::{Content, MessageScope};
use membership_core::port::{Attempt, Claimed, MessageRef, Outbox, StoreError};
use serde::Deserialize;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};

use crate::changes::new_messages;
use crate::distribution::Group;
use crate::rows::records::{MessageRefRow, MessageRow, message_columns, storable};
use crate::rows::{InvitationRow, invitation_columns};
use crate::statement::{Route, execute, fetch, fetch_optional, statements};
use crate::store::PostgresStore;

/// What waits, and nobody has claimed, at that time. The database's clock is the only one that all couriers share.
macro_rules! is_due {
    ($now:literal) => {
        concat!(
            "o.state IN ('queued', 'deferred') AND o.due_at <= coalesce(",
            $now,
            "::timestamptz, statement_timestamp())
            AND (o.leased_until IS NULL OR o.leased_until <= coalesce(",
            $now,
            "::timestamptz, statement_timestamp()))"
        )
    };
}

statements! {
    /// Messages that are due.
    DUE, Route::FanOut(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT o.scope_kind, o.scope_id, o.id FROM outbox o
        WHERE ", is_due!("$1"), " ORDER BY o.due_at, o.created_at, o.id LIMIT $2) r";
    /// Claims a message.
    CLAIM, Route::By(Group::Organization), "WITH claimed AS (
            UPDATE outbox AS o SET attempts = o.attempts + 1,
                leased_until = coalesce($3::timestamptz, statement_timestamp()) + $4
            WHERE o.scope_id = $1 AND o.id = $2 AND ", is_due!("$3"), "
            RETURNING o.*
        )
        SELECT row_to_json(r) FROM (SELECT ", message_columns!(), ", o.attempts FROM claimed o) r";
    /// An invitation.
    INVITATION, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", invitation_columns!(), " FROM invitations i
        WHERE i.organization_id = $1 AND i.id = $2) r";
    /// Writes down what became of an attempt. What is settled stays so: a courier whose lease was over changes nothing.
    SETTLE, Route::By(Group::Organization), "WITH settled AS (
            UPDATE outbox AS o SET state = $3, due_at = coalesce($4, o.due_at), leased_until = NULL, last_error = $5,
                settled_at = CASE WHEN $3 <> 'deferred' THEN coalesce($6::timestamptz, statement_timestamp()) END
            WHERE o.scope_id = $1 AND o.id = $2 AND o.state IN ('queued', 'deferred')
            RETURNING o.content
        ), expanded AS (
            ", new_messages!("$8", "EXISTS (SELECT FROM settled)"), "
        ), set_up AS (
            UPDATE memberships AS m SET set_up_delivery = $7 FROM settled s
            WHERE m.organization_id = $1 AND $7::text IS NOT NULL AND s.content ->> 'kind' = 'account_set_up'
                AND m.id = (s.content ->> 'member')::uuid AND m.set_up_generation = (s.content ->> 'generation')::bigint
        )
        UPDATE invitations AS i SET delivery = $7, delivery_note = $5 FROM settled s
        WHERE i.organization_id = $1 AND $7::text IS NOT NULL AND s.content ->> 'kind' = 'invitation'
            AND i.id = (s.content ->> 'invitation')::uuid AND i.generation = (s.content ->> 'generation')::bigint";
}

#[derive(Deserialize)]
struct ClaimedRow {
    #[serde(flatten)]
    message: MessageRow,
    attempts: u32,
}

/// What an attempt means to the rows.
struct Outcome<'a> {
    state: &'static str,
    delivery: Option<Delivery>,
    until: Option<OffsetDateTime>,
    reason: Option<&'a str>,
}

impl<'a> Outcome<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        let outcome = |state, delivery| Self { state, delivery, until: None, reason: None };
        match attempt {
            Attempt::Sent => outcome("sent", Some(Delivery::Sent)),
            Attempt::Deferred { until, reason } => {
                let deferred = outcome("deferred", Some(Delivery::Deferred));
                Self { until: Some(*until), reason: Some(reason), ..deferred }
            }
            Attempt::Bounced { reason } => Self { reason: Some(reason), ..outcome("bounced", Some(Delivery::Bounced)) },
            Attempt::Failed { reason } => Self { reason: Some(reason), ..outcome("failed", Some(Delivery::Failed)) },
            Attempt::Cancelled => outcome("cancelled", None),
            Attempt::Expanded(_) => outcome("expanded", None),
        }
    }
}

#[async_trait]
impl Outbox for PostgresStore {
    async fn due(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError> {
        let mut connection = self.connection().await?;
        let query = DUE.query().bind(self.fixed_now()).bind(i64::from(limit));
        let rows: Vec<MessageRefRow> = fetch(&mut connection, query).await?;
        rows.into_iter().map(MessageRefRow::reference).collect()
    }

    async fn claim(&self, message: MessageRef, lease: Duration) -> Result<Option<Claimed>, StoreError> {
        let mut connection = self.connection().await?;
        let query = CLAIM.query().bind(message.scope.key()).bind(message.id.0).bind(self.fixed_now()).bind(lease);
        let row: Option<ClaimedRow> = fetch_optional(&mut connection, query).await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let message = row.message.message()?;
        let invitation = match (message.scope, &message.content) {
            (MessageScope::Organization(organization), Content::Invitation { invitation, .. }) => {
                invitation_by_id(&mut connection, organization, invitation.0).await?
            }
            _ => None,
        };
        Ok(Some(Claimed { message, attempts: row.attempts, invitation }))
    }

    async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError> {
        let outcome = Outcome::of(attempt);
        let children = match attempt {
            Attempt::Expanded(messages) => messages.iter().map(MessageRow::from).collect(),
            _ => Vec::new(),
        };
        let query = SETTLE
            .query()
            .bind(message.scope.key())
            .bind(message.id.0)
            .bind(outcome.state)
            .bind(outcome.until)
            .bind(outcome.reason.map(storable))
            .bind(self.fixed_now())
            .bind(outcome.delivery.map(|it| it.as_str()))
            .bind(Json(children));
        let mut connection = self.connection().await?;
        execute(&mut connection, query).await.map(|_| ())
    }
}

async fn invitation_by_id(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: uuid::Uuid,
) -> Result<Option<Invitation>, StoreError> {
    let query = INVITATION.query().bind(organization.0).bind(id);
    let row: Option<InvitationRow> = fetch_optional(connection, query).await?;
    row.map(InvitationRow::invitation).transpose()
}
