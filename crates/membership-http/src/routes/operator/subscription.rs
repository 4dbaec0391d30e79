//! `PUT /operator/organizations/{org}/subscription`: sell a plan, seats and a time.

use membership_core::command::SetSubscription;

use crate::admission::Operator;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::subscription::{Subscription, SubscriptionChange};

/// Set what an organization has bought, as a whole. A limit below use removes nobody and admits nobody; more seats go to
/// those who wait first.
#[utoipa::path(put, path = "/operator/organizations/{org}/subscription", tag = "operator",
    request_body = SubscriptionChange,
    params(("If-Match" = Option<String>, Header, description = "the organization's `ETag` that was read")),
    responses((status = 200, description = "the subscription, changed", body = Subscription)))]
pub(crate) async fn subscription(call: Call<Operator, SubscriptionChange>) -> Answered {
    let organization = call.organization()?;
    let (terms, expected) = (call.body.terms()?, call.expected);
    let command = SetSubscription { organization, by: call.by.0, terms, expected };
    call.perform(organization.0, &command, |view| {
        Answer::ok(&Subscription::from(view)).version(view.head.organization.version)
    })
    .await
}
