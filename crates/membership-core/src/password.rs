//! What a password must be like. Length is what counts, and that it is none of those that are tried first (NIST SP
//! 800-63B, 3.1.1.2); composition rules do not.

use std::collections::HashSet;
use std::sync::LazyLock;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use crate::input::InvalidInput;

/// The longest password, in bytes after normalisation (A67).
pub const LONGEST_PASSWORD: usize = 1_024;

/// The passwords that are tried first; `common_passwords.md` tells where they come from.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Normalises a new password (NFC) and checks its length in characters, that it is none of the most common ones, and
/// that it is not just what others know of the person: a name, an address or the username.
///
/// # Errors
/// `too-short`, `too-long`, `common` or `own-name`, about the field `password`.
pub fn new_password(text: &SecretString, shortest: usize, known: &[String]) -> Result<SecretString, InvalidInput> {
    let password = typed_password(text)?;
    if password.expose_secret().chars().count() < shortest {
        let rule = format!("must have at least {shortest} characters; a few words in a row are easy to remember");
        return Err(InvalidInput::new("password", "too-short", rule));
    }
    let folded = folded(password.expose_secret());
    if COMMON.contains(folded.as_str()) {
        let rule = "must not be one of the most common passwords; a few words in a row that belong to you are better";
        return Err(InvalidInput::new("password", "common", rule));
    }
    if known.iter().any(|it| self::folded(it) == folded) {
        let rule = "must not be your own name, address or username; others know these, so choose something else";
        return Err(InvalidInput::new("password", "own-name", rule));
    }
    Ok(password)
}

/// As two texts are compared that differ in case and spelling only.
fn folded(text: &str) -> String {
    text.trim().to_lowercase().nfc().collect()
}

/// Normalises a password that is to be compared (NFC).
///
/// # Errors
/// `too-long`, about the field `password`.
pub fn typed_password(text: &SecretString) -> Result<SecretString, InvalidInput> {
    // No text shrinks to less than a quarter when it is composed: this is too long in any spelling.
    if 4 * LONGEST_PASSWORD < text.expose_secret().len() {
        return Err(InvalidInput::new("password", "too-long", "must have at most 1,024 bytes"));
    }
    let normalised: String = text.expose_secret().nfc().collect();
    if LONGEST_PASSWORD < normalised.len() {
        return Err(InvalidInput::new("password", "too-long", "must have at most 1,024 bytes"));
    }
    Ok(SecretString::from(normalised))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a67_a_password_is_long_enough_and_bounded() {
        let check = |text: &str| new_password(&SecretString::from(text), 15, &[]).map_err(|e| e.code).err();
        assert_eq!(check("correct horse battery"), None);
        assert_eq!(check("ééééééééééééééé"), None);
        assert_eq!(check("short"), Some("too-short"));
        assert_eq!(check(&"x".repeat(1_025)), Some("too-long"));
    }

    #[test]
    fn a_common_password_and_what_others_know_of_the_person_are_refused() {
        let known = ["Zoë Washburne".to_owned(), "zoe.washburne@example.org".to_owned()];
        let check = |text: &str| new_password(&SecretString::from(text), 8, &known).map_err(|e| e.code).err();
        for (text, answer) in [
            ("Password1", Some("common")),
            ("1234567890QWERTY", Some("common")),
            ("zoe\u{308} washburne", Some("own-name")),
            ("Zoe.Washburne@Example.org", Some("own-name")),
            ("zoe washburne of serenity", None),
            ("correct horse battery staple", None),
        ] {
            assert_eq!(check(text), answer, "{text}");
        }
    }

    #[test]
    fn the_list_is_as_it_is_compared() {
        assert!(COMMON.len() > 10_000);
        assert!(COMMON.iter().all(|it| folded(it) == *it && it.chars().count() >= 8));
    }

    #[test]
    fn two_spellings_of_one_text_are_one_password() {
        let composed = typed_password(&SecretString::from("Zoë")).unwrap();
        let decomposed = typed_password(&SecretString::from("Zoe\u{308}")).unwrap();
        assert_eq!(composed.expose_secret(), decomposed.expose_secret());
    }
}
