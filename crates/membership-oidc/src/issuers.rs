//! Bearer tokens of trusted issuers: signed by a key that the issuer publishes, by an algorithm that needs no shared secret,
//! for us and in time (RFC 7519, RFC 8725).

use std::sync::Arc;

use async_trait::async_trait;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use membership_core::email::EmailAddress;
use membership_core::identity::{Assertion, SecondFactorTrust, Subject};
use membership_core::language::Language;
use membership_core::name::PersonName;
use membership_core::port::{Clock, IssuerUnreachable, TrustedIssuers, Vouched, to_micros};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::fetch::{Fetch, FetchError};
pub use crate::keys::KeySource;
use crate::keys::Keys;

/// The algorithms that are believed: none with a shared secret, and never `none` (RFC 8725, section 3.1).
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// By how many seconds the clocks of issuer and server may differ.
const LEEWAY: u64 = 30;

/// The longest token, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// The fewest base64 characters of an RSA modulus: 2,048 bits.
const SHORTEST_MODULUS: usize = 341;

/// When an address in a token counts as verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailTrust {
    /// If the claim `email_verified` is true.
    Claim,
    /// Always: the issuer verifies every address it names.
    Always,
    /// Never.
    Never,
}

/// What the operator says of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerOptions {
    /// The claim `iss`, exactly.
    pub issuer: String,
    /// What the claim `aud` must contain, exactly.
    pub audience: String,
    /// Where its keys are.
    pub keys: KeySource,
    /// The claim that names the person for ever.
    pub subject_claim: String,
    /// The claim with the address.
    pub email_claim: String,
    /// The claim with the name.
    pub name_claim: String,
    /// When the address counts as verified.
    pub email_trust: EmailTrust,
    /// What a token must say for a second factor to count.
    pub second_factor: SecondFactorTrust,
    /// Whether the account's name follows the claim.
    pub follows_name: bool,
    /// Whether the account's address follows the claim.
    pub follows_email: bool,
}

/// The trusted issuers of a deployment.
pub struct JwtIssuers(Vec<Issuer>);

struct Issuer {
    options: IssuerOptions,
    keys: Keys,
}

impl JwtIssuers {
    /// Issuers to be trusted. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`FetchError`] if there can be no HTTP client.
    pub fn new(all: Vec<IssuerOptions>, clock: &Arc<dyn Clock>) -> Result<Self, FetchError> {
        let fetch = Fetch::new()?;
        let issuer = |options: IssuerOptions| Issuer {
            keys: Keys::new(options.keys.clone(), fetch.clone(), clock.clone()),
            options,
        };
        Ok(Self(all.into_iter().map(issuer).collect()))
    }
}

#[async_trait]
impl TrustedIssuers for JwtIssuers {
    async fn vouch(&self, token: &str) -> Result<Option<Vouched>, IssuerUnreachable> {
        if LONGEST_TOKEN < token.len() || token.split('.').count() != 3 {
            return Ok(None);
        }
        let Ok(header) = decode_header(token) else { return Ok(None) };
        // Only to find out whose keys to try; nothing is believed before the signature is checked.
        let Ok(unchecked) = insecure_decode_claims::<Map<String, Value>>(token) else { return Ok(None) };
        let named = unchecked.get("iss").and_then(Value::as_str);
        let Some(issuer) = self.0.iter().find(|it| Some(it.options.issuer.as_str()) == named) else { return Ok(None) };
        if !ALGORITHMS.contains(&header.alg) {
            return Ok(None);
        }
        let key = issuer
            .keys
            .key(header.kid.as_deref())
            .await
            .map_err(|error| IssuerUnreachable { issuer: issuer.options.issuer.clone(), reason: error.to_string() })?;
        let vouched = key.and_then(|key| issuer.options.believed(token, header.alg, &key));
        if vouched.is_none() {
            tracing::debug!(issuer = %issuer.options.issuer, "a token does not hold");
        }
        Ok(vouched)
    }
}

impl IssuerOptions {
    fn believed(&self, token: &str, algorithm: Algorithm, key: &Jwk) -> Option<Vouched> {
        if !fits(key, algorithm) {
            return None;
        }
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let key = DecodingKey::from_jwk(key).ok()?;
        let claims = decode::<Map<String, Value>>(token, &key, &validation).ok()?.claims;
        self.said(&claims)
    }

    fn said(&self, claims: &Map<String, Value>) -> Option<Vouched> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let instant = |name: &str| {
            let seconds = claims.get(name)?.as_i64()?;
            OffsetDateTime::from_unix_timestamp(seconds).ok().map(to_micros)
        };
        let expires_at = instant("exp")?;
        let assertion = Assertion {
            subject: Subject::parse(&self.issuer, text(&self.subject_claim)?).ok()?,
            email: text(&self.email_claim).and_then(|it| EmailAddress::parse(it).ok()),
            email_verified: match self.email_trust {
                EmailTrust::Always => true,
                EmailTrust::Never => false,
                EmailTrust::Claim => claims.get("email_verified").and_then(Value::as_bool) == Some(true),
            },
            name: text(&self.name_claim).and_then(|it| PersonName::parse(it).ok()),
            language: text("locale").and_then(|it| it.get(..2)).and_then(|it| it.parse::<Language>().ok()),
            second_factor: {
                let methods = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
                self.second_factor.is_met(text("acr"), methods.filter_map(Value::as_str))
            },
        };
        Some(Vouched {
            assertion,
            issued_at: instant("iat").unwrap_or(expires_at),
            expires_at,
            follows_name: self.follows_name,
            follows_email: self.follows_email,
        })
    }
}

/// Whether a key is of the kind that the algorithm needs, and meant for it.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let meant = key.common.key_algorithm.is_none_or(|it| it.to_string() == format!("{algorithm:?}"));
    let kind = match &key.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            matches!(algorithm, Algorithm::RS256 | Algorithm::PS256) && SHORTEST_MODULUS <= rsa.n.len()
        }
        AlgorithmParameters::EllipticCurve(_) => algorithm == Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(_) => algorithm == Algorithm::EdDSA,
        _ => false,
    };
    meant && kind
}
