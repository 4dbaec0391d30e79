//! The audit log in sentences: who did what to whom, and when (I15).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::audit::AuditEntry;
use membership_core::id::{MemberId, OrganizationId, UserId};
use membership_core::member::Member;
use membership_core::port::AuditQuery;
use membership_core::resource::Level;
use serde::Deserialize;
use serde_json::Value;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime};

use crate::answer::{Answer, html};
use crate::page::{Page, Way};
use crate::pages::organization::seen;
use crate::pages::records::level_word;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::words::{Words, machine_time};

const ENTRIES: u32 = 50;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    page: Page,
    base: String,
    /// What can be looked for.
    kinds: Vec<Kind>,
    /// By whom or about whom alone it is, each with the way back to the others, too.
    only: Vec<Way>,
    /// What the form must not lose: the same, as the address says it.
    kept: Vec<(&'static str, String)>,
    entries: Vec<Entry>,
    next: Option<String>,
}

/// An entry as a sentence.
pub(crate) struct Entry {
    pub sentence: String,
    pub changes: Vec<Change>,
    pub at: String,
    pub at_machine: String,
}

/// What was different before.
pub(crate) struct Change {
    pub what: String,
    pub before: String,
    pub after: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    before: Option<u64>,
    event: Option<String>,
    /// The member whose deeds are wanted.
    by: Option<uuid::Uuid>,
    /// The member of whom it is to tell.
    about: Option<uuid::Uuid>,
}

/// The kinds of events, by what they are about, in the order of the list to choose from.
pub(crate) const KINDS: [(&str, &[&str]); 11] = [
    (
        "people",
        &[
            "member-joined",
            "member-profile-changed",
            "member-role-changed",
            "deactivation-date-set",
            "member-deactivated",
            "member-suspended",
            "member-reactivated",
            "member-removed",
            "member-left",
        ],
    ),
    (
        "logins",
        &[
            "set-up-link-issued",
            "set-up-code-missed",
            "login-set-up",
            "member-login-changed",
            "member-signed-out",
            "login-clear-begun",
            "login-clear-moved",
            "login-clear-undo-begun",
            "member-login-cleared",
            "member-login-given-back",
        ],
    ),
    ("rounds", &["round-started", "round-moved"]),
    (
        "invitations",
        &[
            "invitation-created",
            "invitation-worded",
            "invitation-renewed",
            "invitation-extended",
            "invitation-accepted",
            "invitation-declined",
            "invitation-revoked",
            "invitation-expired",
        ],
    ),
    ("imports", &["import-begun", "import-advanced", "import-undo-begun"]),
    ("groups", &["group-created", "group-renamed", "group-deleted", "group-joined", "group-left"]),
    (
        "programs",
        &[
            "program-created",
            "program-changed",
            "program-deleted",
            "session-created",
            "session-changed",
            "session-deleted",
            "member-enrolled",
            "enrolment-ended",
        ],
    ),
    (
        "records",
        &["record-registered", "record-restriction-changed", "record-removed", "record-shared", "record-unshared"],
    ),
    (
        "seats",
        &[
            "seat-allocated",
            "seat-released",
            "seat-limit-set",
            "when-full-set",
            "subscription-set",
            "subscription-end-announced",
        ],
    ),
    (
        "settings",
        &[
            "organization-founded",
            "organization-renamed",
            "organization-branded",
            "policy-changed",
            "template-saved",
            "template-reset",
            "ownership-transferred",
            "backup-taken",
            "organization-restored",
            "organization-deleted",
        ],
    ),
    ("keys", &["api-key-created", "api-key-revoked"]),
];

