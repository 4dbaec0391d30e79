//! What the organization has bought, until when, and whom to ask for more (S0.5, S0.13).

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::subscription::SubscriptionState;

use crate::answer::{Answer, html};
use crate::page::Page;
use crate::pages::organization::seats::{Picture, picture};
use crate::pages::organization::seen;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "subscription.html")]
struct SubscriptionPage {
    page: Page,
    base: String,
    plan: Option<String>,
    state: String,
    expires_at: Option<String>,
    is_over: bool,
    grace_ends_at: Option<String>,
    seats: Picture,
    waiting: u32,
    contact: Option<String>,
}

/// Shows the subscription.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = seen(&visit, organization).await?;
    let (words, it) = (visit.words, &view.head.subscription);
    let grace_is_ahead = it.grace_days > 0 && view.subscription_state != SubscriptionState::Expired;
    let template = SubscriptionPage {
        page: visit.page(words.t("subscription-title")).of(&view, "seats"),
        base: format!("/organizations/{organization}"),
        plan: it.plan.as_ref().map(ToString::to_string),
        state: words.t(&format!("subscription-{}", view.subscription_state.as_str())),
        expires_at: it.expires_at.map(|at| words.moment(at)),
        is_over: view.subscription_state != SubscriptionState::Active,
        grace_ends_at: it.grace_ends_at().filter(|_| grace_is_ahead).map(|at| words.moment(at)),
        seats: picture(&view),
        waiting: view.head.seats.waiting,
        contact: visit.web.operator_contact.clone(),
    };
    Ok(html(StatusCode::OK, &template))
}
