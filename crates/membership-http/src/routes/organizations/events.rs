//! `GET /organizations/{org}/events`: the audit log.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::audit::{Events, EventsAsked};
use crate::query::Asked;

/// Read the audit log, the newest entry first: who did what to whom, before and after.
#[utoipa::path(get, path = "/organizations/{org}/events", tag = "organizations", params(EventsAsked),
    responses((status = 200, description = "a page of entries", body = Events)))]
pub(crate) async fn events(Asked(asked): Asked<EventsAsked>, call: Call<Acting>) -> Answered {
    let (query, after) = (asked.query()?, asked.after()?);
    let entries = call.memberships().audit(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Events::of(entries, after, query.limit)))
}
