//! The short code that people without a mailbox type in the place of their personal link: it is read out, written down
//! and typed on a phone (S4.8, `docs/decisions/0033`).
//!
//! `7KQM-4XPD-9RTW`: twelve digits of Crockford's base 32, which has no letter that looks like a digit. Five find the
//! member's row, six are the secret, and one tells a slip of the finger from a guess.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::input::{InvalidInput, visible};

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many digits find the row, and how many are the secret.
const LOCATOR: usize = 5;
const SECRET: usize = 6;
const GROUP: usize = 4;

/// What finds the row that decides about a code: five digits, worth nothing alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CodeLocator(pub u32);

impl CodeLocator {
    /// One of 2²⁵, from random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        let [a, b, c, d, ..] = random;
        Self(u32::from_be_bytes([a, b, c, d]) >> 7)
    }
}

/// A code: what was typed, or what it must be.
pub struct TypedCode {
    digits: [u8; LOCATOR + SECRET],
}

impl TypedCode {
    /// The code that takes the place of a personal link. Its secret follows from the link's own, which is nowhere kept:
    /// nothing in a dump of the database is a usable code.
    pub fn of(locator: CodeLocator, link: &SecretString) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"membership: typed code");
        digest.update(locator.0.to_be_bytes());
        digest.update(link.expose_secret().as_bytes());
        let hash: [u8; 32] = digest.finalize().into();
        let mut digits = [0; LOCATOR + SECRET];
        let found = (0_u32..5).rev().map(|place| u8::try_from((locator.0 >> (5 * place)) & 31).unwrap_or_default());
        // Five bits of each byte: as good as any other thirty bits of the hash.
        let secret = hash.iter().map(|byte| byte & 31);
        for (to, from) in digits.iter_mut().zip(found.chain(secret)) {
            *to = from;
        }
        Self { digits }
    }

    /// Reads what somebody typed, in capitals or not, with whatever blanks and dashes; `O` is read as `0`, `I` and `L` as
    /// `1`.
    ///
    /// # Errors
    /// `mistyped`, about the field `code`: too many or too few digits, others than there are, or one of them is wrong.
    /// Nothing was looked for yet, so that a slip of the finger is no guess.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let rule = "must be the twelve letters and digits of the letter, such as `7KQM-4XPD-9RTW`; check each of them";
        let wrong = || InvalidInput::new("code", "mistyped", rule);
        let seen = visible(text);
        let typed =
            seen.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–' | '—' | '_' | '.'));
        let typed: Option<Vec<u8>> = typed.take(LOCATOR + SECRET + 2).map(value).collect();
        let typed = typed.ok_or_else(wrong)?;
        let (check, digits) = typed.split_last().ok_or_else(wrong)?;
        let digits: [u8; LOCATOR + SECRET] = digits.try_into().map_err(|_| wrong())?;
        if checksum(&digits) == *check { Ok(Self { digits }) } else { Err(wrong()) }
    }

    /// What finds its row.
    pub fn locator(&self) -> CodeLocator {
        let found = self.digits.iter().take(LOCATOR);
        CodeLocator(found.fold(0, |sum, digit| (sum << 5) | u32::from(*digit)))
    }

    /// Whether both are the same, in a time that does not tell where they differ (A29).
    pub fn is(&self, other: &Self) -> bool {
        self.digits.ct_eq(&other.digits).into()
    }

    /// The code as it is printed, in groups: a secret.
    pub fn text(&self) -> SecretString {
        let all: Vec<u8> = self.digits.iter().copied().chain([checksum(&self.digits)]).collect();
        let groups = all.chunks(GROUP).map(|group| group.iter().copied().map(digit).collect::<String>());
        SecretString::from(groups.collect::<Vec<_>>().join("-"))
    }
}

impl std::fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedCode(…)")
    }
}

fn digit(value: u8) -> char {
    DIGITS.get(usize::from(value)).map_or('0', |byte| char::from(*byte))
}

fn value(typed: char) -> Option<u8> {
    let typed = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    DIGITS.iter().position(|byte| char::from(*byte) == typed).and_then(|at| u8::try_from(at).ok())
}

/// The digits as a polynomial over the field of 32 elements, at a generator: one wrong digit is always found, and so are
/// two that changed places.
fn checksum(digits: &[u8]) -> u8 {
    let times_generator = |it: u8| if it & 0b1_0000 == 0 { it << 1 } else { ((it << 1) & 0b1_1111) ^ 0b0_0101 };
    digits.iter().fold(0, |sum, digit| times_generator(sum ^ digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u8) -> TypedCode {
        TypedCode::of(CodeLocator::new([number; 32]), &SecretString::from(format!("mls_{number}")))
    }

    fn text(number: u8) -> String {
        code(number).text().expose_secret().to_owned()
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for number in 0..=255 {
            let text = text(number);
            assert_eq!((text.len(), text.matches('-').count()), (14, 2), "{text}");
            assert!(!text.contains(['I', 'L', 'O', 'U']), "{text}");
            let sloppy = text.replace('0', "o").replace('1', "l").replace('-', "  ").to_lowercase();
            for typed in [
                text.clone(),
                format!(" {sloppy}\n"),
                text.replace('-', "-\u{200b}"),
                text.replace('-', "–"),
                text.replace('1', "I"),
            ] {
                let read = TypedCode::parse(&typed).unwrap();
                assert!(read.is(&code(number)), "{typed}");
                assert_eq!(read.locator(), CodeLocator::new([number; 32]));
            }
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_no_guess() {
        let right = text(7);
        let digits: Vec<char> = right.chars().filter(|c| *c != '-').collect();
        for at in 0..digits.len() {
            for other in DIGITS.iter().map(|byte| char::from(*byte)).filter(|other| *other != digits[at]) {
                let mut typed = digits.clone();
                typed[at] = other;
                assert!(TypedCode::parse(&typed.iter().collect::<String>()).is_err(), "{typed:?}");
            }
            if let Some(next) = digits.get(at + 1).filter(|next| **next != digits[at]) {
                let mut typed = digits.clone();
                (typed[at], typed[at + 1]) = (*next, digits[at]);
                assert!(TypedCode::parse(&typed.iter().collect::<String>()).is_err(), "{typed:?}");
            }
        }
        for wrong in
            ["", "-", "7", &right[..13], &format!("{right}0"), &right.replace(digits[3], "U"), "é", &"0".repeat(99)]
        {
            assert_eq!(TypedCode::parse(wrong).unwrap_err().code, "mistyped", "{wrong}");
        }
    }

    #[test]
    fn another_link_or_another_locator_is_another_code() {
        let link = |text: &str| SecretString::from(text.to_owned());
        let one = TypedCode::of(CodeLocator(5), &link("mls_one"));
        assert!(one.is(&TypedCode::of(CodeLocator(5), &link("mls_one"))));
        assert!(!one.is(&TypedCode::of(CodeLocator(5), &link("mls_two"))));
        assert!(!one.is(&TypedCode::of(CodeLocator(6), &link("mls_one"))));
        let secret = |locator| text_of(&TypedCode::of(CodeLocator(locator), &link("mls_one")));
        assert_ne!(secret(5), secret(6), "the secret does not show behind another locator");
        assert!(!format!("{one:?}").contains(one.text().expose_secret()));
    }

    fn text_of(code: &TypedCode) -> String {
        code.text().expose_secret().chars().filter(|c| *c != '-').skip(LOCATOR).take(SECRET).collect()
    }
}
