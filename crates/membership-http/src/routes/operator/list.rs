//! `GET /operator/organizations`: all organizations.

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::{ListedOrganization, OrganizationsAsked};
use crate::dto::page::Page;
use crate::query::Asked;

/// List all organizations, the newest first; deleted ones are left out.
#[utoipa::path(get, path = "/operator/organizations", tag = "operator", operation_id = "list_organizations",
    params(OrganizationsAsked),
    responses((status = 200, description = "a page of organizations", body = Page<ListedOrganization>)))]
pub(crate) async fn list(Asked(asked): Asked<OrganizationsAsked>, call: Call<Operator>) -> Answered {
    let page = call.memberships().organizations(call.by.0, &asked.query()?).await?;
    Ok(Answer::ok(&Page::of(page, ListedOrganization::from)))
}
