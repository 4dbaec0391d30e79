//! Links arrive in an address and are moved to a cookie at once, so that they stay out of histories, logs and referrers.

use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::HeaderMap;
use secrecy::SecretString;

use crate::answer::{see_other, with_cookie};
use crate::cookies::held;
use crate::web::Web;

/// For how long a link that was opened stays open in the browser.
const LASTS: time::Duration = time::Duration::hours(1);

/// The longest link, in characters; ours are shorter.
const LONGEST_LINK: usize = 200;

/// A page that lives on a link: where it is, and in which cookie it finds the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkPage {
    /// The page's path, the only one that the browser sends the cookie to.
    pub path: &'static str,
    /// The cookie's name over plain HTTP, and behind `__Secure-` over TLS. (`__Host-` would need the path `/`.)
    names: (&'static str, &'static str),
}

/// The page behind an invitation.
pub(crate) const INVITATION: LinkPage =
    LinkPage { path: "/invitation", names: ("membership-invitation", "__Secure-membership-invitation") };
/// The page that completes a sign-up.
pub(crate) const VERIFY: LinkPage =
    LinkPage { path: "/verify", names: ("membership-verify", "__Secure-membership-verify") };
/// The page that sets up the first operator.
pub(crate) const SET_UP: LinkPage =
    LinkPage { path: "/set-up", names: ("membership-set-up", "__Secure-membership-set-up") };

/// The page that sets up a member's login.
pub(crate) const JOIN: LinkPage = LinkPage { path: "/join", names: ("membership-join", "__Secure-membership-join") };
/// The page that signs in by a link.
pub(crate) const LOGIN: LinkPage =
    LinkPage { path: "/login", names: ("membership-login", "__Secure-membership-login") };
/// The page that chooses a new password by a link.
pub(crate) const RESET: LinkPage =
    LinkPage { path: "/reset", names: ("membership-reset", "__Secure-membership-reset") };
/// The page that verifies an additional address.
pub(crate) const CONFIRM: LinkPage =
    LinkPage { path: "/confirm", names: ("membership-confirm", "__Secure-membership-confirm") };

impl LinkPage {
    /// Puts a link into the cookie and leads to the page without it. Nothing else happens, however often.
    pub(crate) fn take(self, web: &Web, link: &str) -> Response {
        // What cannot be a link is not kept; the page then says that there is none.
        let fits = link.len() <= LONGEST_LINK && link.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        let mut cookie = self.cookie(web, if fits { link.to_owned() } else { "-".to_owned() });
        cookie.set_max_age(LASTS);
        with_cookie(see_other(self.path), &cookie)
    }

    /// The link that the browser holds for this page.
    pub(crate) fn link(self, web: &Web, headers: &HeaderMap) -> Option<SecretString> {
        held(headers, self.name(web)).map(SecretString::from)
    }

    /// The same answer, and the browser forgets the link.
    pub(crate) fn forget(self, web: &Web, response: Response) -> Response {
        let mut cookie = self.cookie(web, String::new());
        cookie.make_removal();
        with_cookie(response, &cookie)
    }

    fn name(self, web: &Web) -> &'static str {
        if web.cookies().secure { self.names.1 } else { self.names.0 }
    }

    fn cookie(self, web: &Web, value: String) -> Cookie<'static> {
        Cookie::build((self.name(web), value))
            .path(self.path)
            .http_only(true)
            .secure(web.cookies().secure)
            .same_site(SameSite::Lax)
            .build()
    }
}
