//! `POST /organizations/{org}/ownership`: pass the ownership on.

use membership_core::command::TransferOwnership;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::NamedMember;
use crate::dto::organization::Organization;

/// Make another member the owner: the owner's alone. The former owner keeps the highest role.
#[utoipa::path(post, path = "/organizations/{org}/ownership", tag = "organizations", request_body = NamedMember,
    params(("If-Match" = Option<String>, Header, description = "the organization's `ETag` that was read")),
    responses((status = 200, description = "transferred", body = Organization)))]
pub(crate) async fn transfer(call: Call<Acting, NamedMember>) -> Answered {
    let (organization, member) = (call.organization()?, call.body.id()?);
    let command = TransferOwnership { organization, by: call.by.0, member, expected: call.expected };
    call.perform(organization.0, &command, |view| {
        Answer::ok(&Organization::from(view)).version(view.head.organization.version)
    })
    .await
}
