//! `PATCH /organizations/{org}/groups/{group}`: rename a group.

use membership_core::command::RenameGroup;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::attendance::{Group, GroupTerms};

/// Give a group another name.
#[utoipa::path(patch, path = "/organizations/{org}/groups/{group}", tag = "groups", request_body = GroupTerms,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "renamed", body = Group)))]
pub(crate) async fn update(call: Call<Acting, GroupTerms>) -> Answered {
    let (organization, group, name) = (call.organization()?, call.group()?, call.body.name()?);
    let command = RenameGroup { organization, by: call.by.0, group, name, expected: call.expected };
    call.perform(organization.0, &command, |it| Answer::ok(&Group::from(it)).version(it.version)).await
}
