//! Strict JSON: a body is understood whole or refused by field and rule, never with the name of a type of ours.

use axum::body::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use membership_core::input::InvalidInput;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Reads a body. An empty one counts as an object without fields, for operations that need none.
///
/// # Errors
/// 415 if it is not JSON by its own word, 422 naming the field and the rule.
pub(crate) fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Problem> {
    if body.is_empty() {
        return Ok(parse(b"{}")?);
    }
    if !is_json(headers) {
        return Err(Problem::own("unsupported-media-type"));
    }
    Ok(parse(body)?)
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, InvalidInput> {
    // Serde would read a list as an object whose fields come in order, which nobody means.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(InvalidInput::new("body", "wrong-type", "must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| complaint(&error))?;
    json.end().map_err(|_| not_json())?;
    Ok(value)
}

fn not_json() -> InvalidInput {
    InvalidInput::new("body", "not-json", "must be one JSON text in UTF-8 (RFC 8259)")
}

/// What is wrong, by field and rule.
fn complaint(error: &serde_path_to_error::Error<serde_json::Error>) -> InvalidInput {
    use serde_json::error::Category;
    if error.inner().classify() != Category::Data {
        return not_json();
    }
    let path = error.path().to_string();
    let at = if path == "." { "body".to_owned() } else { path };
    told(&error.inner().to_string(), at)
}

/// Words what serde says; `at` is where it stood.
pub(crate) fn told(message: &str, at: String) -> InvalidInput {
    let named = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        return InvalidInput::new(bounded(named), "unknown-field", "is not a field of this request");
    }
    if message.starts_with("missing field") {
        return InvalidInput::new(bounded(named), "missing", "must be given");
    }
    if message.starts_with("duplicate field") {
        return InvalidInput::new(bounded(named), "duplicate-field", "must be given once");
    }
    let at = bounded(&at);
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    let expected = expected.split(" at line ").next().unwrap_or_default();
    InvalidInput::new(at, "wrong-type", format!("must be {}", kind_of(expected)))
}

fn kind_of(expected: &str) -> &'static str {
    match expected {
        "a string" => "a string",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        it if it.starts_with('u') || it.starts_with('i') => "a whole number",
        it if it.starts_with("struct") => "a JSON object",
        _ => "of the type that the API's description names",
    }
}

/// A field's name is the sender's own text: it is cut before it is said again.
fn bounded(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Order {
        email: String,
        seats: Option<u32>,
        emails: Option<Vec<String>>,
        dry_run: Option<bool>,
    }

    #[track_caller]
    fn check(body: impl AsRef<[u8]>, field: &str, code: &str) {
        let error = parse::<Order>(body.as_ref()).unwrap_err();
        assert_eq!((error.field.as_ref(), error.code), (field, code), "{error}");
        assert!(!error.to_string().contains("Order"), "{error}");
    }

    #[test]
    fn every_complaint_names_the_field_and_the_rule() {
        check(r#"{"email": "a", "admin": true}"#, "admin", "unknown-field");
        check("{}", "email", "missing");
        check(r#"{"email": 5}"#, "email", "wrong-type");
        check(r#"{"email": ["a", "b"]}"#, "email", "wrong-type");
        check(r#"{"email": "a", "seats": -1}"#, "seats", "wrong-type");
        check(r#"{"email": "a", "seats": 1e99}"#, "seats", "wrong-type");
        check(r#"{"email": "a", "emails": ["x", 5]}"#, "emails[1]", "wrong-type");
        check(r#"{"email": "a", "email": "b"}"#, "email", "duplicate-field");
        check("[]", "body", "wrong-type");
        check(r#" ["a", 5]"#, "body", "wrong-type");
        check("5", "body", "wrong-type");
    }

    #[test]
    fn f28_what_is_no_json_text_is_refused() {
        check("", "body", "not-json");
        check("{", "body", "not-json");
        check("{\"email\": \"a\"} {}", "body", "not-json");
        check(b"{\"email\": \"\xff\"}", "body", "not-json");
        check(b"{\"email\": \"\xc0\x80\"}", "body", "not-json");
        check(r#"{"email": "\ud800"}"#, "body", "not-json");
        check("{\"email\": \"a\nb\"}", "body", "not-json");
        check("[".repeat(100_000), "body", "wrong-type");
        check(format!("{{\"email\": {}", "[".repeat(100_000)), "email", "wrong-type");
        check(format!("{{\"x\": {}", "[".repeat(100_000)), "x", "unknown-field");
    }

    #[test]
    fn a_body_says_that_it_is_json() {
        let with = |value: &str| HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())]);
        for yes in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert!(is_json(&with(yes)), "{yes}");
        }
        for no in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""] {
            assert!(!is_json(&with(no)), "{no}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
