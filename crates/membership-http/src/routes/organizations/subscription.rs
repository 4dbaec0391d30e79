//! `GET /organizations/{org}/subscription`: seats bought, taken and free.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::organization::Subscription;

/// Read how many seats there are, and how many are taken.
#[utoipa::path(get, path = "/organizations/{org}/subscription", tag = "organizations",
    responses((status = 200, description = "the subscription", body = Subscription)))]
pub(crate) async fn subscription(call: Call<Acting>) -> Answered {
    let view = call.memberships().organization(call.organization()?, call.by.0).await?;
    Ok(Answer::ok(&Subscription::from(&view.head)))
}
