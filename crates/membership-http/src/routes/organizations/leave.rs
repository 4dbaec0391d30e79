//! `POST /organizations/{org}/leave`: leave an organization.

use membership_core::command::Leave;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Leave an organization; anyone but the owner can.
#[utoipa::path(post, path = "/organizations/{org}/leave", tag = "organizations",
    responses((status = 204, description = "left")))]
pub(crate) async fn leave(call: Call<Acting>) -> Answered {
    let organization = call.organization()?;
    call.perform(organization.0, &Leave { organization, by: call.by.0 }, |()| Answer::no_content()).await
}
