//! `PUT /operator/organizations/{org}/subscription`: sell more or fewer seats.

use membership_core::command::SetSeatLimit;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::{Subscription, SubscriptionChange};

/// Set how many seats an organization has. A limit below use removes nobody and admits nobody.
#[utoipa::path(put, path = "/operator/organizations/{org}/subscription", tag = "operator",
    request_body = SubscriptionChange,
    responses((status = 200, description = "the subscription, changed", body = Subscription)))]
pub(crate) async fn subscription(call: Call<Operator, SubscriptionChange>) -> Answered {
    let organization = call.organization()?;
    let command = SetSeatLimit { organization, by: call.by.0, limit: call.body.seat_limit()? };
    call.perform(organization.0, &command, |view| Answer::ok(&Subscription::from(&view.head))).await
}
