//! `GET /organizations/{org}/subscription`: plan, seats and time, and whom to ask for more.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::subscription::SubscriptionWithContact;

/// Read what was bought, how many seats are taken, and whom to ask for more.
#[utoipa::path(get, path = "/organizations/{org}/subscription", tag = "organizations",
    responses((status = 200, description = "the subscription", body = SubscriptionWithContact)))]
pub(crate) async fn subscription(call: Call<Acting>) -> Answered {
    let view = call.memberships().organization(call.organization()?, call.by.0).await?;
    let told = SubscriptionWithContact::new(&view, call.options());
    Ok(Answer::ok(&told).version(view.head.organization.version))
}
