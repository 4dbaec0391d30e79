//! Where a form leads back to: a path of these pages and never another site.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const LONGEST_PATH: usize = 1_000;

/// What must be escaped in the value of a query.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// The path, if it is one of these pages. Browsers read `//host` and `/\host` as another site; both are refused.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    let is_local = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= LONGEST_PATH
        && text.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    is_local.then_some(text)
}

/// A text as the value of a query.
pub(crate) fn query_value(text: &str) -> String {
    utf8_percent_encode(text, IN_QUERY).to_string()
}

/// The address of the sign-in page that leads back to `path`.
pub(crate) fn sign_in_and_return(path: &str) -> String {
    match local_path(path) {
        Some("/") | None => "/sign-in".to_owned(),
        Some(path) => leading_to("/sign-in", path),
    }
}

/// The address of a page that leads on to another path of these pages.
pub(crate) fn leading_to(page: &str, next: &str) -> String {
    format!("{page}?next={}", query_value(next))
}

/// The path of a page that says what has just been done.
pub(crate) fn saying(path: &str, done: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}done={done}")
}

/// The same, and to whom or what, where one press may take it back.
pub(crate) fn saying_of(path: &str, done: &str, of: Option<impl std::fmt::Display>) -> String {
    let told = saying(path, done);
    match of {
        Some(of) => format!("{told}&of={of}"),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_these_pages_are_followed() {
        for good in ["/", "/organizations", "/organizations/1/members?q=ada&after=x", "/invitation"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in ["", "organizations", "//evil.test", "/\\evil.test", "https://evil.test", "/a\r\nb", "/a b", "/é"] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(LONGEST_PATH))), None);
    }

    #[test]
    fn the_way_back_survives_as_one_value() {
        assert_eq!(sign_in_and_return("/organizations?q=a&b"), "/sign-in?next=/organizations%3Fq%3Da%26b");
        assert_eq!(sign_in_and_return("//evil.test"), "/sign-in");
    }
}
