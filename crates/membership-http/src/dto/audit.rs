//! The audit log on the wire.

use membership_core::audit::AuditEntry;
use membership_core::input::InvalidInput;
use membership_core::port::AuditQuery;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::query;

/// A page of the audit log, the newest entry first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Events {
    items: Vec<Entry>,
    /// What `before` must be for the next page; `null` on the last one.
    #[schema(required)]
    next_before: Option<u64>,
}

/// An entry: who did what to whom, before and after.
#[derive(Serialize, ToSchema)]
struct Entry {
    /// 1, 2, 3 … without gaps.
    sequence: u64,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    actor: Actor,
    /// The event's name, such as `member-role-changed`.
    event: String,
    subject: Subject,
    /// The facts before.
    before: Value,
    /// The facts after.
    after: Value,
    /// The id of the request it came from.
    #[schema(required)]
    request_id: Option<String>,
    /// The entry's hash, in hexadecimal; it covers the hash of the entry before it.
    hash: String,
}

/// Who did it.
#[derive(Serialize, ToSchema)]
struct Actor {
    /// `user`, `operator`, `key`, `operator-key`, `invitee` or `system`.
    kind: &'static str,
    /// The person; for a key, on whose behalf it acted.
    #[schema(required)]
    user_id: Option<Uuid>,
    /// The key, if it was one.
    #[schema(required)]
    key_id: Option<Uuid>,
    /// What the person or key was called then.
    #[schema(required)]
    name: Option<String>,
}

/// To whom or what it happened.
#[derive(Serialize, ToSchema)]
struct Subject {
    /// `organization`, `member`, `invitation` or `user`.
    kind: String,
    id: Uuid,
    /// What it was called then.
    name: String,
}

impl From<AuditEntry> for Entry {
    fn from(entry: AuditEntry) -> Self {
        let facts = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        Self {
            sequence: entry.sequence,
            at: entry.at,
            actor: Actor {
                kind: entry.actor.kind,
                user_id: entry.actor.user.map(|user| user.0),
                key_id: entry.actor.key.map(|key| key.0),
                name: entry.actor.name,
            },
            event: entry.event,
            subject: Subject { kind: entry.subject_kind, id: entry.subject, name: entry.subject_name },
            before: facts(&entry.before),
            after: facts(&entry.after),
            request_id: entry.request,
            hash: entry.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// Which entries to list, the newest first.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsAsked {
    /// Only entries after this sequence number: what is new since.
    after: Option<String>,
    /// Only entries before this sequence number: the `next_before` of the page before.
    before: Option<String>,
    /// Only those of this event.
    event: Option<String>,
    /// Only those by this user.
    actor: Option<String>,
    /// Only those about this organization, member, invitation or user.
    subject: Option<String>,
    /// How many entries, 1 to 100; 50 if none is named.
    limit: Option<String>,
}

impl EventsAsked {
    pub(crate) fn after(&self) -> Result<u64, InvalidInput> {
        Ok(query::number("after", self.after.as_deref())?.unwrap_or(0))
    }

    pub(crate) fn query(&self) -> Result<AuditQuery, InvalidInput> {
        Ok(AuditQuery {
            event: self.event.as_deref().map(event).transpose()?,
            actor: self.actor.as_deref().map(|text| id("actor", text)).transpose()?.map(membership_core::id::UserId),
            subject: self.subject.as_deref().map(|text| id("subject", text)).transpose()?,
            before: query::number("before", self.before.as_deref())?,
            limit: query::limit(self.limit.as_deref())?,
        })
    }
}

impl Events {
    /// A page of entries, of which those up to `after` are left out: the list goes back in time, and ends there.
    pub(crate) fn of(entries: Vec<AuditEntry>, after: u64, limit: u32) -> Self {
        let is_full = entries.len() >= limit as usize;
        let last = entries.last().map(|entry| entry.sequence);
        let next_before = last.filter(|last| is_full && *last > after.saturating_add(1));
        let items = entries.into_iter().filter(|entry| entry.sequence > after).map(Entry::from).collect();
        Self { items, next_before }
    }
}

fn event(text: &str) -> Result<String, InvalidInput> {
    let fits = (1..=60).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if fits {
        return Ok(text.to_owned());
    }
    Err(InvalidInput::new("event", "not-an-event", "must be an event's name, such as `member-role-changed`"))
}

fn id(field: &'static str, text: &str) -> Result<Uuid, InvalidInput> {
    Uuid::try_parse(text)
        .map_err(|_| InvalidInput::new(field, "not-an-id", "must be an id as this service hands them out"))
}
