//! `POST /organizations/{org}/members`: put a person on the roster.

use membership_core::id::MemberId;
use membership_core::view::MemberView;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;
use crate::dto::new_member::NewMember;

/// Put a person on the roster who has no login yet, with or without an address. The answer is the same whether or not
/// the address has an account in this deployment.
#[utoipa::path(post, path = "/organizations/{org}/members", tag = "members", request_body = NewMember,
    responses((status = 201, description = "on the roster", body = Member)))]
pub(crate) async fn create(call: Call<Acting, NewMember>) -> Answered {
    let organization = call.organization()?;
    let command = call.body.command(organization, call.by.0, MemberId(call.new_id()))?;
    let answer = |view: &MemberView| {
        let path = format!("/api/v1/organizations/{organization}/members/{}", view.member.id);
        Answer::created(&Member::from(view)).at(path).version(view.member.version)
    };
    call.perform(organization.0, &command, answer).await
}
