//! `GET /organizations/{org}/policy`: an organization's rules.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::policy::Policy;

/// Read an organization's rules: roles, seats, invitations, sign-up.
#[utoipa::path(get, path = "/organizations/{org}/policy", tag = "organizations",
    responses((status = 200, description = "the rules", body = Policy)))]
pub(crate) async fn policy(call: Call<Acting>) -> Answered {
    let view = call.memberships().organization(call.organization()?, call.by.0).await?;
    let organization = &view.head.organization;
    Ok(Answer::ok(&Policy::from(&organization.policy)).version(organization.version))
}
