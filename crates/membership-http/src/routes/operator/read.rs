//! `GET /operator/organizations/{org}`: an organization, as the operator sees it.

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::Organization;

/// Read any organization.
#[utoipa::path(get, path = "/operator/organizations/{org}", tag = "operator",
    responses((status = 200, description = "the organization", body = Organization)))]
pub(crate) async fn read(call: Call<Operator>) -> Answered {
    let view = call.memberships().organization(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Organization::from(&view)).version(view.head.organization.version))
}
