//! Who sends a request: the bearer token of the API or the cookie of the pages, asked anew on every request (I8).

use axum_extra::extract::cookie::{Cookie, SameSite};
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, USER_AGENT};
use membership_core::secret::SignInToken;
use membership_core::service::{Accounts, Caller, Failure};
use secrecy::ExposeSecret;

/// How the sign-in cookie is named and protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieRules {
    /// Whether the pages are served over TLS. Then the cookie is `Secure` and has the `__Host-` prefix, so that no other
    /// host of the same domain can plant one.
    pub secure: bool,
}

impl CookieRules {
    /// The rules for pages that are served from this origin.
    pub fn for_origin(public_url: &str) -> Self {
        Self { secure: public_url.starts_with("https://") }
    }

    /// The cookie's name.
    pub fn name(self) -> &'static str {
        if self.secure { "__Host-membership" } else { "membership" }
    }

    /// The cookie that carries a sign-in. It ends with the browser's session or the sign-in, whichever is first.
    pub fn sign_in(self, token: &SignInToken) -> Cookie<'static> {
        self.cookie(token.expose().to_owned())
    }

    /// The cookie that carries a sign-in which waits for the second factor. It is no sign-in yet.
    pub fn pending(self, token: &SignInToken) -> Cookie<'static> {
        self.cookie(token.pending().expose_secret().to_owned())
    }

    /// The cookie that takes a sign-in's place when it ends.
    pub fn sign_out(self) -> Cookie<'static> {
        let mut cookie = self.cookie(String::new());
        cookie.make_removal();
        cookie
    }

    fn cookie(self, value: String) -> Cookie<'static> {
        Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build()
    }

    /// The token a request carries: the bearer token if there is one, else the cookie.
    pub fn token(self, headers: &HeaderMap) -> Option<String> {
        bearer(headers).map(str::to_owned).or_else(|| {
            let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
            let mut parsed = cookies.flat_map(Cookie::split_parse).flatten();
            parsed.find(|cookie| cookie.name() == self.name()).map(|cookie| cookie.value().to_owned())
        })
    }

    /// Whoever sends the request, if the token holds now. That the sign-in is used is written down now and then, by a
    /// task of its own that no request waits for.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn caller(self, accounts: &Accounts, headers: &HeaderMap) -> Result<Option<Caller>, Failure> {
        match self.token(headers) {
            Some(token) => {
                let caller = accounts.authenticate(&token).await?;
                if let Some(caller) = caller.clone().filter(|caller| caller.to_be_noted) {
                    let accounts = accounts.clone();
                    tokio::spawn(async move {
                        if let Err(error) = accounts.note_seen(&caller).await {
                            tracing::debug!(%error, "that a sign-in is used is noted another time");
                        }
                    });
                }
                Ok(caller)
            }
            None => Ok(None),
        }
    }
}

/// What sends a request, as it calls itself (`User-Agent`).
pub fn agent(headers: &HeaderMap) -> Option<&str> {
    headers.get(USER_AGENT)?.to_str().ok()
}

/// The bearer token of a request (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
