//! The messages that wait to be sent, claimed by lease.

use async_trait::async_trait;
use membership_core::id::MessageId;
use membership_core::invitation::{Delivery, Invitation};
use membership_core::message::{Content, Message, MessageScope};
use membership_core::port::{Attempt, Claimed, MessageRef, Outbox, StoreError};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use time::{Duration, OffsetDateTime};

use crate::SqliteStore;
use crate::changes::message_statement;
use crate::error::from_sqlx;
use crate::rows::{self, get, invitation_columns, micros};

pub(crate) const DUE: &str = "SELECT scope_kind, scope_id, id FROM outbox \
    WHERE state IN ('queued', 'deferred') AND due_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?1) \
    ORDER BY due_at, created_at, id LIMIT ?2";
const CLAIM: &str = "UPDATE outbox SET leased_until = ?5, attempts = attempts + 1 \
    WHERE scope_id = ?1 AND id = ?2 AND scope_kind = ?3 AND state IN ('queued', 'deferred') AND due_at <= ?4 \
    AND (leased_until IS NULL OR leased_until <= ?4) \
    RETURNING scope_kind, scope_id, id, recipient, language, content, branding, created_at, due_at, attempts";
/// A message that is settled already stays so: a courier whose lease has ended may come too late.
const SETTLE: &str = "UPDATE outbox SET state = ?4, last_error = ?5, due_at = coalesce(?6, due_at), settled_at = ?7, \
    leased_until = NULL WHERE scope_id = ?1 AND id = ?2 AND scope_kind = ?3 AND state IN ('queued', 'deferred') \
    RETURNING scope_kind, scope_id, id, recipient, language, content, branding, created_at, due_at";
pub(crate) const INVITATION: &str =
    concat!("SELECT ", invitation_columns!(), " FROM invitations i WHERE i.organization_id = ?1 AND i.id = ?2");
const SET_UP_DELIVERY: &str = "UPDATE memberships SET set_up_delivery = ?4 \
    WHERE organization_id = ?1 AND id = ?2 AND set_up_generation = ?3";
const DELIVERY: &str = "UPDATE invitations SET delivery = ?4, delivery_note = ?5 \
    WHERE organization_id = ?1 AND id = ?2 AND generation = ?3";

#[async_trait]
impl Outbox for SqliteStore {
    async fn due(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError> {
        let query = sqlx::query(DUE).bind(micros(self.now())).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        let reference = |row| Ok(MessageRef { scope: rows::message_scope(row)?, id: MessageId(get(row, "id")?) });
        rows.iter().map(reference).collect()
    }

    async fn claim(&self, message: MessageRef, lease: Duration) -> Result<Option<Claimed>, StoreError> {
        let mut transaction = self.begin_writing().await?;
        let now = self.now();
        let query = sqlx::query(CLAIM)
            .bind(message.scope.key())
            .bind(message.id.0)
            .bind(rows::scope_kind(message.scope))
            .bind(micros(now))
            .bind(micros(now.saturating_add(lease)));
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(from_sqlx)? else {
            transaction.rollback().await.map_err(from_sqlx)?;
            return Ok(None);
        };
        let (message, attempts) = (rows::message(&row)?, get(&row, "attempts")?);
        let invitation = invitation_of(&mut transaction, &message).await?;
        transaction.commit().await.map_err(from_sqlx)?;
        Ok(Some(Claimed { message, attempts, invitation }))
    }

    async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError> {
        let mut transaction = self.begin_writing().await?;
        if let Some(settled) = settle_message(&mut transaction, message, attempt, self.now()).await? {
            report_delivery(&mut transaction, &settled, attempt).await?;
            if let Attempt::Expanded(children) = attempt {
                for child in children {
                    message_statement(child)?.execute(&mut *transaction).await.map_err(from_sqlx)?;
                }
            }
        }
        transaction.commit().await.map_err(from_sqlx)
    }
}

async fn invitation_of(connection: &mut SqliteConnection, message: &Message) -> Result<Option<Invitation>, StoreError> {
    let (MessageScope::Organization(organization), Content::Invitation { invitation, .. }) =
        (message.scope, &message.content)
    else {
        return Ok(None);
    };
    let query = sqlx::query(INVITATION).bind(organization.0).bind(invitation.0);
    let row = query.fetch_optional(connection).await.map_err(from_sqlx)?;
    row.as_ref().map(rows::invitation).transpose()
}

/// Writes the outcome on the message; nothing if it was settled before, or is not there.
async fn settle_message(
    transaction: &mut Transaction<'static, Sqlite>,
    message: MessageRef,
    attempt: &Attempt,
    now: OffsetDateTime,
) -> Result<Option<Message>, StoreError> {
    let (state, again_at) = match attempt {
        Attempt::Sent => ("sent", None),
        Attempt::Deferred { until, .. } => ("deferred", Some(*until)),
        Attempt::Bounced { .. } => ("bounced", None),
        Attempt::Failed { .. } => ("failed", None),
        Attempt::Cancelled => ("cancelled", None),
        Attempt::Expanded(_) => ("expanded", None),
    };
    let settled_at = if again_at.is_none() { Some(micros(now)) } else { None };
    let query = sqlx::query(SETTLE)
        .bind(message.scope.key())
        .bind(message.id.0)
        .bind(rows::scope_kind(message.scope))
        .bind(state)
        .bind(reason(attempt))
        .bind(again_at.map(micros))
        .bind(settled_at);
    let row = query.fetch_optional(&mut **transaction).await.map_err(from_sqlx)?;
    row.as_ref().map(rows::message).transpose()
}

/// Writes the outcome on the invitation or membership, unless it has a newer link than the one that was sent. That a message was
/// cancelled or expanded says nothing about its delivery.
async fn report_delivery(
    transaction: &mut Transaction<'static, Sqlite>,
    message: &Message,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let delivery = match attempt {
        Attempt::Sent => Delivery::Sent,
        Attempt::Deferred { .. } => Delivery::Deferred,
        Attempt::Bounced { .. } => Delivery::Bounced,
        Attempt::Failed { .. } => Delivery::Failed,
        Attempt::Cancelled | Attempt::Expanded(_) => return Ok(()),
    };
    let MessageScope::Organization(organization) = message.scope else { return Ok(()) };
    if let Content::AccountSetUp { member, generation, .. } = &message.content {
        let query = sqlx::query(SET_UP_DELIVERY).bind(organization.0).bind(member.0).bind(*generation);
        let query = query.bind(delivery.as_str());
        return query.execute(&mut **transaction).await.map_err(from_sqlx).map(drop);
    }
    let Content::Invitation { invitation, generation, .. } = &message.content else { return Ok(()) };
    let query = sqlx::query(DELIVERY)
        .bind(organization.0)
        .bind(invitation.0)
        .bind(*generation)
        .bind(delivery.as_str())
        .bind(reason(attempt));
    query.execute(&mut **transaction).await.map_err(from_sqlx).map(drop)
}

fn reason(attempt: &Attempt) -> Option<&str> {
    match attempt {
        Attempt::Deferred { reason, .. } | Attempt::Bounced { reason } | Attempt::Failed { reason } => Some(reason),
        Attempt::Sent | Attempt::Cancelled | Attempt::Expanded(_) => None,
    }
}
