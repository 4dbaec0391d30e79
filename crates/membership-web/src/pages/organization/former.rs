//! How what somebody has just done is taken back by one press. The log tells what was before, and no address does: a link
//! that somebody else made offers nothing.

use membership_core::port::AuditQuery;
use membership_core::view::OrganizationView;
use serde_json::Value;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, Time};
use uuid::Uuid;

use crate::page::Undo;
use crate::pages::organization::member_action::taken_back_by;
use crate::visit::Visit;

/// A time as the log writes it, but for its offset.
const LOGGED: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour padding:none]:[minute]:[second].[subsecond]");

/// What a page is asked to say was done, and to whom or what.
pub(crate) type Told<'a> = (Option<&'a str>, Option<Uuid>);

/// What the viewer did, as the log tells it.
pub(crate) struct Doing {
    /// The event's name.
    pub event: String,
    before: Value,
    after: Value,
}

impl Doing {
    /// What a fact was before.
    pub(crate) fn before(&self, fact: &str) -> Option<&str> {
        self.before.get(fact)?.as_str()
    }

    /// The same of a time.
    pub(crate) fn time_before(&self, fact: &str) -> Option<OffsetDateTime> {
        logged_time(self.before(fact)?)
    }

    /// The same of a list.
    pub(crate) fn list_before(&self, fact: &str) -> Option<Vec<&str>> {
        self.before.get(fact)?.as_array()?.iter().map(Value::as_str).collect()
    }

    /// What was put into a list.
    pub(crate) fn put_in(&self, fact: &str) -> Option<String> {
        only_in(&self.after, &self.before, fact)
    }

    /// What was taken out of a list.
    pub(crate) fn taken_out(&self, fact: &str) -> Option<String> {
        only_in(&self.before, &self.after, fact)
    }
}

/// What was last done to a subject, of all that happens or of one event, if the viewer did it and may read the log.
pub(crate) async fn done_last(
    visit: &Visit,
    view: &OrganizationView,
    subject: Uuid,
    event: Option<&str>,
) -> Option<Doing> {
    if !view.allowed_actions.contains(&"view_audit") {
        return None;
    }
    let by = visit.actor().ok()?;
    let (event, subject) = (event.map(str::to_owned), Some(subject));
    let query = AuditQuery { event, subject, limit: 1, ..AuditQuery::default() };
    let entries = visit.web.memberships().audit(view.head.organization.id, by, &query).await.ok()?;
    let entry = entries.into_iter().next().filter(|entry| entry.actor.user == visit.user().ok())?;
    let (before, after) = (serde_json::from_str(&entry.before).ok()?, serde_json::from_str(&entry.after).ok()?);
    Some(Doing { event: entry.event, before, after })
}

/// How what was done to a member is taken back.
pub(crate) async fn undo_of_member(visit: &Visit, view: &OrganizationView, (done, of): Told<'_>) -> Option<Undo> {
    let (done, member) = (done?, of?);
    let href = format!("/organizations/{}/members/{member}/{}", view.head.organization.id, taken_back_by(done)?);
    // What had a value before is put back only if that is known.
    let former = match done {
        "role-changed" => {
            let last = done_last(visit, view, member, Some("member-role-changed")).await?;
            Some(("role", last.before("role")?.to_owned()))
        }
        "date-set" | "date-cleared" => {
            let last = done_last(visit, view, member, Some("deactivation-date-set")).await?;
            Some(("at", date(last.before.get("deactivates_at")?)?))
        }
        _ => None,
    };
    Some(Undo { href, fields: former.into_iter().collect() })
}

/// A date as its field holds it; the field cannot hold a time of the day.
fn date(value: &Value) -> Option<String> {
    let Some(text) = value.as_str() else { return Some(String::new()) };
    logged_time(text).filter(|at| at.time() == Time::MIDNIGHT).map(|at| at.date().to_string())
}

/// A time of the log, which the store keeps in UTC.
fn logged_time(text: &str) -> Option<OffsetDateTime> {
    let text = text.strip_suffix(" +00:00:00")?;
    PrimitiveDateTime::parse(text, LOGGED).ok().map(PrimitiveDateTime::assume_utc)
}

/// What a list holds on one side only.
fn only_in(one: &Value, other: &Value, fact: &str) -> Option<String> {
    let (one, other) = (one.get(fact)?.as_array()?, other.get(fact)?.as_array()?);
    one.iter().find(|it| !other.contains(it))?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_date_is_put_back_unless_it_had_a_time() {
        let at = |seconds: i64| Value::from(time::OffsetDateTime::from_unix_timestamp(seconds).unwrap().to_string());
        assert_eq!(date(&Value::Null).as_deref(), Some(""));
        assert_eq!(date(&at(1_801_353_600)).as_deref(), Some("2027-01-31"));
        assert_eq!(date(&at(1_801_353_601)), None);
    }

    #[test]
    fn a_time_is_read_as_the_log_writes_it() {
        for at in [
            datetime!(2027-01-31 00:00 UTC),
            datetime!(2027-01-31 09:05:07 UTC),
            datetime!(2199-12-01 23:59:59.123456 UTC),
        ] {
            assert_eq!(logged_time(&at.to_string()), Some(at));
        }
        assert_eq!(logged_time("tomorrow"), None);
    }

    #[test]
    fn what_came_into_a_list_or_left_it_is_told() {
        let doing = |before: Value, after: Value| Doing { event: "session-changed".to_owned(), before, after };
        let more = doing(json!({ "groups": ["a"] }), json!({ "groups": ["a", "b"] }));
        assert_eq!((more.put_in("groups").as_deref(), more.taken_out("groups")), (Some("b"), None));
        assert_eq!((more.list_before("groups"), more.list_before("title")), (Some(vec!["a"]), None));
        let fewer = doing(json!({ "groups": ["a", "b"] }), json!({ "groups": ["b"] }));
        assert_eq!((fewer.put_in("groups"), fewer.taken_out("groups").as_deref()), (None, Some("a")));
    }
}
