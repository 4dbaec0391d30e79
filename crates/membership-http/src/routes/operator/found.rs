//! `POST /operator/organizations`: found an organization for somebody.

use membership_core::command::FoundFor;
use membership_core::id::{InvitationId, OrganizationId};

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::{Organization, OrganizationForOwner};

/// Found an organization for somebody: it awaits its owner until the mailed invitation is accepted.
#[utoipa::path(post, path = "/operator/organizations", tag = "operator", request_body = OrganizationForOwner,
    responses((status = 201, description = "founded; its owner is invited", body = Organization)))]
pub(crate) async fn found(call: Call<Operator, OrganizationForOwner>) -> Answered {
    let start = call.body.start()?;
    let command = FoundFor {
        id: OrganizationId(call.new_id()),
        name: start.name,
        policy: start.policy,
        language: start.language,
        terms: call.body.terms()?,
        owner: call.body.owner()?,
        invitation: InvitationId(call.new_id()),
        by: call.by.0,
    };
    call.perform(call.own_scope(), &command, |view| {
        let organization = &view.head.organization;
        let path = format!("/api/v1/operator/organizations/{}", organization.id);
        Answer::created(&Organization::from(view)).version(organization.version).at(path)
    })
    .await
}
