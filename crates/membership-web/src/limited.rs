//! The limits that need nothing but the client: which pages they hold for, and what counts.

use axum::response::Response;
use http::{Method, StatusCode};
use membership_http::Limited;

use crate::link_cookie::{CONFIRM, INVITATION, JOIN, LOGIN, RESET, SET_UP, VERIFY};
use crate::pages::account::code;
use crate::stop::Stop;
use crate::visit::Visit;

/// What a request is limited in. Pages behind a link tell by being shown already whether it is one.
pub(crate) fn limited(method: &Method, path: &str) -> Option<Limited> {
    let shows_link = [INVITATION, VERIFY, SET_UP, JOIN, LOGIN, RESET, CONFIRM].iter().any(|page| page.path == path);
    match path {
        "/sign-up" | "/forgot-password" if *method == Method::POST => Some(Limited::Mail),
        "/invitation/decline" | code::PATH if *method == Method::POST => Some(Limited::UnknownLink),
        "/join/username" => Some(Limited::UnknownLink),
        // Each answer makes us check a signature.
        "/sign-in/passkey" if *method == Method::POST => Some(Limited::FailedReturn),
        // Each return makes us ask the provider.
        _ if path.starts_with("/sign-in/back/") => Some(Limited::FailedReturn),
        _ => shows_link.then_some(Limited::UnknownLink),
    }
}

/// Of which answers the timing could tell who has an account. Whoever is let in knows that there is one, and does not wait.
pub(crate) fn held(method: &Method, path: &str) -> fn(StatusCode) -> bool {
    match path {
        "/sign-in" if *method == Method::POST => |status| status != StatusCode::SEE_OTHER,
        "/sign-up" | "/forgot-password" if *method == Method::POST => |_| true,
        _ => |_| false,
    }
}

/// Charges the client before a page is asked.
pub(crate) fn take(visit: &Visit, what: Option<Limited>) -> Result<(), Stop> {
    let taken = what.map_or(Ok(()), |what| visit.web.limits.take(what, visit.client));
    taken.map_err(Stop::RateLimited)
}

/// Takes the charge back if the page came to something else: only a mail that was asked for, a link that is unknown and
/// a return that lets nobody in count.
pub(crate) fn settle(visit: &Visit, what: Option<Limited>, answer: &Response) {
    let Some(what) = what else { return };
    let counts = match what {
        Limited::Mail => answer.status() == StatusCode::SEE_OTHER,
        Limited::UnknownLink => answer.status() == StatusCode::NOT_FOUND,
        // What the provider cannot help, or an account that is not linked, is nobody's guess.
        Limited::FailedReturn => matches!(answer.status(), StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN),
    };
    if !counts {
        visit.web.limits.give_back(what, visit.client);
    }
}
