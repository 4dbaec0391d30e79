//! `PATCH /organizations/{org}`: rename an organization.

use membership_core::command::Rename;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::{Organization, OrganizationChange};

/// Give an organization another name.
#[utoipa::path(patch, path = "/organizations/{org}", tag = "organizations", request_body = OrganizationChange,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "renamed", body = Organization)))]
pub(crate) async fn rename(call: Call<Acting, OrganizationChange>) -> Answered {
    let organization = call.organization()?;
    let command = Rename { organization, by: call.by.0, name: call.body.name()?, expected: call.expected };
    call.perform(organization.0, &command, |view| {
        Answer::ok(&Organization::from(view)).version(view.head.organization.version)
    })
    .await
}
