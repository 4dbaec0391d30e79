//! `GET /organizations/{org}/programs/{program}/sessions`: the sessions of a program.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::Session;
use crate::dto::page::{Page, PageAsked};
use crate::query::Asked;

/// List the sessions of a program by their start.
#[utoipa::path(get, path = "/organizations/{org}/programs/{program}/sessions", tag = "sessions", params(PageAsked),
    responses((status = 200, description = "a page of sessions", body = Page<Session>)))]
pub(crate) async fn list(Asked(asked): Asked<PageAsked>, call: Call<Acting>) -> Answered {
    let (organization, query) = (call.organization()?, asked.sessions()?);
    let page = call.memberships().sessions(organization, call.by.0, (call.program()?, &query)).await?;
    Ok(Answer::ok(&Page::of(page, |it| Session::from(&it))))
}
