//! Query parameters, as strict as bodies: an unknown or doubled one is refused by name.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use membership_core::input::InvalidInput;
use membership_core::port::LONGEST_PAGE;
use serde::de::DeserializeOwned;

use crate::call::Shared;
use crate::json::told;
use crate::problem::Problem;

/// The query of a request. Every field of `T` is text, so that its rules are told by the functions below.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _api: &Shared) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => {
                // Before serde's message, the text tells where it stood, which the message tells as well.
                let text = rejection.body_text();
                let at = ["unknown field `", "duplicate field `"].iter().filter_map(|it| text.find(it)).min();
                let message = at.and_then(|at| text.get(at..)).unwrap_or_default();
                Err(told(message, "query".to_owned()).into())
            }
        }
    }
}

/// The default number of rows of a page.
const USUAL_PAGE: u32 = 50;

/// How many rows a page has.
pub(crate) fn limit(text: Option<&str>) -> Result<u32, InvalidInput> {
    let Some(text) = text else { return Ok(USUAL_PAGE) };
    let number = text.parse().ok().filter(|number| (1..=LONGEST_PAGE).contains(number));
    number.ok_or_else(|| {
        InvalidInput::new("limit", "out-of-range", format!("must be a whole number from 1 to {LONGEST_PAGE}"))
    })
}

/// The longest text that can be searched for, in characters.
const LONGEST_SEARCH: usize = 200;

/// A text that is searched for; an empty one finds everything.
pub(crate) fn search(text: Option<String>) -> Result<Option<String>, InvalidInput> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().any(char::is_control) {
        return Err(InvalidInput::new("q", "control-character", "must not contain control characters"));
    }
    if text.chars().count() > LONGEST_SEARCH {
        return Err(InvalidInput::new("q", "too-long", format!("must have at most {LONGEST_SEARCH} characters")));
    }
    Ok(Some(text))
}

/// A yes or no.
pub(crate) fn yes_or_no(field: &'static str, text: Option<&str>) -> Result<Option<bool>, InvalidInput> {
    match text {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(InvalidInput::new(field, "unknown-value", "must be `true` or `false`")),
    }
}

/// One of a few words.
pub(crate) fn one_of<T: Copy>(
    field: &'static str,
    text: Option<&str>,
    words: &[(&'static str, T)],
) -> Result<Option<T>, InvalidInput> {
    let Some(text) = text else { return Ok(None) };
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.map(Some).ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        InvalidInput::new(field, "unknown-value", format!("must be one of {}", words.join(", ")))
    })
}

/// A number that counts up.
pub(crate) fn number(field: &'static str, text: Option<&str>) -> Result<Option<u64>, InvalidInput> {
    // Databases count in signed 64-bit numbers.
    let parse = |text: &str| text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok());
    text.map(|text| parse(text).ok_or_else(|| InvalidInput::new(field, "not-a-number", "must be a whole number")))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_1_to_100_rows() {
        assert_eq!(limit(None), Ok(50));
        assert_eq!(limit(Some("100")), Ok(100));
        for bad in ["0", "101", "-1", "x", ""] {
            assert_eq!(limit(Some(bad)).map_err(|it| it.code), Err("out-of-range"), "{bad}");
        }
    }

    #[test]
    fn what_is_searched_for_is_bounded_text() {
        assert_eq!(search(Some("  ".to_owned())), Ok(None));
        assert_eq!(search(Some("a\0".to_owned())).map_err(|it| it.code), Err("control-character"));
        assert_eq!(search(Some("x".repeat(201))).map_err(|it| it.code), Err("too-long"));
        assert_eq!(number("after", Some("18446744073709551615")).map_err(|it| it.code), Err("not-a-number"));
        assert_eq!(yes_or_no("seat", Some("yes")).map_err(|it| it.code), Err("unknown-value"));
    }
}
