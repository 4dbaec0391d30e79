//! An authenticator in software: makes one passkey and shows it, as a phone or a security key does (WebAuthn Level 3,
//! section 6).

use data_encoding::BASE64URL_NOPAD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody is there, and is who they are: what the authenticator says of the person before it.
const PRESENT_AND_VERIFIED: u8 = 0b0000_0101;
const PRESENT: u8 = 0b0000_0001;
const WITH_KEY: u8 = 0b0100_0000;

/// An authenticator in software.
pub struct Authenticator {
    /// What it says the page's origin is; a browser would say where the page came from.
    pub origin: String,
    /// Its counter; `None` for one that does not count, as those that are synchronised.
    pub counter: Option<u32>,
    /// Whether it asks for a fingerprint or a PIN.
    pub verifies: bool,
    key: EcdsaKeyPair,
    id: [u8; 16],
    user: String,
}

impl Authenticator {
    /// A new one for pages of an origin.
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let written = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, written.as_ref(), &random).expect("a key");
        let mut id = [0; 16];
        random.fill(&mut id).expect("randomness");
        Self { origin: origin.to_owned(), counter: Some(0), verifies: true, key, id, user: String::new() }
    }

    /// What `navigator.credentials.create` gives for a challenge's options.
    pub fn makes(&mut self, options: &Value) -> Value {
        self.user = options["user"]["id"].as_str().expect("whose it becomes").to_owned();
        let mut data = self.data(&options["rp"]["id"], WITH_KEY);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        // The key as COSE writes it (RFC 9053): EC2, ES256, P-256, then x and y.
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(x);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(y);
        // The statement in CBOR: no attestation, and the data.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("less than 256 bytes"));
        object.extend(data);
        json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encoded(self.told("webauthn.create", options).as_bytes()),
                "attestationObject": encoded(&object),
                "transports": ["internal"],
            },
        })
    }

    /// What `navigator.credentials.get` gives for a challenge's options.
    pub fn shows(&mut self, options: &Value) -> Value {
        self.counter = self.counter.map(|counter| counter + 1);
        let data = self.data(&options["rpId"], 0);
        let told = self.told("webauthn.get", options);
        let signed = [data.as_slice(), Sha256::digest(&told).as_slice()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encoded(told.as_bytes()),
                "authenticatorData": encoded(&data),
                "signature": encoded(signature.as_ref()),
                "userHandle": self.user,
            },
        })
    }

    fn id(&self) -> String {
        encoded(&self.id)
    }

    fn told(&self, kind: &str, options: &Value) -> String {
        let challenge = &options["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    fn data(&self, site: &Value, flags: u8) -> Vec<u8> {
        let person = if self.verifies { PRESENT_AND_VERIFIED } else { PRESENT };
        let mut data = Sha256::digest(site.as_str().expect("the site's host")).to_vec();
        data.push(person | flags);
        data.extend(self.counter.unwrap_or_default().to_be_bytes());
        data
    }
}

fn encoded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}
