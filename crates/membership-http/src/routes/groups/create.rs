//! `POST /organizations/{org}/groups`: make a group.

use membership_core::command::CreateGroup;
use membership_core::id::GroupId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Group, GroupTerms};

/// Make a group.
#[utoipa::path(post, path = "/organizations/{org}/groups", tag = "groups", request_body = GroupTerms,
    responses((status = 201, description = "made", body = Group)))]
pub(crate) async fn create(call: Call<Acting, GroupTerms>) -> Answered {
    let organization = call.organization()?;
    let (group, name) = (GroupId(call.new_id()), call.body.name()?);
    let command = CreateGroup { organization, by: call.by.0, group, name };
    call.perform(organization.0, &command, |it| {
        let path = format!("/api/v1/organizations/{organization}/groups/{}", it.id);
        Answer::created(&Group::from(it)).version(it.version).at(path)
    })
    .await
}
