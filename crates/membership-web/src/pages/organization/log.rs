//! The audit log in sentences: who did what to whom, and when (I15).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::audit::AuditEntry;
use membership_core::id::OrganizationId;
use membership_core::port::AuditQuery;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, html};
use crate::page::Page;
use crate::pages::organization::seen;
use crate::visit::Visit;
use crate::words::{Words, machine_time};

const ENTRIES: u32 = 50;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    page: Page,
    entries: Vec<Entry>,
    next: Option<String>,
}

struct Entry {
    sentence: String,
    change: Option<String>,
    at: String,
    at_machine: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    before: Option<u64>,
}

/// Shows a page of the log, the newest first.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let query = AuditQuery {
        before: asked.before.filter(|it| i64::try_from(*it).is_ok()),
        limit: ENTRIES,
        ..AuditQuery::default()
    };
    let entries = visit.web.memberships().audit(organization, visit.actor()?, &query).await?;
    let last = entries.last().map(|entry| entry.sequence).filter(|sequence| *sequence > 1);
    let template = LogPage {
        page: visit.page(visit.words.t("log-title")).of(&view, "log"),
        entries: entries.iter().map(|entry| show_entry(visit.words, entry)).collect(),
        next: last.map(|sequence| format!("?before={sequence}")),
    };
    Ok(html(StatusCode::OK, &template))
}

fn show_entry(words: Words, entry: &AuditEntry) -> Entry {
    Entry {
        sentence: sentence(words, entry),
        change: change(words, entry),
        at: words.moment(entry.at),
        at_machine: machine_time(entry.at),
    }
}

fn sentence(words: Words, entry: &AuditEntry) -> String {
    let (actor, subject) = (("actor", actor(words, entry)), ("subject", &entry.subject_name));
    let told = words.find2(&format!("log-{}", entry.event), actor.clone(), subject);
    told.unwrap_or_else(|| words.t2("log-other", actor, subject))
}

fn actor(words: Words, entry: &AuditEntry) -> String {
    match (entry.actor.kind, &entry.actor.name) {
        ("operator", Some(name)) => words.t1("log-by-operator-named", "name", name),
        ("operator", None) => words.t("log-by-operator"),
        ("invitee", _) => words.t("log-by-invitee"),
        ("system", _) => words.t("log-by-system"),
        (_, Some(name)) => name.clone(),
        (_, None) => words.t("log-by-somebody"),
    }
}

/// What was different before, for the facts that people ask about.
fn change(words: Words, entry: &AuditEntry) -> Option<String> {
    let (before, after) = (parse(&entry.before), parse(&entry.after));
    let told = |field: &str, told: fn(Words, &Value) -> Option<String>| {
        let (from, to) = (before.get(field)?, after.get(field)?);
        let (from, to) = (told(words, from)?, told(words, to)?);
        (from != to).then(|| words.t2("log-change", ("before", from), ("after", to)))
    };
    told("role", role)
        .or_else(|| told("owner_name", text))
        .or_else(|| told("name", text))
        .or_else(|| told("seat_limit", limit))
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn role(words: Words, value: &Value) -> Option<String> {
    value.as_str().map(|key| words.role(key))
}

fn text(_: Words, value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn limit(words: Words, value: &Value) -> Option<String> {
    Some(value.as_u64().map_or_else(|| words.t("seats-no-limit"), |limit| limit.to_string()))
}
