//! Why a page was not shown or a form not carried out, as a page that says what to do next.

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use membership_core::input::InvalidInput;
use membership_core::port::{ProviderError, StoreError};
use membership_core::refusal::{Refusal, RefusalKind};
use membership_core::service::Failure;
use membership_http::RateLimited;

use crate::answer::{html, see_other, status_of};
use crate::form::kept::Kept;
use crate::local_path::{leading_to, sign_in_and_return};
use crate::page::{Page, Way};
use crate::pages::account::{proof, security, sign_in};
use crate::visit::Visit;

/// Why a handler could not answer with its own page.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A rule said no, or the store could not.
    Failed(Failure),
    /// Nobody is signed in.
    SignIn,
    /// The sign-in has ended since the form was shown; this was typed.
    SignInAgain(Kept),
    /// The same, but that is too much to be carried through signing in.
    NotKept(Kept),
    /// Whoever is signed in must choose a password before anything else.
    PasswordDue,
    /// Whoever is signed in must show once more who they are, and then goes on there.
    FreshProof(String),
    /// There is no such page, as far as the visitor may know.
    NotFound,
    /// The viewer may not do what the page is for.
    NotAllowed,
    /// The form was not made for this sign-in: it is old, or somebody else's.
    FormExpired,
    /// The form cannot be read.
    Unreadable,
    /// The form is too long.
    TooLong,
    /// A provider's sign-in came to nothing.
    Provider(ProviderError),
    /// This was tried too often.
    RateLimited(RateLimited),
}

impl<F: Into<Failure>> From<F> for Stop {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// A page that says one thing and where to go from there.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct Message {
    pub page: Page,
    pub text: String,
    pub ways: Vec<Way>,
}

impl Stop {
    /// The page that tells it.
    pub(crate) fn shown(&self, visit: &Visit) -> Response {
        let (status, name) = match self {
            Self::SignIn | Self::Failed(Failure::Refused(Refusal::NotSignedIn)) => {
                return see_other(&sign_in_and_return(&visit.back));
            }
            Self::SignInAgain(kept) => return sign_in::again(visit, kept),
            Self::NotKept(kept) => return sign_in::not_kept(visit, kept),
            Self::PasswordDue | Self::Failed(Failure::Refused(Refusal::PasswordChangeRequired)) => {
                return see_other("/password");
            }
            Self::FreshProof(next) => return see_other(&proof::leading_back(next)),
            Self::Failed(Failure::Refused(Refusal::FreshProofRequired)) => {
                return see_other(&proof::leading_back(&visit.back));
            }
            Self::Failed(Failure::Refused(Refusal::SecondFactorRequired)) => return second_factor_asked_for(visit),
            Self::Failed(Failure::Refused(Refusal::RateLimited { retry_after })) => {
                return too_often(visit, RateLimited { retry_after: *retry_after });
            }
            Self::Failed(Failure::Refused(refusal)) => return refused(visit, refusal),
            Self::Failed(Failure::Store(error)) => return broken(visit, error),
            Self::Failed(Failure::Overloaded(_) | Failure::Issuer(_)) => return busy(visit),
            Self::RateLimited(limited) => return too_often(visit, *limited),
            Self::Provider(error) => return not_let_in(visit, error),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found"),
            Self::NotAllowed => (StatusCode::FORBIDDEN, "not-allowed"),
            Self::FormExpired => (StatusCode::FORBIDDEN, "form-expired"),
            Self::Unreadable => (StatusCode::UNPROCESSABLE_ENTITY, "unreadable"),
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
        };
        message(visit, status, &format!("stop-{name}"), visit.words.t(&format!("stop-{name}-text")))
    }
}

fn refused(visit: &Visit, refusal: &Refusal) -> Response {
    let title = match refusal.kind() {
        RefusalKind::NotFound => "stop-not-found",
        RefusalKind::Forbidden | RefusalKind::Unauthenticated => "stop-not-allowed",
        RefusalKind::Gone => "stop-gone",
        RefusalKind::Conflict | RefusalKind::Stale | RefusalKind::Input | RefusalKind::TooOften => "stop-refused",
    };
    message(visit, status_of(refusal.kind()), title, visit.words.refusal(refusal))
}

