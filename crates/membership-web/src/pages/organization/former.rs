//! What somebody has just replaced about a member, so that one press puts it back. The log tells it and no address does:
//! a link that somebody else made offers nothing.

use membership_core::port::AuditQuery;
use membership_core::view::OrganizationView;
use serde_json::Value;

use crate::visit::Visit;

/// The field of the form that replaced it, and what it held before.
pub(crate) type Former = (&'static str, String);

/// What the viewer last replaced about the member, if that was done last and the viewer may read the log.
pub(crate) async fn former(
    visit: &Visit,
    view: &OrganizationView,
    done: Option<&str>,
    member: Option<uuid::Uuid>,
) -> Option<Former> {
    let (event, fact) = match done? {
        "role-changed" => ("member-role-changed", "role"),
        "date-set" | "date-cleared" => ("deactivation-date-set", "deactivates_at"),
        _ => return None,
    };
    if !view.allowed_actions.contains(&"view_audit") {
        return None;
    }
    let (subject, by) = (Some(member?), visit.actor().ok()?);
    let query = AuditQuery { event: Some(event.to_owned()), subject, limit: 1, ..AuditQuery::default() };
    let entries = visit.web.memberships().audit(view.head.organization.id, by, &query).await.ok()?;
    let entry = entries.first().filter(|entry| entry.actor.user == visit.user().ok())?;
    let before: Value = serde_json::from_str(&entry.before).ok()?;
    let value = before.get(fact)?;
    if fact == "role" { Some(("role", value.as_str()?.to_owned())) } else { Some(("at", date(value)?)) }
}

/// A date as its field holds it; the field cannot hold a time of the day.
fn date(value: &Value) -> Option<String> {
    let Some(text) = value.as_str() else { return Some(String::new()) };
    let (day, time) = text.split_once(' ')?;
    time.starts_with("0:00:00.0 +00").then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_put_back_unless_it_had_a_time() {
        let at = |seconds: i64| Value::from(time::OffsetDateTime::from_unix_timestamp(seconds).unwrap().to_string());
        assert_eq!(date(&Value::Null).as_deref(), Some(""));
        assert_eq!(date(&at(1_801_353_600)).as_deref(), Some("2027-01-31"));
        assert_eq!(date(&at(1_801_353_601)), None);
    }
}
