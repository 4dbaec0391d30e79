//! The keys that a provider signs with, of every kind that is believed.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};
use serde_json::{Value, json};

/// An RSA key of 2,048 bits for tests and nothing else: making one takes a debug build longer than the tests.
const RSA: &[u8] = include_bytes!("../../data/rsa-2048.der");

/// A key of a provider.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    algorithm: Algorithm,
    private: Vec<u8>,
    public: Value,
}

impl Key {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let (private, public) = match algorithm {
            Algorithm::ES256 => elliptic(),
            Algorithm::EdDSA => edwards(),
            Algorithm::RS256 | Algorithm::PS256 => rsa(),
            other => panic!("no keys of {other:?} are made here"),
        };
        Self { id: super::unguessable(), algorithm, private, public }
    }

    /// The same key under another's name.
    pub(super) fn under(self, id: String) -> Self {
        Self { id, ..self }
    }

    pub(super) fn published(&self) -> Value {
        let mut key = self.public.clone();
        key["use"] = json!("sig");
        key["alg"] = json!(self.algorithm);
        key["kid"] = json!(self.id);
        key
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        let key = match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&self.private),
            Algorithm::EdDSA => EncodingKey::from_ed_der(&self.private),
            _ => EncodingKey::from_rsa_der(&self.private),
        };
        let header = Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &key).expect("a signature")
    }
}

fn elliptic() -> (Vec<u8>, Value) {
    let random = SystemRandom::new();
    let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.as_ref(), &random).expect("a key");
    let point = pair.public_key().as_ref();
    let public = json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..65]) });
    (private.as_ref().to_vec(), public)
}

fn edwards() -> (Vec<u8>, Value) {
    let private = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).expect("a key");
    (private.as_ref().to_vec(), json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }))
}

fn rsa() -> (Vec<u8>, Value) {
    let pair = RsaKeyPair::from_der(RSA).expect("a key");
    let parts: PublicKeyComponents<Vec<u8>> = pair.public().into();
    (RSA.to_vec(), json!({ "kty": "RSA", "n": text(&parts.n), "e": text(&parts.e) }))
}

fn text(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}
