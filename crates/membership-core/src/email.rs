//! One canonical spelling of an e-mail address, so that two spellings can never be two people (A06, A07, A08).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::input::InvalidInput;

/// An e-mail address in canonical form: trimmed, NFC, lower case, its domain as an A-label (RFC 5890).
///
/// Normalised first, then validated, then never touched again: equality of addresses is equality of this text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;

impl EmailAddress {
    /// Parses exactly one address.
    ///
    /// # Errors
    /// `empty`, `too-long`, `several-addresses`, `control-character` or `not-an-address`, about the field `email`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let refuse = |code, rule: &'static str| Err(InvalidInput::new("email", code, rule));
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return refuse("empty", "must not be empty");
        }
        if text.chars().any(char::is_control) {
            return refuse("control-character", "must not contain line breaks or control characters");
        }
        if text.matches('@').count() > 1 || text.contains([',', ';']) {
            return refuse("several-addresses", "must be one address");
        }
        let Some((local, domain)) = text.split_once('@') else {
            return refuse("not-an-address", "must be an e-mail address, such as `ada@example.org`");
        };
        let local = local.to_lowercase();
        let compatible: String = local.nfkc().collect();
        let Ok(domain) = idna::domain_to_ascii_strict(domain) else {
            return refuse("not-an-address", "must have a domain that exists in the naming system");
        };
        if local != compatible || local.chars().any(|c| c.is_whitespace() || c == '"') {
            return refuse("not-an-address", "must not contain quotes, spaces or look-alike characters before the `@`");
        }
        let canonical = format!("{local}@{domain}");
        if canonical.len() > LONGEST_ADDRESS || local.len() > LONGEST_LOCAL_PART {
            return refuse("too-long", "must have at most 254 bytes, and at most 64 before the `@`");
        }
        let shape = email_address::Options::default()
            .with_minimum_sub_domains(2)
            .without_domain_literal()
            .without_display_text();
        match email_address::EmailAddress::parse_with_options(&canonical, shape) {
            Ok(_) => Ok(Self(canonical)),
            Err(_) => refuse("not-an-address", "must be an e-mail address, such as `ada@example.org`"),
        }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain, as an A-label.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The mailbox that the address most likely reaches, for counting what is sent there: without a plus-tag.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let base = local.split('+').next().filter(|base| !base.is_empty()).unwrap_or(local);
        format!("{base}@{domain}")
    }

    /// The address with most of its local part hidden, for whoever holds a link and need not know the rest.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}•••@{domain}")
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let got = EmailAddress::parse(text);
        assert_eq!(got.as_ref().map(EmailAddress::as_str).map_err(|e| e.code), expected, "{text:?}");
    }

    #[test]
    fn an_address_has_one_spelling() {
        check("ada@example.org", Ok("ada@example.org"));
        check("  Ada@Example.ORG ", Ok("ada@example.org"));
        check("ada+tag@example.org", Ok("ada+tag@example.org"));
        check("o'brien@example.org", Ok("o'brien@example.org"));
        check("ada@bücher.example", Ok("ada@xn--bcher-kva.example"));
        check("ada@XN--BCHER-KVA.example", Ok("ada@xn--bcher-kva.example"));
        check("Zoe\u{308}@example.org", Ok("zoë@example.org"));
    }

    #[test]
    fn what_is_not_one_address_is_refused() {
        check("", Err("empty"));
        check("ada", Err("not-an-address"));
        check("ada@localhost", Err("not-an-address"));
        check("ada@[127.0.0.1]", Err("not-an-address"));
        check("ada@example.org,eve@example.org", Err("several-addresses"));
        check("ada@example.org;eve", Err("several-addresses"));
        check("ada@eve@example.org", Err("several-addresses"));
        check("ada@example.org\r\nBcc: eve@example.org", Err("control-character"));
        check("ada\0@example.org", Err("control-character"));
        check("ada\u{FF20}example.org", Err("not-an-address"));
        check("\u{FF41}da@example.org", Err("not-an-address"));
        check("\"ada\"@example.org", Err("not-an-address"));
        check("a da@example.org", Err("not-an-address"));
        check("Ada <ada@example.org>", Err("not-an-address"));
        check(&format!("{}@example.org", "a".repeat(65)), Err("too-long"));
    }

    #[test]
    fn a_masked_address_keeps_first_letter_and_domain() {
        assert_eq!(EmailAddress::parse("ada@example.org").unwrap().masked(), "a•••@example.org");
    }
}
