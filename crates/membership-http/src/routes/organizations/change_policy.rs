//! `PUT /organizations/{org}/policy`: give an organization other rules.

use membership_core::command::ChangePolicy;
use membership_core::policy::OrganizationPolicy;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::policy::{Policy, PolicyChange};

/// Give an organization other rules; what is left out stays. Its roles and what takes a seat stay as they were chosen.
#[utoipa::path(put, path = "/organizations/{org}/policy", tag = "organizations", request_body = PolicyChange,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "the rules", body = Policy)))]
pub(crate) async fn change_policy(call: Call<Acting, PolicyChange>) -> Answered {
    let organization = call.organization()?;
    let present = call.memberships().organization(organization, call.by.0).await?.head.organization;
    let policy: OrganizationPolicy = call.body.on(&present.policy)?;
    // The rest of the rules is what was read just now.
    let expected = call.expected.or(Some(present.version));
    let command = ChangePolicy { organization, by: call.by.0, policy, expected };
    call.perform(organization.0, &command, |view| {
        let it = &view.head.organization;
        Answer::ok(&Policy::from(&it.policy)).version(it.version)
    })
    .await
}
