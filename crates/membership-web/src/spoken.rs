//! The language of the pages for whoever is not signed in: their choice, kept in a cookie of the browser.

use axum::extract::State;
use http::HeaderMap;
use membership_core::language::Language;

use crate::answer::{Answer, see_other, with_cookie};
use crate::cookies::{choice, held};
use crate::form::Posted;
use crate::local_path::local_path;
use crate::web::Web;

const NAME: &str = "membership-language";

/// What a browser has chosen, if it has.
pub(crate) fn chosen(headers: &HeaderMap) -> Option<Language> {
    held(headers, NAME)?.parse().ok()
}

/// Chooses, and leads back. What is no language of ours changes nothing.
pub(crate) async fn choose(State(web): State<Web>, posted: Posted) -> Answer {
    let back = see_other(local_path(posted.text("back")).unwrap_or("/"));
    let Ok(language) = posted.text("language").parse::<Language>() else { return Ok(back) };
    let cookie = choice(&web, NAME, language.tag());
    Ok(with_cookie(back, &cookie))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn what_is_no_language_of_ours_was_not_chosen() {
        let of = |cookies: &'static str| chosen(&HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookies))]));
        assert_eq!(of("a=b; membership-language=fr"), Some(Language::French));
        assert_eq!(of("membership-language=tlh"), None);
        assert_eq!(chosen(&HeaderMap::new()), None);
    }
}
