//! The hidden token of every form, bound to the sign-in: a form that another site made, or that was made for another
//! sign-in, is refused, whatever the browser says about where it came from.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The form field that carries it.
pub(crate) const FIELD: &str = "form_token";

/// The token of the forms of a sign-in. The sign-in's own token is 256 random bits, so that a hash of it under a label
/// tells nothing of it and cannot be guessed.
pub(crate) fn form_token(sign_in: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(b"membership form token\0");
    digest.update(sign_in.as_bytes());
    data_encoding::BASE64URL_NOPAD.encode(&digest.finalize())
}

/// Whether a form carries the token it must.
pub(crate) fn fits(expected: &str, carried: &str) -> bool {
    expected.as_bytes().ct_eq(carried.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_one_sign_in() {
        let ada = form_token("mst_ada");
        assert!(fits(&ada, &form_token("mst_ada")));
        assert!(!fits(&ada, &form_token("mst_eve")));
        assert!(!fits(&ada, ""));
        assert!(!ada.contains("mst_"));
    }
}
