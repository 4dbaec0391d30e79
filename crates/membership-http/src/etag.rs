//! The version of a row as an `ETag`, and the version a caller has read as `If-Match` (RFC 9110, section 13.1.1).

use http::HeaderMap;
use http::header::IF_MATCH;
use membership_core::input::InvalidInput;

/// The entity tag of a version.
pub(crate) fn of(version: u64) -> String {
    format!("\"{version}\"")
}

/// The version that `If-Match` asks for; `None` if it asks for none. A tag that is not one of ours matches no version.
pub(crate) fn expected(headers: &HeaderMap) -> Result<Option<u64>, InvalidInput> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix("W/").unwrap_or(text);
    let tag = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).filter(|tag| !tag.contains('"'));
    let Some(tag) = tag else {
        let rule = "must be one entity tag as this service hands them out, such as `\"3\"`";
        return Err(InvalidInput::new("If-Match", "not-an-entity-tag", rule));
    };
    Ok(Some(tag.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, outcome: Result<Option<u64>, &str>) {
        let headers = HeaderMap::from_iter([(IF_MATCH, text.parse().unwrap())]);
        assert_eq!(expected(&headers).map_err(|it| it.code), outcome, "{text}");
    }

    #[test]
    fn a_tag_is_a_version() {
        assert_eq!(expected(&HeaderMap::new()), Ok(None));
        check("*", Ok(None));
        check(&of(3), Ok(Some(3)));
        check("W/\"3\"", Ok(Some(3)));
        check("\"abc\"", Ok(Some(u64::MAX)));
        check("3", Err("not-an-entity-tag"));
        check("\"3\", \"4\"", Err("not-an-entity-tag"));
        check("", Err("not-an-entity-tag"));
    }
}
