//! `PATCH /organizations/{org}/members/{member}`: change a member's role, deactivation date or profile.

use membership_core::command::{ChangeRole, SetDeactivationDate, UpdateMember};
use membership_core::view::MemberView;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::{Change, Member, MemberChange};

/// Change a member's role, the date on which access ends, or the profile; one of the three at a time.
#[utoipa::path(patch, path = "/organizations/{org}/members/{member}", tag = "members", request_body = MemberChange,
    params(("If-Match" = Option<String>, Header, description = "the `ETag` that was read")),
    responses((status = 200, description = "the member, changed", body = Member)))]
pub(crate) async fn update(call: Call<Acting, MemberChange>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let (by, expected) = (call.by.0, call.expected);
    let answer = |view: &MemberView| Answer::ok(&Member::from(view)).version(view.member.version);
    match call.body.change()? {
        Change::Role(role) => {
            call.perform(organization.0, &ChangeRole { organization, by, member, role, expected }, answer).await
        }
        Change::DeactivationDate(at) => {
            call.perform(organization.0, &SetDeactivationDate { organization, by, member, at, expected }, answer).await
        }
        Change::Profile(change) => {
            call.perform(organization.0, &UpdateMember { organization, by, member, change, expected }, answer).await
        }
    }
}
