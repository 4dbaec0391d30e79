//! Time-based one-time passwords (RFC 6238): what an authenticator app shows, computed from a secret and the time.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use totp_rs::{Builder, Secret};

/// How long a code is shown, in seconds (RFC 6238, section 5.2).
pub const STEP_SECONDS: u64 = 30;

/// How many steps a clock may be off, on either side (RFC 6238, section 6).
const DRIFT: u64 = 1;

/// The secret that a server and an authenticator app share: 160 bits, as RFC 4226 recommends.
pub struct TotpSecret(SecretBox<[u8; 20]>);

impl TotpSecret {
    /// A secret from random bytes; 20 of them count.
    pub fn new(random: [u8; 32]) -> Self {
        let mut secret = [0; 20];
        for (to, from) in secret.iter_mut().zip(random) {
            *to = from;
        }
        Self(SecretBox::new(Box::new(secret)))
    }

    /// The secret from its bytes, if there are as many as it must have.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(SecretBox::new(Box::new(bytes.try_into().ok()?))))
    }

    /// Its bytes, to be sealed.
    pub fn expose(&self) -> &[u8; 20] {
        self.0.expose_secret()
    }

    /// The text that a person types into an app: base 32 without padding.
    pub fn text(&self) -> String {
        data_encoding::BASE32_NOPAD.encode(self.expose())
    }

    /// The address that an app reads from a QR code (the `otpauth` scheme that all apps understand).
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
        let secret = self.text();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }

    /// The code of a time step (RFC 4226, section 5.3).
    pub fn code(&self, step: u64) -> String {
        // HMAC-SHA-1, six digits and steps of thirty seconds are what every app takes for granted, and the builder too.
        let codes = Builder::new().with_secret(Secret::new_stack(*self.expose())).build_noncompliant();
        codes.generate(step.saturating_mul(STEP_SECONDS)).to_string()
    }

    /// The latest time step around that instant whose code this is. Spaces within what was typed do not count.
    pub fn step_of(&self, typed: &str, now: OffsetDateTime) -> Option<u64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let present = u64::try_from(now.unix_timestamp()).ok()? / STEP_SECONDS;
        let steps = present.saturating_sub(DRIFT)..=present.saturating_add(DRIFT);
        // Every step is computed and compared, so that the time taken tells nothing.
        steps.fold(None, |found, step| {
            let is_it = bool::from(self.code(step).as_bytes().ct_eq(typed.as_bytes()));
            if is_it { Some(step) } else { found }
        })
    }
}

impl Clone for TotpSecret {
    fn clone(&self) -> Self {
        Self(SecretBox::new(Box::new(*self.expose())))
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl PartialEq for TotpSecret {
    fn eq(&self, other: &Self) -> bool {
        bool::from(self.expose().ct_eq(other.expose()))
    }
}

impl Eq for TotpSecret {}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; the last six of its eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code(seconds / STEP_SECONDS), code, "at {seconds}");
            assert_eq!(secret().step_of(code, at(i64::try_from(seconds).unwrap())), Some(seconds / STEP_SECONDS));
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step() {
        let code = secret().code(100);
        let accepted = |seconds| secret().step_of(&code, at(seconds));
        assert_eq!([2_969, 2_970, 3_000, 3_059, 3_060].map(accepted), [None, Some(100), Some(100), Some(100), None]);
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(secret().step_of(&spaced, at(3_000)), Some(100));
        for wrong in ["", "12345", &code[..5], &format!("{code}0"), "½23456"] {
            assert_eq!(secret().step_of(wrong, at(3_000)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_address_and_a_person_the_text() {
        assert_eq!(secret().text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            secret().address("Acme & Co", "ada@example.org"),
            "otpauth://totp/Acme%20%26%20Co:ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Acme%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
        assert!(!format!("{:?}", secret()).contains("GEZD"));
    }
}
