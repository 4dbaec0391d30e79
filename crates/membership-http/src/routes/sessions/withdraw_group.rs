//! `DELETE /organizations/{org}/sessions/{session}/enrolments/groups/{group}`: end an enrolment.

use membership_core::command::{Place, Withdraw};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Take a group out of a session.
#[utoipa::path(delete, path = "/organizations/{org}/sessions/{session}/enrolments/groups/{group}", tag = "sessions",
    responses((status = 204, description = "not enrolled any more")))]
pub(crate) async fn withdraw_group(call: Call<Acting>) -> Answered {
    let (organization, from) = (call.organization()?, Place::Session(call.session()?));
    let command =
        Withdraw { organization, by: call.by.0, from, members: vec![], groups: vec![call.group()?], all_or_none: true };
    call.perform(organization.0, &command, |_| Answer::no_content()).await
}
