//! Cookies of the browser: what it holds by a name, and a choice that it keeps for a year.

use axum_extra::extract::cookie::{Cookie, SameSite};
use http::HeaderMap;
use http::header::COOKIE;

use crate::web::Web;

const A_YEAR: time::Duration = time::Duration::days(365);

/// What the browser holds by that name.
pub(crate) fn held(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut parsed = cookies.flat_map(Cookie::split_parse).flatten();
    parsed.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// How the pages are to be shown to whoever uses this browser.
pub(crate) fn choice(web: &Web, name: &'static str, value: &'static str) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(web.cookies().secure)
        .same_site(SameSite::Lax)
        .max_age(A_YEAR)
        .build()
}
