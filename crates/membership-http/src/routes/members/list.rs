//! `GET /organizations/{org}/members`: the members.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::{Member, MembersAsked};
use crate::dto::page::Page;
use crate::query::Asked;

/// List the members, each with what the caller may do to them.
#[utoipa::path(get, path = "/organizations/{org}/members", tag = "members", params(MembersAsked),
    responses((status = 200, description = "a page of members", body = Page<Member>)))]
pub(crate) async fn list(Asked(asked): Asked<MembersAsked>, call: Call<Acting>) -> Answered {
    let query = asked.query()?;
    let page = call.memberships().members(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, |view| Member::from(&view))))
}
