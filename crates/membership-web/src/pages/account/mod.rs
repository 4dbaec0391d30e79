//! The pages of one person's account.

use axum::response::Response;
use membership_core::secret::SignInToken;
use membership_core::service::{AcceptedAccount, Outcome, SignedIn};

use crate::answer::{see_other, with_cookie};
use crate::stop::Stop;
use crate::web::Web;

pub(crate) mod addresses;
pub(crate) mod authenticator;
pub(crate) mod by_link;
pub(crate) mod code;
pub(crate) mod elsewhere;
pub(crate) mod forgot;
pub(crate) mod form_page;
pub(crate) mod join;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod proof;
pub(crate) mod second_factor;
pub(crate) mod security;
pub(crate) mod set_up;
pub(crate) mod sign_in;
pub(crate) mod sign_ins;
pub(crate) mod sign_up;
pub(crate) mod verify;

/// Goes on as whoever has just signed in, with a fresh cookie.
pub(crate) fn go_on_as(web: &Web, token: &SignInToken, path: &str) -> Response {
    with_cookie(see_other(path), &web.cookies().sign_in(token))
}

/// Goes on as whoever has accepted an invitation, to where the second factor is asked for if they have one.
pub(crate) fn go_on_accepted(web: &Web, account: &AcceptedAccount, path: &str) -> Response {
    match &account.token {
        Some(token) if account.accepted.awaits_factor.is_empty() => go_on_as(web, token, path),
        Some(token) => with_cookie(see_other(&second_factor::leading_on(path)), &web.cookies().pending(token)),
        None => see_other(path),
    }
}

/// Goes on as whoever was let in, or to where the second factor is asked for.
pub(crate) fn go_on_with(web: &Web, signed_in: &SignedIn, path: &str) -> Response {
    if signed_in.awaits.is_empty() {
        return go_on_as(web, &signed_in.token, path);
    }
    with_cookie(see_other(&second_factor::leading_on(path)), &web.cookies().pending(&signed_in.token))
}

/// What was done. Pages send no receipts, so that nothing is ever answered from one.
pub(crate) fn done<T>(outcome: Outcome<T>) -> Result<T, Stop> {
    match outcome {
        Outcome::Done(done) => Ok(done),
        Outcome::Repeated(_) => Err(Stop::FormExpired),
    }
}