/// What can be looked for about one thing.
struct Kind {
    about: String,
    /// The events, each with its name and whether it is chosen.
    events: Vec<(&'static str, String, bool)>,
}

/// Shows a page of the log, the newest first.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let event = asked.event.as_deref().and_then(known);
    let by = member(&visit, organization, asked.by).await?;
    let about = member(&visit, organization, asked.about).await?;
    let query = AuditQuery {
        event: event.map(str::to_owned),
        // Whoever has no login has done nothing.
        actor: by.as_ref().map(|it| it.user.unwrap_or(UserId(uuid::Uuid::nil()))),
        subject: asked.about,
        before: asked.before.filter(|it| i64::try_from(*it).is_ok()),
        limit: ENTRIES,
    };
    let entries = visit.web.memberships().audit(organization, visit.actor()?, &query).await?;
    let last = entries.last().map(|entry| entry.sequence).filter(|sequence| *sequence > 1);
    let words = visit.words;
    let base = format!("/organizations/{organization}");
    let kept = [("by", asked.by), ("about", asked.about)];
    let kept: Vec<_> = kept.into_iter().filter_map(|(name, id)| Some((name, id?.to_string()))).collect();
    let query_but = |left_out: &str| {
        let others = kept.iter().filter(|(name, _)| *name != left_out).map(|(name, id)| format!("{name}={id}"));
        event.map(|event| format!("event={event}")).into_iter().chain(others).collect::<Vec<_>>()
    };
    let only = [("by", "log-only-by", by), ("about", "log-only-about", about)];
    let only = only.into_iter().filter_map(|(name, key, member)| {
        Some(Way::to(format!("{base}/log?{}", query_but(name).join("&")), words.t1(key, "name", &member?.name)))
    });
    let template = LogPage {
        kinds: kinds(words, event),
        page: visit.page(visit.words.t("log-title")).of(&view, "log"),
        entries: entries.iter().map(|entry| show_entry(visit.words, entry)).collect(),
        only: only.collect(),
        next: last
            .map(|sequence| format!("?{}", [vec![format!("before={sequence}")], query_but("")].concat().join("&"))),
        kept,
        base,
    };
    Ok(html(StatusCode::OK, &template))
}

/// The member of that id, if one is asked for.
async fn member(visit: &Visit, organization: OrganizationId, id: Option<uuid::Uuid>) -> Result<Option<Member>, Stop> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(visit.web.memberships().member(organization, visit.actor()?, MemberId(id)).await?.member))
}

/// The event of that name.
fn known(name: &str) -> Option<&'static str> {
    KINDS.into_iter().flat_map(|(_, events)| events).copied().find(|event| *event == name)
}

fn kinds(words: Words, chosen: Option<&str>) -> Vec<Kind> {
    let event = |it: &&'static str| (*it, words.t(&format!("event-{it}")), chosen == Some(*it));
    let kind = |(about, events): (&str, &'static [&'static str])| Kind {
        about: words.t(&format!("log-about-{about}")),
        events: events.iter().map(event).collect(),
    };
    KINDS.into_iter().map(kind).collect()
}

pub(crate) fn show_entry(words: Words, entry: &AuditEntry) -> Entry {
    Entry {
        sentence: sentence(words, entry),
        changes: changes(words, entry),
        at: words.moment(entry.at),
        at_machine: machine_time(entry.at),
    }
}

