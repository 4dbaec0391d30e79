//! The language of the pages for whoever is not signed in: their choice, kept in a cookie of the browser.

use axum::extract::State;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::HeaderMap;
use http::header::COOKIE;
use membership_core::language::Language;

use crate::answer::{Answer, see_other, with_cookie};
use crate::form::Posted;
use crate::local_path::local_path;
use crate::web::Web;

const NAME: &str = "membership-language";
const LASTS: time::Duration = time::Duration::days(365);

/// What a browser has chosen, if it has.
pub(crate) fn chosen(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut parsed = cookies.flat_map(Cookie::split_parse).flatten();
    parsed.find(|cookie| cookie.name() == NAME).and_then(|cookie| cookie.value().parse().ok())
}

/// Chooses, and leads back. What is no language of ours changes nothing.
pub(crate) async fn choose(State(web): State<Web>, posted: Posted) -> Answer {
    let back = see_other(local_path(posted.text("back")).unwrap_or("/"));
    let Ok(language) = posted.text("language").parse::<Language>() else { return Ok(back) };
    let cookie = Cookie::build((NAME, language.tag()))
        .path("/")
        .http_only(true)
        .secure(web.cookies().secure)
        .same_site(SameSite::Lax)
        .max_age(LASTS)
        .build();
    Ok(with_cookie(back, &cookie))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_no_language_of_ours_was_not_chosen() {
        let of = |cookies: &'static str| chosen(&HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookies))]));
        assert_eq!(of("a=b; membership-language=fr"), Some(Language::French));
        assert_eq!(of("membership-language=tlh"), None);
        assert_eq!(chosen(&HeaderMap::new()), None);
    }
}
