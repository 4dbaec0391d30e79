//! `POST /operator/organizations/{org}/owner`: replace a lost owner.

use membership_core::command::ReassignOwnership;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::NamedMember;
use crate::dto::organization::Organization;

/// Make a member the owner in place of one who is lost; audited like everything else.
#[utoipa::path(post, path = "/operator/organizations/{org}/owner", tag = "operator", request_body = NamedMember,
    responses((status = 200, description = "reassigned", body = Organization)))]
pub(crate) async fn owner(call: Call<Operator, NamedMember>) -> Answered {
    let (organization, member) = (call.organization()?, call.body.id()?);
    let command = ReassignOwnership { organization, by: call.by.0, member };
    call.perform(organization.0, &command, |view| {
        Answer::ok(&Organization::from(view)).version(view.head.organization.version)
    })
    .await
}
