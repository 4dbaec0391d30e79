//! What was typed into a form whose sign-in had ended, kept by the browser through signing in again.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::local_path::local_path;
use crate::web::LONGEST_FORM;

/// What the form that carries it holds besides, in bytes: a name, a password, the answer of a passkey.
const BESIDES: usize = 16 * 1024;

/// A form that waits to be sent again. Passwords are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Where it goes.
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Kept {
    /// As one value of another form.
    pub(crate) fn packed(&self) -> String {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = self.fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
        [escaped(&self.action)].into_iter().chain(pairs).collect::<Vec<_>>().join("&")
    }

    /// Whether the form that signs in can carry it.
    pub(crate) fn fits(&self) -> bool {
        let packed = self.packed();
        // A browser sends three characters for each that is neither a letter nor a digit.
        let escaped = packed.bytes().filter(|it| !it.is_ascii_alphanumeric()).count();
        packed.len().saturating_add(escaped.saturating_mul(2)) <= LONGEST_FORM - BESIDES
    }

    /// What [`packed`](Self::packed) made; nothing if it cannot be that.
    pub(crate) fn unpacked(text: &str) -> Option<Self> {
        let plain = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|it| it.into_owned());
        let mut parts = text.split('&');
        let action = plain(parts.next()?).filter(|action| local_path(action).is_some())?;
        let fields =
            parts.map(|part| part.split_once('=').and_then(|(name, value)| Some((plain(name)?, plain(value)?))));
        Some(Self { action, fields: fields.collect::<Option<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let fields = vec![("message".to_owned(), "a&b=c\n“é”".to_owned()), ("empty".to_owned(), String::new())];
        let kept = Kept { action: "/organizations/1/invite".to_owned(), fields };
        assert_eq!(Kept::unpacked(&kept.packed()), Some(kept));
        for bad in ["", "https://evil.test", "%2F%2Fevil.test", "%2Fx&novalue", "%2Fx&a=%FF"] {
            assert_eq!(Kept::unpacked(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_a_form_may_not_hold_is_not_carried() {
        let of = |rows: usize| {
            let fields = vec![("rows".to_owned(), "Hopper,Grace,grace@example.org\r\n".repeat(rows))];
            Kept { action: "/organizations/1/members/import".to_owned(), fields }
        };
        assert!(of(1_000).fits());
        assert!(!of(10_000).fits());
    }
}
