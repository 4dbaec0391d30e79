//! What a password must be like. Length is what counts (NIST SP 800-63B, 3.1.1.2); composition rules are not.

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use crate::input::InvalidInput;

/// The longest password, in bytes after normalisation (A67).
pub const LONGEST_PASSWORD: usize = 1_024;

/// Normalises a new password (NFC) and checks its length in characters.
///
/// # Errors
/// `too-short` or `too-long`, about the field `password`.
pub fn new_password(text: &SecretString, shortest: usize) -> Result<SecretString, InvalidInput> {
    let password = typed_password(text)?;
    if password.expose_secret().chars().count() < shortest {
        let rule = format!("must have at least {shortest} characters; a few words in a row are easy to remember");
        return Err(InvalidInput::new("password", "too-short", rule));
    }
    Ok(password)
}

/// Normalises a password that is to be compared (NFC).
///
/// # Errors
/// `too-long`, about the field `password`.
pub fn typed_password(text: &SecretString) -> Result<SecretString, InvalidInput> {
    if text.expose_secret().len() > LONGEST_PASSWORD {
        return Err(InvalidInput::new("password", "too-long", "must have at most 1,024 bytes"));
    }
    let normalised: String = text.expose_secret().nfc().collect();
    if normalised.len() > LONGEST_PASSWORD {
        return Err(InvalidInput::new("password", "too-long", "must have at most 1,024 bytes"));
    }
    Ok(SecretString::from(normalised))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a67_a_password_is_long_enough_and_bounded() {
        let check = |text: &str| new_password(&SecretString::from(text), 15).map_err(|e| e.code).err();
        assert_eq!(check("correct horse battery"), None);
        assert_eq!(check("ééééééééééééééé"), None);
        assert_eq!(check("short"), Some("too-short"));
        assert_eq!(check(&"x".repeat(1_025)), Some("too-long"));
    }

    #[test]
    fn two_spellings_of_one_text_are_one_password() {
        let composed = typed_password(&SecretString::from("Zoë")).unwrap();
        let decomposed = typed_password(&SecretString::from("Zoe\u{308}")).unwrap();
        assert_eq!(composed.expose_secret(), decomposed.expose_secret());
    }
}
