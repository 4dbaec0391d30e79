//! The `Idempotency-Key` of a request, and the hashes by which its repeat is recognised (F20).

use axum::body::Bytes;
use http::HeaderMap;
use membership_core::draft::derived_id;
use membership_core::facts::ReceiptKey;
use membership_core::input::InvalidInput;
use membership_core::secret::TokenHash;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The header's name.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request that may be sent twice: its key, who sent it, and all that was asked.
#[derive(Clone)]
pub(crate) struct Keyed {
    pub(crate) key: String,
    pub(crate) sender: Vec<u8>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

impl Keyed {
    /// The scope of a request that belongs to no organization and no user that is known yet.
    pub(crate) fn own_scope(&self) -> Uuid {
        derived_id(&[b"idempotency-key", self.key.as_bytes()])
    }

    /// The name under which the receipt is kept.
    pub(crate) fn receipt_key(&self, scope: Uuid) -> ReceiptKey {
        let hash = digest(&[b"receipt", &self.sender, self.key.as_bytes()]);
        ReceiptKey { scope, key: TokenHash(hash) }
    }

    /// The hash of everything that was asked. The key and the deployment's secret go in, because the body may hold a
    /// password and the hash is kept: without them a dump of the store would let it be guessed.
    pub(crate) fn fingerprint(&self, secret: &str) -> [u8; 32] {
        let (key, method, path) = (self.key.as_bytes(), self.method.as_bytes(), self.path.as_bytes());
        digest(&[b"fingerprint", secret.as_bytes(), key, method, path, &self.body])
    }
}

/// SHA-256 over parts, each with its length, so that no two lists of parts run into one.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

/// The key a request carries: 1 to 255 visible ASCII characters.
pub(crate) fn of(headers: &HeaderMap) -> Result<Option<String>, InvalidInput> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let fits = (1..=255).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic()) && values.next().is_none();
    if fits {
        return Ok(Some(text.to_owned()));
    }
    let rule = "must be one key of 1 to 255 visible ASCII characters without spaces";
    Err(InvalidInput::new("Idempotency-Key", "not-a-key", rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        let check = |text: &[u8]| {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static(IDEMPOTENCY_KEY),
                http::HeaderValue::from_bytes(text).unwrap(),
            )]);
            of(&headers).map_err(|it| it.code)
        };
        assert_eq!(of(&HeaderMap::new()), Ok(None));
        assert_eq!(check(b"a-1"), Ok(Some("a-1".to_owned())));
        assert_eq!(check(&[b'x'; 255]).map(|it| it.is_some()), Ok(true));
        assert_eq!(check(&[b'x'; 256]), Err("not-a-key"));
        for bad in [b"".as_slice(), b"a b", "é".as_bytes(), b"\t"] {
            assert_eq!(check(bad), Err("not-a-key"), "{bad:?}");
        }
    }

    #[test]
    fn f20_every_part_of_a_request_counts() {
        let request = |sender: &[u8], path: &str, body: &'static [u8]| Keyed {
            key: "k".to_owned(),
            sender: sender.to_vec(),
            method: "POST".to_owned(),
            path: path.to_owned(),
            body: Bytes::from_static(body),
        };
        let first = request(b"ada", "/x", b"{}");
        assert_eq!(first.fingerprint(""), request(b"ada", "/x", b"{}").fingerprint(""));
        assert_ne!(first.fingerprint(""), request(b"ada", "/y", b"{}").fingerprint(""));
        assert_ne!(first.fingerprint(""), request(b"ada", "/x", b"{ }").fingerprint(""));
        let scope = Uuid::nil();
        assert_ne!(first.receipt_key(scope), request(b"bob", "/x", b"{}").receipt_key(scope));
    }
}
