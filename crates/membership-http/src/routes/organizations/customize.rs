//! `PATCH /organizations/{org}`: change an organization's name and how it looks and signs.

use membership_core::command::Customize;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::{Organization, OrganizationChange};

/// Change an organization's name, logo, accent colour, and what its mails say they come from. What is not named stays;
/// `null` takes a part of the branding away.
#[utoipa::path(patch, path = "/organizations/{org}", tag = "organizations", request_body = OrganizationChange,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "changed", body = Organization)))]
pub(crate) async fn customize(call: Call<Acting, OrganizationChange>) -> Answered {
    let organization = call.organization()?;
    let (name, branding) = (call.body.name()?, call.body.branding()?);
    let command = Customize { organization, by: call.by.0, name, branding, expected: call.expected };
    call.perform(organization.0, &command, |view| {
        Answer::ok(&Organization::from(view)).version(view.head.organization.version)
    })
    .await
}
