//! What a browser takes along to an identity provider and must come back with: sealed, short-lived, and kept nowhere else.

use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use data_encoding::BASE64URL_NOPAD;
use http::HeaderMap;
use membership_core::port::Pending;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::Duration;
use uuid::Uuid;

use crate::answer::with_cookie;
use crate::cookies::held;
use crate::web::Web;

/// How long somebody may take at the provider.
const LASTS: Duration = Duration::minutes(10);

const NONCE: usize = 12;

/// A sign-in that was begun at a provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Taken {
    /// At which provider.
    pub provider: String,
    state: String,
    nonce: String,
    verifier: String,
    /// What it is for.
    pub purpose: Purpose,
    /// From this second on it is over.
    until: i64,
}

/// What a sign-in at a provider is for.
#[derive(Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// To sign in and go on to that path.
    SignIn(String),
    /// To accept the invitation of that link.
    Accept(String),
    /// To bind the identity to that user's account.
    Link(Uuid),
}

impl Taken {
    pub(crate) fn pending(&self) -> Pending {
        Pending {
            state: self.state.as_str().into(),
            nonce: self.nonce.as_str().into(),
            verifier: self.verifier.as_str().into(),
        }
    }
}

/// Gives the browser what it must come back with. `now` is the store's.
pub(crate) fn give(
    web: &Web,
    response: Response,
    (provider, pending, purpose): (&str, &Pending, Purpose),
    now: time::OffsetDateTime,
) -> Option<Response> {
    let taken = Taken {
        provider: provider.to_owned(),
        state: pending.state.expose_secret().to_owned(),
        nonce: pending.nonce.expose_secret().to_owned(),
        verifier: pending.verifier.expose_secret().to_owned(),
        purpose,
        until: now.saturating_add(LASTS).unix_timestamp(),
    };
    let random = web.memberships().ports().random.secret();
    let nonce = random.first_chunk::<NONCE>()?;
    let sealed = cipher(web)?.encrypt(&Nonce::from(*nonce), serde_json::to_vec(&taken).ok()?.as_slice()).ok()?;
    let value = BASE64URL_NOPAD.encode(&[nonce.as_slice(), &sealed].concat());
    let mut cookie = cookie(web, value);
    cookie.set_max_age(LASTS);
    Some(with_cookie(response, &cookie))
}

/// What the browser came back with, if it is ours and not over.
pub(crate) fn taken(web: &Web, headers: &HeaderMap, now: time::OffsetDateTime) -> Option<Taken> {
    let value = held(headers, name(web))?;
    let bytes = BASE64URL_NOPAD.decode(value.as_bytes()).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let opened = cipher(web)?.decrypt(&Nonce::from(*nonce), sealed).ok()?;
    let taken: Taken = serde_json::from_slice(&opened).ok()?;
    (now.unix_timestamp() < taken.until).then_some(taken)
}

/// The same answer, and the browser can come back no more.
pub(crate) fn forget(web: &Web, response: Response) -> Response {
    let mut cookie = cookie(web, String::new());
    cookie.make_removal();
    with_cookie(response, &cookie)
}

/// The key follows from the deployment's secret, so that every server of it can receive the return.
fn cipher(web: &Web) -> Option<ChaCha20Poly1305> {
    let mut digest = Sha256::new();
    digest.update(b"membership departure\0");
    digest.update(secret(web)?.expose_secret().as_bytes());
    let key: [u8; 32] = digest.finalize().into();
    Some(ChaCha20Poly1305::new(&Key::from(key)))
}

fn secret(web: &Web) -> Option<&SecretString> {
    web.elsewhere.as_ref().map(|it| &it.secret)
}

fn name(web: &Web) -> &'static str {
    if web.cookies().secure { "__Host-membership-departure" } else { "membership-departure" }
}

/// `Lax`: the provider leads back by a link, and the cookie must come along.
fn cookie(web: &Web, value: String) -> Cookie<'static> {
    Cookie::build((name(web), value))
        .path("/")
        .http_only(true)
        .secure(web.cookies().secure)
        .same_site(SameSite::Lax)
        .build()
}
