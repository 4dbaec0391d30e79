//! Keeps the answer of a request with its commit, and gives it again to a repeat: the effect of one (I14).

use std::sync::Arc;

use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::port::Random;
use membership_core::refusal::Refusal;
use membership_core::service::{Failure, Outcome, Request};
use secrecy::ExposeSecret;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::answer::{Answer, Answered};
use crate::key::Keyed;
use crate::options::Api;
use crate::problem::Problem;
use crate::seal::Seal;

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);

/// What goes with a command: the request's id for the audit log and, if it has an `Idempotency-Key`, its receipt.
pub(crate) struct Keeper<'a> {
    request_id: Option<&'a str>,
    client: Option<&'a str>,
    agent: Option<&'a str>,
    keeping: Option<Keeping>,
}

struct Keeping {
    key: ReceiptKey,
    fingerprint: [u8; 32],
    seal: Seal,
    expires_at: OffsetDateTime,
    random: Arc<dyn Random>,
}

impl<'a> Keeper<'a> {
    /// A keeper for a request; `scope` is the organization or user whose request it is. The time is the store's, like
    /// that of everything else that ends.
    pub(crate) async fn new(
        api: &Api,
        (request_id, client, agent): (Option<&'a str>, Option<&'a str>, Option<&'a str>),
        keyed: Option<&Keyed>,
        scope: Uuid,
    ) -> Result<Self, Failure> {
        let Some(keyed) = keyed else { return Ok(Self { request_id, client, agent, keeping: None }) };
        let ports = api.memberships().ports();
        let now = ports.store.read(&Scope::default()).await?.now;
        let secret = api.options.sealing_secret.as_ref().map_or("", |secret| secret.expose_secret());
        let keeping = Keeping {
            key: keyed.receipt_key(scope),
            fingerprint: keyed.fingerprint(secret),
            seal: Seal::of(keyed, secret),
            expires_at: now + KEPT,
            random: ports.random.clone(),
        };
        Ok(Self { request_id, client, agent, keeping: Some(keeping) })
    }

    /// What the service is told of the request.
    pub(crate) fn request(&self) -> Request<'_> {
        let receipt = self.keeping.as_ref().map(|keeping| keeping.key);
        Request { id: self.request_id, client: self.client, agent: self.agent, receipt, dry_run: false }
    }

    /// What is kept of an answer.
    pub(crate) fn keep(&self, answer: &Answer) -> Option<Receipt> {
        let keeping = self.keeping.as_ref()?;
        let answer = serde_json::to_vec(answer).ok()?;
        Some(Receipt {
            key: keeping.key,
            fingerprint: keeping.fingerprint,
            answer: keeping.seal.close(&answer, keeping.random.secret())?,
            expires_at: keeping.expires_at,
        })
    }

    /// The answer to an outcome: made now, or the one that was kept.
    pub(crate) fn answer<R>(&self, outcome: Outcome<R>, answer: impl Fn(&R) -> Answer) -> Answered {
        match outcome {
            Outcome::Done(reply) => Ok(answer(&reply)),
            Outcome::Repeated(receipt) => self.again(&receipt),
        }
    }

    fn again(&self, receipt: &Receipt) -> Answered {
        let keeping = self.keeping.as_ref().filter(|keeping| keeping.fingerprint == receipt.fingerprint);
        let Some(keeping) = keeping else { return Err(Refusal::KeyReused.into()) };
        let opened = keeping.seal.open(&receipt.answer);
        let answer = opened.and_then(|opened| serde_json::from_slice::<Answer>(&opened).ok());
        answer.map(Answer::again).ok_or_else(|| {
            tracing::error!("a kept answer cannot be opened");
            Problem::own("internal-error")
        })
    }
}
