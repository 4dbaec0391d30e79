//! `GET /organizations/{org}/groups`: the groups.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Group, NamedAsked};
use crate::dto::page::Page;
use crate::query::Asked;

/// List the groups by name, each with its id and how many members are in it.
#[utoipa::path(get, path = "/organizations/{org}/groups", tag = "groups", params(NamedAsked),
    responses((status = 200, description = "a page of groups", body = Page<Group>)))]
pub(crate) async fn list(Asked(asked): Asked<NamedAsked>, call: Call<Acting>) -> Answered {
    let query = asked.query()?;
    let page = call.memberships().groups(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, Group::from)))
}
