//! An issuer's public keys, kept in memory: fetched when first needed, anew after an hour and when a token names a key
//! that is not known, and the old ones for as long as no new ones can be had.

use std::path::PathBuf;
use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use membership_core::port::Clock;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use crate::fetch::{Fetch, FetchError};

/// How long keys are good without looking again.
const GOOD_FOR: Duration = Duration::hours(1);

/// How long to wait after having looked for a key that nobody knew, or in vain: an attacker who makes up names of keys
/// must not make us ask the issuer for each.
const PAUSE: Duration = Duration::seconds(30);

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
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<OffsetDateTime>,
    paused_until: Option<OffsetDateTime>,
}

impl Keys {
    pub(crate) fn new(source: KeySource, fetch: Fetch, clock: Arc<dyn Clock>) -> Self {
        Self { source, fetch, clock, kept: Mutex::default() }
    }

    /// The key of that name; the only one there is if no name is given. `None` if there is none.
    ///
    /// # Errors
    /// If there are no keys at all and none can be had.
    pub(crate) async fn key(&self, name: Option<&str>) -> Result<Option<Jwk>, FetchError> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        let is_old = kept.fetched_at.is_none_or(|at| at.saturating_add(GOOD_FOR) <= now);
        let may_look = kept.paused_until.is_none_or(|until| until <= now);
        if kept.set.is_none() || (is_old && may_look) {
            self.look(&mut kept, now).await?;
        }
        let known = kept.set.as_deref().and_then(|set| found(set, name));
        if known.is_some() || kept.paused_until.is_some_and(|until| now < until) {
            return Ok(known);
        }
        kept.paused_until = Some(now.saturating_add(PAUSE));
        self.look(&mut kept, now).await?;
        Ok(kept.set.as_deref().and_then(|set| found(set, name)))
    }

    /// Looks for keys. Old ones stay if there are none to be had.
    async fn look(&self, kept: &mut Kept, now: OffsetDateTime) -> Result<(), FetchError> {
        match self.read().await {
            Ok(set) => {
                kept.set = Some(Arc::new(set));
                kept.fetched_at = Some(now);
                Ok(())
            }
            Err(error) if kept.set.is_some() => {
                tracing::warn!(%error, source = ?self.source, "the keys of an issuer cannot be had; the old ones stay");
                kept.paused_until = Some(now.saturating_add(PAUSE));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn read(&self) -> Result<JwkSet, FetchError> {
        let bytes = match &self.source {
            KeySource::Url(address) => self.fetch.get(address).await?,
            KeySource::File(path) => tokio::fs::read(path)
                .await
                .map_err(|error| FetchError::Unreadable(format!("`{}`: {error}", path.display())))?,
        };
        serde_json::from_slice(&bytes).map_err(|error| FetchError::Unreadable(format!("no key set: {error}")))
    }
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
