//! `POST /organizations`: found an organization.

use membership_core::command::Found;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::person::Person;

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::{NewOrganization, Organization};

/// Found an organization, and own it.
#[utoipa::path(post, path = "/organizations", tag = "organizations", request_body = NewOrganization,
    responses((status = 201, description = "founded", body = Organization)))]
pub(crate) async fn found(call: Call<SignedIn, NewOrganization>) -> Answered {
    let start = call.body.start()?;
    let user = &call.by.0.user;
    let command = Found {
        id: OrganizationId(call.new_id()),
        name: start.name,
        policy: start.policy,
        language: start.language,
        founder: Person::from(user),
        member: MemberId(call.new_id()),
        seat_limit: None,
    };
    call.perform(user.id.0, &command, |view| {
        let organization = &view.head.organization;
        let path = format!("/api/v1/organizations/{}", organization.id);
        Answer::created(&Organization::from(view)).version(organization.version).at(path)
    })
    .await
}
