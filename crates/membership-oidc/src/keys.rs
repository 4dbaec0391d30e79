//! An issuer's public keys, kept in memory: fetched when first needed, anew after an hour and when a token names a key
//! that is not known, and the old ones for as long as no new ones can be had.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use membership_core::port::Clock;
use serde::Deserialize;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use crate::fetch::{Fetch, FetchError};

/// How long keys are good without looking again.
const GOOD_FOR: Duration = Duration::hours(1);

/// How long to wait after having looked for a key that nobody knew, or in vain: an attacker who makes up names of keys
/// must not make us ask the issuer for each.
const PAUSE: Duration = Duration::seconds(30);

/// The same while there are no keys at all: whoever is known to nobody waits for the issuer, but not for long.
const FIRST_PAUSE: Duration = Duration::seconds(3);

/// Where an issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// At this address.
    Url(String),
    /// In this file, which is read again as a document at an address would be.
    File(PathBuf),
}

pub(crate) struct Keys {
    source: KeySource,
    fetch: Fetch,
    clock: Arc<dyn Clock>,
    kept: RwLock<Kept>,
    /// Held by whoever looks, so that one looks for all. Nobody whose key is known waits for it.
    looking: Mutex<()>,
}

#[derive(Clone, Default)]
struct Kept {
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<OffsetDateTime>,
    paused_until: Option<OffsetDateTime>,
    /// Why there is no set.
    failure: String,
    /// How often somebody has looked.
    looks: u64,
}

impl Keys {
    pub(crate) fn new(source: KeySource, fetch: Fetch, clock: Arc<dyn Clock>) -> Self {
        Self { source, fetch, clock, kept: RwLock::default(), looking: Mutex::default() }
    }

    /// The key of that name; the only one there is if no name is given. `None` if there is none.
    ///
    /// # Errors
    /// If there are no keys at all and none can be had.
    pub(crate) async fn key(&self, name: Option<&str>) -> Result<Option<Jwk>, FetchError> {
        let now = self.clock.now();
        let seen = self.kept();
        let known = seen.set.as_deref().and_then(|set| found(set, name));
        let is_fresh = seen.fetched_at.is_some_and(|at| now < at.saturating_add(GOOD_FOR));
        let is_paused = seen.paused_until.is_some_and(|until| now < until);
        if is_paused || (is_fresh && known.is_some()) {
            return seen.answer(name);
        }
        let looking = match self.looking.try_lock() {
            Ok(looking) => looking,
            // Somebody looks already, and what is known is good enough until they are back.
            Err(_) if known.is_some() => return Ok(known),
            Err(_) => self.looking.lock().await,
        };
        if self.kept().looks == seen.looks {
            let looked = self.read().await;
            self.learn(looked, now, is_fresh);
        }
        drop(looking);
        self.kept().answer(name)
    }

    /// Keeps what was found. Old keys stay if there are none to be had. `in_search` of a key that fresh ones do not have,
    /// the next look waits, too.
    fn learn(&self, looked: Result<JwkSet, FetchError>, now: OffsetDateTime, in_search: bool) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.looks = kept.looks.wrapping_add(1);
        match looked {
            Ok(set) => {
                kept.set = Some(Arc::new(set));
                kept.fetched_at = Some(now);
                kept.paused_until = in_search.then(|| now.saturating_add(PAUSE));
            }
            Err(error) => {
                let pause = if kept.set.is_some() { PAUSE } else { FIRST_PAUSE };
                tracing::warn!(%error, source = ?self.source, "the keys of an issuer cannot be had; known ones stay");
                kept.paused_until = Some(now.saturating_add(pause));
                kept.failure = error.to_string();
            }
        }
    }

    fn kept(&self) -> Kept {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read(&self) -> Result<JwkSet, FetchError> {
        let bytes = match &self.source {
            KeySource::Url(address) => self.fetch.get(address).await?,
            KeySource::File(path) => tokio::fs::read(path)
                .await
                .map_err(|error| FetchError::Unreadable(format!("`{}`: {error}", path.display())))?,
        };
        understood(&bytes)
    }
}

impl Kept {
    fn answer(&self, name: Option<&str>) -> Result<Option<Jwk>, FetchError> {
        let set = self.set.as_deref().ok_or_else(|| FetchError::Unreadable(self.failure.clone()))?;
        Ok(found(set, name))
    }
}

/// The keys of a set that are of a known kind; others are passed over (RFC 7517, section 5).
fn understood(document: &[u8]) -> Result<JwkSet, FetchError> {
    #[derive(Deserialize)]
    struct Document {
        keys: Vec<serde_json::Value>,
    }
    let document: Document =
        serde_json::from_slice(document).map_err(|error| FetchError::Unreadable(format!("no key set: {error}")))?;
    let readable = document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    let keys = readable.filter(|key: &Jwk| !matches!(key.algorithm, AlgorithmParameters::Other(_)));
    Ok(JwkSet { keys: keys.collect() })
}

fn found(set: &JwkSet, name: Option<&str>) -> Option<Jwk> {
    let mut signing = set.keys.iter().filter(|key| key.common.public_key_use != Some(PublicKeyUse::Encryption));
    match name {
        Some(name) => signing.find(|key| key.common.key_id.as_deref() == Some(name)).cloned(),
        None => {
            let only = signing.next().cloned();
            only.filter(|_| signing.next().is_none())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_kinds_that_nobody_knows_yet_are_passed_over() {
        let document = br#"{"keys": [
            {"kty": "AKP", "alg": "ML-DSA-44", "kid": "later", "pub": "AA"},
            {"kty": "EC", "crv": "P-256", "kid": "enc", "use": "enc", "x": "AA", "y": "AA"},
            {"kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "x": "AA", "y": "AA"}
        ]}"#;
        let set = understood(document).unwrap();
        assert!(found(&set, Some("1")).is_some());
        for no in ["later", "enc", "2"] {
            assert!(found(&set, Some(no)).is_none(), "{no}");
        }
        assert_eq!(found(&set, None), found(&set, Some("1")), "the only one that signs");
        for no_set in [&b"<html>"[..], b"{}", b"[]"] {
            assert!(understood(no_set).is_err());
        }
    }
}