/// Leads to where a second factor is set up or shown, and from there back.
fn second_factor_asked_for(visit: &Visit) -> Response {
    let words = visit.words;
    let ways = vec![
        Way::to(leading_to(security::PATH, &visit.back), words.t("way-second-factor")),
        Way::to("/organizations", words.t("way-organizations")),
    ];
    let page = visit.page(words.t("stop-second-factor"));
    html(StatusCode::FORBIDDEN, &Message { page, text: words.t("stop-second-factor-text"), ways })
}

fn broken(visit: &Visit, error: &StoreError) -> Response {
    tracing::error!(%error, "the store failed");
    match error {
        StoreError::Corrupt(_) => {
            let text = visit.words.t("stop-broken-text");
            message(visit, StatusCode::INTERNAL_SERVER_ERROR, "stop-broken", text)
        }
        StoreError::Conflict | StoreError::Busy(_) | StoreError::Unavailable(_) => busy(visit),
    }
}

fn not_let_in(visit: &Visit, error: &ProviderError) -> Response {
    tracing::info!(%error, "a provider's sign-in came to nothing");
    let (status, name) = match error {
        ProviderError::Unknown => (StatusCode::NOT_FOUND, "not-found"),
        ProviderError::Denied(_) => (StatusCode::FORBIDDEN, "provider-denied"),
        ProviderError::Astray => (StatusCode::BAD_REQUEST, "provider-astray"),
        ProviderError::Disbelieved(_) => (StatusCode::FORBIDDEN, "provider-disbelieved"),
        ProviderError::Unreachable(_) => (StatusCode::BAD_GATEWAY, "provider-unreachable"),
    };
    message(visit, status, &format!("stop-{name}"), visit.words.t(&format!("stop-{name}-text")))
}

fn busy(visit: &Visit) -> Response {
    let text = visit.words.t("stop-busy-text");
    let mut response = message(visit, StatusCode::SERVICE_UNAVAILABLE, "stop-busy", text);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Tells how long to wait, the same to everybody, and how one gets in without guessing.
fn too_often(visit: &Visit, limited: RateLimited) -> Response {
    let words = visit.words;
    let text = words.n("stop-too-often-text", limited.retry_after.div_ceil(60));
    let ways = match visit.caller {
        Some(_) => vec![Way::to("/organizations", words.t("way-organizations"))],
        None => vec![Way::to("/sign-in", words.t("way-sign-in")), Way::to("/forgot-password", words.t("forgot-link"))],
    };
    let page = visit.page(words.t("stop-too-often"));
    let mut response = html(StatusCode::TOO_MANY_REQUESTS, &Message { page, text, ways });
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(limited.retry_after));
    response
}

fn message(visit: &Visit, status: StatusCode, title: &str, text: String) -> Response {
    let (href, label) = match visit.caller {
        Some(_) => ("/organizations", "way-organizations"),
        None => ("/sign-in", "way-sign-in"),
    };
    let ways = vec![Way::to(href, visit.words.t(label))];
    html(status, &Message { page: visit.page(visit.words.t(title)), text, ways })
}

/// Tells a refusal, which the page itself shows, from what stops the page.
pub(crate) fn or_refusal<T>(result: Result<T, Failure>) -> Result<Result<T, Refusal>, Stop> {
    match result {
        Ok(done) => Ok(Ok(done)),
        // These have pages of their own, which lead back.
        Err(failure @ Failure::Refused(Refusal::SecondFactorRequired | Refusal::FreshProofRequired)) => {
            Err(Stop::Failed(failure))
        }
        Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(failure) => Err(Stop::Failed(failure)),
    }
}

/// Turns input that cannot be read into the refusal it is.
pub(crate) fn unread(input: InvalidInput) -> Refusal {
    Refusal::Invalid(input)
}
