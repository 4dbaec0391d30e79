//! The hidden token of every form, bound to the sign-in: a form that another site made, or that was made for another
//! sign-in, is refused, whatever the browser says about where it came from.
//!
//! Pages are sent compressed and repeat what was searched for, so that the length of an answer could be used to guess
//! what else is in it (BREACH). Each page therefore carries the token under a fresh mask.

use data_encoding::BASE64URL_NOPAD;
use membership_core::port::Random;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The form field that carries it.
pub(crate) const FIELD: &str = "form_token";

const LENGTH: usize = 32;

/// The token of the forms of a sign-in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormToken([u8; LENGTH]);

impl FormToken {
    /// The sign-in's own token is 256 random bits, so that a hash of it under a label tells nothing of it and cannot be
    /// guessed.
    pub(crate) fn of(sign_in: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"membership form token\0");
        digest.update(sign_in.as_bytes());
        Self(digest.finalize().into())
    }

    /// As a page carries it.
    pub(crate) fn masked(self, random: &dyn Random) -> String {
        let mask = random.secret();
        let masked = std::iter::zip(mask, self.0).map(|(mask, byte)| mask ^ byte);
        BASE64URL_NOPAD.encode(&mask.into_iter().chain(masked).collect::<Vec<_>>())
    }

    /// Whether a form carries the token it must.
    pub(crate) fn fits(self, carried: &str) -> bool {
        let decoded = BASE64URL_NOPAD.decode(carried.as_bytes()).unwrap_or_default();
        let Some((mask, masked)) = decoded.split_at_checked(LENGTH).filter(|_| decoded.len() == 2 * LENGTH) else {
            return false;
        };
        let token: Vec<u8> = std::iter::zip(mask, masked).map(|(mask, byte)| mask ^ byte).collect();
        self.0.as_slice().ct_eq(&token).into()
    }
}

#[cfg(test)]
mod tests {
    use membership_testkit::SeededRandom;

    use super::*;

    #[test]
    fn a_token_belongs_to_one_sign_in_and_looks_different_each_time() {
        let (ada, eve) = (FormToken::of("mst_ada"), FormToken::of("mst_eve"));
        let random = SeededRandom::default();
        let (first, second) = (ada.masked(&random), ada.masked(&random));
        assert_ne!(first, second);
        assert!(ada.fits(&first) && ada.fits(&second));
        assert!(!ada.fits(&eve.masked(&random)));
        for bad in ["", "another", "AAAA", &first[..40], &format!("{first}AAAA")] {
            assert!(!ada.fits(bad), "{bad}");
        }
    }
}
