//! Rows of what is kept about requests: audit entries, receipts and messages.

use membership_core::audit::{AuditActor, AuditEntry, Stream};
use membership_core::branding::Branding;
use membership_core::facts::{Receipt, ReceiptKey};
use membership_core::id::{MessageId, OrganizationId, SignUpId, UserId};
use membership_core::language::Language;
use membership_core::message::{Content, Message, MessageScope, Recipient};
use membership_core::port::{MessageRef, StoreError};
use membership_core::secret::TokenHash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Hex, Instant, damaged};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditRow {
    /// Only written to a user's log; an organization's is one parameter for all rows.
    #[serde(skip_deserializing)]
    stream: Uuid,
    sequence: u64,
    at: Instant,
    actor_kind: String,
    actor_user: Option<Uuid>,
    actor_name: Option<String>,
    request: Option<String>,
    event: String,
    subject_kind: String,
    subject_id: Uuid,
    subject_name: String,
    before: String,
    after: String,
    previous: Hex,
    hash: Hex,
}

/// The columns of [`AuditRow`], of a table called `a`.
macro_rules! audit_columns {
    () => {
        concat!(
            "a.sequence, ",
            $crate::statement::micros!("a.at"),
            " AS at, a.actor_kind, a.actor_user, a.actor_name, a.request, a.event, a.subject_kind, a.subject_id, ",
            "a.subject_name, a.before, a.after, encode(a.previous, 'hex') AS previous, encode(a.hash, 'hex') AS hash"
        )
    };
}

impl From<&AuditEntry> for AuditRow {
    fn from(it: &AuditEntry) -> Self {
        Self {
            stream: match it.stream {
                Stream::Organization(id) => id.0,
                Stream::User(id) => id.0,
            },
            sequence: it.sequence,
            at: it.at.into(),
            actor_kind: it.actor.kind.to_owned(),
            actor_user: it.actor.user.map(|id| id.0),
            actor_name: it.actor.name.clone(),
            request: it.request.clone(),
            event: it.event.clone(),
            subject_kind: it.subject_kind.clone(),
            subject_id: it.subject,
            subject_name: it.subject_name.clone(),
            before: it.before.clone(),
            after: it.after.clone(),
            previous: Hex::from(it.previous.as_slice()),
            hash: Hex::from(it.hash.as_slice()),
        }
    }
}

impl AuditRow {
    pub(crate) fn entry(self, stream: Stream) -> Result<AuditEntry, StoreError> {
        Ok(AuditEntry {
            stream,
            sequence: self.sequence,
            at: self.at.0,
            actor: AuditActor {
                kind: AuditActor::kind_named(&self.actor_kind),
                user: self.actor_user.map(UserId),
                name: self.actor_name,
            },
            request: self.request,
            event: self.event,
            subject_kind: self.subject_kind,
            subject: self.subject_id,
            subject_name: self.subject_name,
            before: self.before,
            after: self.after,
            previous: self.previous.hash()?,
            hash: self.hash.hash()?,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReceiptRow {
    scope_id: Uuid,
    key: Hex,
    fingerprint: Hex,
    answer: Hex,
    expires_at: Instant,
}

/// The columns of [`ReceiptRow`], of a table called `k`.
macro_rules! receipt_columns {
    () => {
        concat!(
            "k.scope_id, encode(k.key, 'hex') AS key, encode(k.fingerprint, 'hex') AS fingerprint, ",
            "encode(k.answer, 'hex') AS answer, ",
            $crate::statement::micros!("k.expires_at"),
            " AS expires_at"
        )
    };
}

impl From<&Receipt> for ReceiptRow {
    fn from(it: &Receipt) -> Self {
        Self {
            scope_id: it.key.scope,
            key: Hex::from(it.key.key.0.as_slice()),
            fingerprint: Hex::from(it.fingerprint.as_slice()),
            answer: Hex::from(it.answer.as_slice()),
            expires_at: it.expires_at.into(),
        }
    }
}

impl ReceiptRow {
    pub(crate) fn receipt(self) -> Result<Receipt, StoreError> {
        Ok(Receipt {
            key: ReceiptKey { scope: self.scope_id, key: TokenHash(self.key.hash()?) },
            fingerprint: self.fingerprint.hash()?,
            answer: self.answer.bytes()?,
            expires_at: self.expires_at.0,
        })
    }
}

/// A message as it is written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MessageRow {
    scope_id: Uuid,
    id: Uuid,
    scope_kind: String,
    recipient: Recipient,
    language: Language,
    content: Content,
    branding: Branding,
    created_at: Instant,
    due_at: Instant,
}

/// The columns of [`MessageRow`], of a table called `o`.
macro_rules! message_columns {
    () => {
        concat!(
            "o.scope_id, o.id, o.scope_kind, o.recipient, o.language, o.content, o.branding, ",
            $crate::statement::micros!("o.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("o.due_at"),
            " AS due_at"
        )
    };
}

impl From<&Message> for MessageRow {
    fn from(it: &Message) -> Self {
        Self {
            scope_id: it.scope.key(),
            id: it.id.0,
            scope_kind: scope_kind(it.scope).to_owned(),
            recipient: it.to.clone(),
            language: it.language,
            content: it.content.clone(),
            branding: it.branding.clone(),
            created_at: it.created_at.into(),
            due_at: it.due_at.into(),
        }
    }
}

impl MessageRow {
    pub(crate) fn message(self) -> Result<Message, StoreError> {
        Ok(Message {
            id: MessageId(self.id),
            scope: scope(&self.scope_kind, self.scope_id)?,
            to: self.recipient,
            language: self.language,
            content: self.content,
            branding: self.branding,
            created_at: self.created_at.0,
            due_at: self.due_at.0,
        })
    }
}

/// Where a message is, without the message.
#[derive(Debug, Deserialize)]
pub(crate) struct MessageRefRow {
    scope_kind: String,
    scope_id: Uuid,
    id: Uuid,
}

impl MessageRefRow {
    pub(crate) fn reference(self) -> Result<MessageRef, StoreError> {
        Ok(MessageRef { scope: scope(&self.scope_kind, self.scope_id)?, id: MessageId(self.id) })
    }
}

/// The kind of a scope in the tables.
pub(crate) fn scope_kind(scope: MessageScope) -> &'static str {
    match scope {
        MessageScope::Organization(_) => "organization",
        MessageScope::User(_) => "user",
        MessageScope::SignUp(_) => "sign_up",
    }
}

fn scope(kind: &str, id: Uuid) -> Result<MessageScope, StoreError> {
    match kind {
        "organization" => Ok(MessageScope::Organization(OrganizationId(id))),
        "user" => Ok(MessageScope::User(UserId(id))),
        "sign_up" => Ok(MessageScope::SignUp(SignUpId(id))),
        other => Err(damaged("a kind of scope", other)),
    }
}

/// A text from outside as a database can hold it: Postgres stores no NUL.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

pub(crate) use {audit_columns, message_columns, receipt_columns};