fn sentence(words: Words, entry: &AuditEntry) -> String {
    let with = |facts: &str| parse(facts).get("holder_name")?.as_str().map(str::to_owned);
    // A share is a record with somebody, who is named before it, after it, or both.
    let subject = match with(&entry.after).or_else(|| with(&entry.before)) {
        Some(name) => words.t2("log-record-with", ("record", &entry.subject_name), ("name", name)),
        None => entry.subject_name.clone(),
    };
    let (actor, subject) = (("actor", actor(words, entry)), ("subject", &subject));
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

/// How a fact is put in words.
pub(crate) type Telling = fn(Words, &Value) -> String;

/// The facts whose differences are told, in this order.
pub(crate) const TOLD: [(&str, Telling); 26] = [
    ("role", role),
    ("owner_name", text),
    ("name", text),
    ("title", text),
    ("seat_limit", limit),
    ("plan", text),
    ("expires_at", moment),
    ("grace_days", number),
    ("when_full", when_full),
    ("status", status),
    ("seat", yes_or_no),
    ("deactivates_at", moment),
    ("state", state),
    ("level", level),
    ("restricted", yes_or_no),
    ("email", text),
    ("first_name", text),
    ("last_name", text),
    ("number", text),
    ("labels", list),
    ("language", language),
    ("starts_at", time_of_day),
    ("ends_at", time_of_day),
    ("message", text),
    ("subject", text),
    ("text", text),
];

/// What was different before, for the facts that people ask about. What is new was nothing before, and is no difference.
fn changes(words: Words, entry: &AuditEntry) -> Vec<Change> {
    let (before, after) = (parse(&entry.before), parse(&entry.after));
    if !before.is_object() || !after.is_object() {
        return Vec::new();
    }
    let change = |(field, told): (&str, Telling)| {
        let (from, to) = (before.get(field), after.get(field));
        from.or(to)?;
        let told = |value: Option<&Value>| told(words, value.unwrap_or(&Value::Null));
        let (from, to) = (told(from), told(to));
        let what = words.t(&format!("changed-{}", field.replace('_', "-")));
        (from != to).then_some(Change { what, before: from, after: to })
    };
    TOLD.into_iter().filter_map(change).collect()
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn role(words: Words, value: &Value) -> String {
    value.as_str().map(|key| words.role(key)).unwrap_or_default()
}

fn text(_: Words, value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn limit(words: Words, value: &Value) -> String {
    value.as_u64().map_or_else(|| words.t("seats-no-limit"), |limit| words.number(limit))
}

fn number(words: Words, value: &Value) -> String {
    value.as_u64().map(|number| words.number(number)).unwrap_or_default()
}

fn list(_: Words, value: &Value) -> String {
    let items = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    items.collect::<Vec<_>>().join(", ")
}

fn language(words: Words, value: &Value) -> String {
    value.as_str().and_then(|tag| words.find(&format!("language-{tag}"))).unwrap_or_default()
}

fn when_full(words: Words, value: &Value) -> String {
    words.t(if value.as_str() == Some("wait") { "changed-to-wait" } else { "changed-to-refuse" })
}

fn status(words: Words, value: &Value) -> String {
    let status = value.as_str().unwrap_or_default();
    words.find(&format!("badge-membership-{status}")).unwrap_or_else(|| words.t("status-active"))
}

fn state(words: Words, value: &Value) -> String {
    let state = value.as_str().unwrap_or_default();
    words.find(&format!("state-{state}")).unwrap_or_else(|| state.to_owned())
}

fn level(words: Words, value: &Value) -> String {
    let level = value.as_str().and_then(|text| Level::parse(text).ok());
    level.map_or_else(|| words.t("level-none"), |it| level_word(words, it))
}

fn yes_or_no(words: Words, value: &Value) -> String {
    words.t(if value.as_bool() == Some(true) { "yes" } else { "no" })
}

fn moment(words: Words, value: &Value) -> String {
    let day = value.as_str().and_then(|text| text.get(..10));
    let day = day.and_then(|day| Date::parse(day, format_description!("[year]-[month]-[day]")).ok());
    day.map_or_else(|| words.t("never"), |day| words.date(day.midnight().assume_utc()))
}

/// A moment with its time, as sessions begin and end.
fn time_of_day(words: Words, value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let minutes = text.match_indices(':').nth(1).and_then(|(at, _)| text.get(..at));
    let format = format_description!("[year]-[month]-[day] [hour padding:none]:[minute]");
    let moment = minutes.and_then(|minutes| PrimitiveDateTime::parse(minutes, format).ok());
    moment.map(|moment| words.moment(moment.assume_utc())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use membership_core::language::Language;
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_of_fact_is_put_in_words() {
        let words = Words { language: Language::English };
        let told = |field: &str, value: Value| {
            let (_, told) = TOLD.into_iter().find(|(known, _)| *known == field).unwrap();
            told(words, &value)
        };
        let noon = time::OffsetDateTime::from_unix_timestamp(1_801_396_800).unwrap();
        assert_eq!(told("labels", json!(["a", "b"])), "a, b");
        assert_eq!(told("grace_days", json!(14)), "14");
        assert_eq!(told("language", json!("fr")), "Français");
        assert_eq!(told("starts_at", json!(noon.to_string())), words.moment(noon));
        assert_eq!(told("expires_at", Value::Null), words.t("never"));
        assert_ne!(told("when_full", json!("wait")), told("when_full", json!("refuse")));
        for field in ["plan", "email", "labels", "language", "grace_days", "subject", "ends_at"] {
            assert_eq!(told(field, Value::Null), "", "{field}");
        }
    }
}
