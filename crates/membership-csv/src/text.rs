//! The text of a file, whatever wrote it.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of these bytes: as their byte order mark says, else UTF-8 if they are, else Windows-1252, which is what
/// spreadsheets in western Europe write. `None` for what is no text at all.
pub(crate) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..)?),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (WINDOWS_1252, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    // Windows-1252 gives a meaning to nearly every byte, so a picture decodes too; its control characters tell.
    text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(decode(bytes).as_deref(), expected, "{bytes:?}");
    }

    #[test]
    fn text_is_read_in_the_encodings_that_spreadsheets_write() {
        check("Zoë".as_bytes(), Some("Zoë"));
        check(b"\xEF\xBB\xBFZo\xC3\xAB", Some("Zoë"));
        check(b"Zo\xEB", Some("Zoë"));
        check(b"\x80 10", Some("€ 10"));
        check(b"\xFF\xFEZ\0o\0\xEB\0", Some("Zoë"));
        check(b"", Some(""));
    }

    #[test]
    fn what_is_no_text_is_told() {
        check(b"PK\x03\x04\x14\0\x06\0", None);
        check(b"\x89PNG\r\n\x1a\n\0\0", None);
        check(b"a,b\0,c", None);
        check(b"\xEF\xBB\xBFZo\xEB", None);
        check(b"\x81\x8D", None);
    }
}
