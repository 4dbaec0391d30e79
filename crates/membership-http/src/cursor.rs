//! Cursors on the wire: opaque text that says where the next page begins, checked before any query sees it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use membership_core::input::InvalidInput;
use membership_core::port::Cursor;

/// The longest cursor that can have come from here: a name of 100 characters and an id, twice wrapped.
const LONGEST: usize = 1_000;

/// Microseconds since 1970 at the end of the year 9999.
const LAST_MOMENT: i64 = 253_402_300_799_999_999;

/// By what a list is sorted, and so what its cursors hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortedBy {
    Text,
    Time,
    Number,
}

/// The text of a cursor.
pub(crate) fn text_of(cursor: &Cursor) -> Option<String> {
    serde_json::to_vec(cursor).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
}

/// Reads a cursor of a list that is sorted so.
///
/// # Errors
/// `not-a-cursor`, about the field `cursor`.
pub(crate) fn read(text: &str, sorted_by: SortedBy) -> Result<Cursor, InvalidInput> {
    let broken = || {
        let rule = "must be the `next_cursor` of an earlier page of the same list";
        InvalidInput::new("cursor", "not-a-cursor", rule)
    };
    let text = Some(text).filter(|text| text.len() <= LONGEST).ok_or_else(broken)?;
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| broken())?;
    let cursor: Cursor = serde_json::from_slice(&json).map_err(|_| broken())?;
    let fits = match sorted_by {
        SortedBy::Text => !cursor.after.chars().any(char::is_control),
        SortedBy::Time => cursor.after.parse().is_ok_and(|at: i64| (0..=LAST_MOMENT).contains(&at)),
        SortedBy::Number => cursor.after.parse::<u32>().is_ok(),
    };
    if fits { Ok(cursor) } else { Err(broken()) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn cursor(after: &str) -> Cursor {
        Cursor { after: after.to_owned(), id: Uuid::from_u128(7) }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let texts = [("zoë", SortedBy::Text), ("1763800000000000", SortedBy::Time), ("12", SortedBy::Number)];
        for (after, sorted_by) in texts {
            let text = text_of(&cursor(after)).unwrap();
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
            assert_eq!(read(&text, sorted_by), Ok(cursor(after)));
        }
    }

    #[test]
    fn a_broken_cursor_never_reaches_a_query() {
        let check = |text: &str, sorted_by| read(text, sorted_by).map_err(|it| (it.field, it.code)).unwrap_err();
        let nul = text_of(&cursor("a\0")).unwrap();
        let name = text_of(&cursor("zoë")).unwrap();
        let far = text_of(&cursor("9223372036854775807")).unwrap();
        for (text, sorted_by) in [
            ("", SortedBy::Text),
            ("!", SortedBy::Text),
            ("e30", SortedBy::Text),
            (nul.as_str(), SortedBy::Text),
            (name.as_str(), SortedBy::Time),
            (far.as_str(), SortedBy::Time),
            (far.as_str(), SortedBy::Number),
            ("A".repeat(5_000).as_str(), SortedBy::Text),
        ] {
            assert_eq!(check(text, sorted_by), ("cursor".into(), "not-a-cursor"), "{text}");
        }
    }
}
