//! Input that cannot be understood is told by field and rule before any decision is made about it.

use std::borrow::Cow;

/// One field of a request breaks one rule. Nothing has been changed, and nothing typed is lost: the caller corrects
/// the named field and sends it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {rule}")]
pub struct InvalidInput {
    /// The field's name as the API and the forms spell it.
    pub field: Cow<'static, str>,
    /// The broken rule's stable kebab-case code, such as `too-long`.
    pub code: &'static str,
    /// The broken rule in words, to be read after the field's name.
    pub rule: Cow<'static, str>,
}

impl InvalidInput {
    /// Says that `field` breaks the rule `code`, worded as `rule`.
    pub fn new(field: impl Into<Cow<'static, str>>, code: &'static str, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), code, rule: rule.into() }
    }

    /// The same complaint about another field, for types that serve several fields.
    #[must_use]
    pub fn about(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = field.into();
        self
    }
}

/// Types of text that is cleaned and checked where it enters, each with its longest length in characters and its rule.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $longest:literal, $parse:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest text, in characters.
            pub const LONGEST: usize = $longest;

            /// Cleans and checks the text.
            ///
            /// # Errors
            /// `empty`, `too-long`, `control-character`, and for a single line `markup` or `address-of-a-site`.
            pub fn parse(text: &str) -> Result<Self, $crate::input::InvalidInput> {
                let parse: fn(&str) -> Result<String, $crate::input::InvalidInput> = $parse;
                parse(text).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::input::InvalidInput;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::input::InvalidInput;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )*};
}

pub(crate) use texts;

/// The longest free text, in characters, that an inviter may add to an invitation.
pub const LONGEST_MESSAGE: usize = 1_000;

/// Cleans a line of text that people see: trimmed, NFC, without control or direction-changing characters (A55–A57).
///
/// # Errors
/// `empty`, `too-long`, `control-character`, `markup` or `address-of-a-site`, each naming `field`.
pub(crate) fn line(field: &'static str, text: &str, longest: usize) -> Result<String, InvalidInput> {
    let text = cleaned(text);
    if text.is_empty() {
        return Err(InvalidInput::new(field, "empty", "must not be empty"));
    }
    bounded(field, &text, longest)?;
    if text.chars().any(|c| c.is_control() || changes_direction(c)) {
        let rule = "must not contain line breaks, control characters or marks that change the writing direction";
        return Err(InvalidInput::new(field, "control-character", rule));
    }
    if text.contains(['<', '>']) {
        return Err(InvalidInput::new(field, "markup", "must not contain `<` or `>`"));
    }
    if names_a_site(&text) {
        return Err(InvalidInput::new(field, "address-of-a-site", "must not contain the address of a site"));
    }
    Ok(text)
}

/// Cleans a text of several lines that people see. Links in it stay plain text wherever it is shown (A56).
///
/// # Errors
/// `too-long` or `control-character`, naming `field`.
pub fn paragraph(field: &'static str, text: &str, longest: usize) -> Result<Option<String>, InvalidInput> {
    let text = cleaned(&text.replace("\r\n", "\n"));
    if text.is_empty() {
        return Ok(None);
    }
    bounded(field, &text, longest)?;
    if text.chars().any(|c| (c.is_control() && c != '\n') || changes_direction(c)) {
        let rule = "must not contain control characters or marks that change the writing direction";
        return Err(InvalidInput::new(field, "control-character", rule));
    }
    Ok(Some(text))
}

fn cleaned(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.trim().nfc().collect()
}

fn bounded(field: &'static str, text: &str, longest: usize) -> Result<(), InvalidInput> {
    if text.chars().count() > longest {
        return Err(InvalidInput::new(field, "too-long", format!("must have at most {longest} characters")));
    }
    Ok(())
}

/// What was typed or copied, without characters that nobody sees: mails put one behind a dot, so that a name is not taken
/// for the address of a site (A56), and whoever copies a username or a code from them copies it, too.
pub(crate) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Whether a character has no shape of its own (Unicode: `Default_Ignorable_Code_Point`, of those that are in use).
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}')
}

fn names_a_site(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("://")
        || lower.contains("www.")
        || lower.contains("mailto:")
        || lower.split_whitespace().any(|word| {
            word.split_once('/').is_some_and(|(host, _)| {
                host.rsplit_once('.').is_some_and(|(name, top)| {
                    !name.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphabetic)
                })
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let got = line("name", text, 20);
        assert_eq!(got.as_deref().map_err(|e| e.code), expected, "{text:?}");
    }

    #[test]
    fn a_line_is_trimmed_composed_and_inert() {
        check("  Ada  ", Ok("Ada"));
        check("Zoe\u{308}", Ok("Zoë"));
        check("Acme.io", Ok("Acme.io"));
        check("R/D", Ok("R/D"));
        check("", Err("empty"));
        check(" \t ", Err("empty"));
        check("x".repeat(21).as_str(), Err("too-long"));
        check("a\r\nBcc: b", Err("control-character"));
        check("a\0b", Err("control-character"));
        check("a\u{202E}b", Err("control-character"));
        check("<b>Ada</b>", Err("markup"));
        check("https://evil.test", Err("address-of-a-site"));
        check("go evil.com/x", Err("address-of-a-site"));
        check("WWW.evil.test", Err("address-of-a-site"));
    }

    #[test]
    fn a_paragraph_keeps_its_lines() {
        assert_eq!(paragraph("message", " a\r\nb ", 10), Ok(Some("a\nb".to_owned())));
        assert_eq!(paragraph("message", "  ", 10), Ok(None));
        assert_eq!(paragraph("message", "a\u{7}", 10).map_err(|e| e.code), Err("control-character"));
        assert_eq!(paragraph("message", "12345678901", 10).map_err(|e| e.code), Err("too-long"));
    }
}
