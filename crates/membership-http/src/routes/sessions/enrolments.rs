//! `GET /organizations/{org}/sessions/{session}/enrolments`: who is enrolled.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::Enrolment;
use crate::dto::page::{Page, PageAsked};
use crate::query::Asked;

/// List who is enrolled in a session, by name or through groups.
#[utoipa::path(get, path = "/organizations/{org}/sessions/{session}/enrolments", tag = "sessions", params(PageAsked),
    responses((status = 200, description = "a page of enrolments", body = Page<Enrolment>)))]
pub(crate) async fn enrolments(Asked(asked): Asked<PageAsked>, call: Call<Acting>) -> Answered {
    let organization = call.organization()?;
    let query = asked.enrolled(call.session()?)?;
    let page = call.memberships().enrolled(organization, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, Enrolment::from)))
}
