//! `DELETE /organizations/{org}/sessions/{session}/enrolments/members/{member}`: end an enrolment.

use membership_core::command::{Place, Withdraw};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Take a member out of a session.
#[utoipa::path(delete, path = "/organizations/{org}/sessions/{session}/enrolments/members/{member}", tag = "sessions",
    responses((status = 204, description = "not enrolled any more")))]
pub(crate) async fn withdraw_member(call: Call<Acting>) -> Answered {
    let (organization, from) = (call.organization()?, Place::Session(call.session()?));
    let command = Withdraw {
        organization,
        by: call.by.0,
        from,
        members: vec![call.member()?],
        groups: vec![],
        all_or_none: true,
    };
    call.perform(organization.0, &command, |_| Answer::no_content()).await
}
