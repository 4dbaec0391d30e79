//! `GET /organizations/{org}`: an organization.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::Organization;

/// Read an organization one belongs to.
#[utoipa::path(get, path = "/organizations/{org}", tag = "organizations",
    responses((status = 200, description = "the organization", body = Organization)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let view = call.memberships().organization(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Organization::from(&view)).version(view.head.organization.version))
}
