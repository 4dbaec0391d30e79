//! Seals kept answers, so that a dump of the store opens none of them: not the token in it, and not the link (A27).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

use crate::key::{Keyed, digest};

const NONCE: usize = 12;

/// Opens and closes the answer to one request. Its key follows from the whole request and its `Idempotency-Key`, of which
/// the store keeps only other hashes, and from the deployment's own secret if it has one.
pub(crate) struct Seal {
    cipher: ChaCha20Poly1305,
    bound_to: [u8; 32],
}

impl Seal {
    pub(crate) fn of(request: &Keyed, secret: &str) -> Self {
        let key = digest(&[
            b"seal",
            secret.as_bytes(),
            request.key.as_bytes(),
            &request.sender,
            request.method.as_bytes(),
            request.path.as_bytes(),
            &request.body,
        ]);
        Self { cipher: ChaCha20Poly1305::new(&Key::from(key)), bound_to: request.fingerprint(secret) }
    }

    /// Closes an answer. The nonce is fresh: an answer may be made again after a conflict, and is then another one.
    pub(crate) fn close(&self, answer: &[u8], random: [u8; 32]) -> Option<Vec<u8>> {
        let nonce = random.first_chunk::<NONCE>()?;
        let payload = Payload { msg: answer, aad: &self.bound_to };
        let sealed = self.cipher.encrypt(&Nonce::from(*nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`close`](Self::close) made.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &self.bound_to };
        self.cipher.decrypt(&Nonce::from(*nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::*;

    fn request(key: &str, body: &'static str) -> Keyed {
        Keyed {
            key: key.to_owned(),
            sender: b"ada".to_vec(),
            method: "POST".to_owned(),
            path: "/api/v1/sign-ins".to_owned(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn a27_only_the_same_request_opens_its_answer() {
        let sealed = Seal::of(&request("k", "{}"), "s").close(b"mst_token", [7; 32]).unwrap();
        assert!(!sealed.windows(4).any(|it| it == b"mst_"));
        let open = |key, body, secret| Seal::of(&request(key, body), secret).open(&sealed);
        assert_eq!(open("k", "{}", "s").as_deref(), Some(b"mst_token".as_slice()));
        assert_eq!(open("other", "{}", "s"), None);
        assert_eq!(open("k", "{ }", "s"), None);
        assert_eq!(open("k", "{}", ""), None);
        assert_eq!(Seal::of(&request("k", "{}"), "s").open(b"short"), None);
    }
}
