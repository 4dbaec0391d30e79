//! `PUT /organizations/{org}/seats/when-full`: whether people wait for a seat.

use membership_core::command::SetWhenFull;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::Organization;
use crate::dto::subscription::WhenFullChange;

/// Choose what becomes of who joins and finds no seat: refused, or kept waiting. Those who wait keep their place.
#[utoipa::path(put, path = "/organizations/{org}/seats/when-full", tag = "organizations",
    request_body = WhenFullChange,
    responses((status = 200, description = "the organization, changed", body = Organization)))]
pub(crate) async fn when_full(call: Call<Acting, WhenFullChange>) -> Answered {
    let organization = call.organization()?;
    let command = SetWhenFull { organization, by: call.by.0, when_full: call.body.when_full()? };
    call.perform(organization.0, &command, |view| {
        Answer::ok(&Organization::from(view)).version(view.head.organization.version)
    })
    .await
}
