//! The service an application talks to: it gives commands their ids, runs them on the store, and reads for screens.

use std::sync::Arc;

use crate::changes::Changes;
use crate::command::Command;
use crate::facts::{Facts, Receipt, ReceiptKey, Scope};
use crate::port::{Composer, Directory, Doorbell, IssuerUnreachable, Overloaded, Random, Store, StoreError};
use crate::quota::{Bucket, MailLimits};
use crate::refusal::Refusal;
use crate::secret::LinkSigner;

mod accepting;
mod accounts;
mod attending;
mod backing_up;
mod clearing;
mod elsewhere;
mod importing;
mod keys;
mod memberships;
mod oneself;
mod reading;
mod records;
mod recovery;
mod roster;
mod second_factor;
mod setting_up;
mod templates;
mod undoing;

pub use accepting::{AcceptForm, AcceptedAccount, Inspection};
pub use accounts::{AccountRules, Accounts, Caller, FirstOperator, NewAccount, SignUpForm, SignedIn};
pub use backing_up::{Backups, NotRestored};
pub use clearing::ClearView;
pub use importing::{ImportTerms, ImportView, RowReport};
pub use keys::{KeyCaller, KeyList, KeyView};
pub use memberships::NewOffer;
pub use oneself::MOST_SIGN_INS;
pub use reading::OrganizationOfMine;
pub use records::{NamedShare, SharedRecord};
pub use roster::{LoginReport, RosterView};
pub use second_factor::{Challenge, Evidence, FactorSetUp, MyFactors, TotpOffer};
pub use setting_up::{HandedOver, LoginHelp, SetUpAccount, SetUpForm, SetUpInspection};
pub use templates::{Offered, TemplateText};
pub use undoing::UndoForecast;

/// What the service is built on.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Where lists are read.
    pub directory: Arc<dyn Directory>,
    /// What makes and recognises links.
    pub links: Arc<dyn LinkSigner>,
    /// Where ids and secrets come from.
    pub random: Arc<dyn Random>,
    /// How much mail may be caused; [`MailLimits::default`] unless there is a reason for something else.
    pub limits: MailLimits,
    /// Who is told that there is mail; without one, the courier finds it on its next round.
    pub doorbell: Option<Arc<dyn Doorbell>>,
}

/// Lets people into organizations. Cheap to clone; this is what an embedding program holds.
#[derive(Clone)]
pub struct Memberships {
    ports: Ports,
    composer: Arc<dyn Composer>,
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule said no; nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not do its work.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too much of the same work is waiting.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// A trusted issuer cannot be asked for its keys.
    #[error(transparent)]
    Issuer(#[from] IssuerUnreachable),
}

impl From<crate::input::InvalidInput> for Failure {
    fn from(input: crate::input::InvalidInput) -> Self {
        Self::Refused(input.into())
    }
}

/// What is known of the request that a command comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// Its id, for the audit log.
    pub id: Option<&'a str>,
    /// Which client of the network sent it, if that shows: for the limits on mail.
    pub client: Option<&'a str>,
    /// What sent it, as it calls itself: the `User-Agent`.
    pub agent: Option<&'a str>,
    /// Its receipt's key, if it may be sent twice.
    pub receipt: Option<ReceiptKey>,
    /// Whether to decide only, and write nothing (X.3).
    pub dry_run: bool,
}

/// What became of a command that was not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<R> {
    /// It was carried out now, or would be.
    Done(R),
    /// The same request was carried out before; this is what was kept of it.
    Repeated(Receipt),
}

impl<R> Outcome<R> {
    /// The same outcome with another answer to what was carried out now; what was kept of a repeated request stays.
    pub(crate) fn map<S>(self, answer: impl FnOnce(R) -> S) -> Outcome<S> {
        match self {
            Self::Done(reply) => Outcome::Done(answer(reply)),
            Self::Repeated(earlier) => Outcome::Repeated(earlier),
        }
    }
}

/// How often a use case is begun again after a conflict before the caller is told (F14).
const ATTEMPTS: usize = 5;

impl Memberships {
    /// A service on these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports, composer: Arc::new(templates::Unrendered) }
    }

    /// The same service, which knows the built-in texts of mails and can show what a mail will look like.
    #[must_use]
    pub fn composing_with(self, composer: Arc<dyn Composer>) -> Self {
        Self { composer, ..self }
    }

    /// What it is built on.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Runs a command: reads its facts, decides, and writes what changes in one transaction. After a conflict the whole
    /// of it is repeated, so that the decision is always made on what it changes.
    ///
    /// `receipt` makes what is kept of the answer; it is called before the commit and stored with it (I14).
    ///
    /// # Errors
    /// The refusal, or what the store could not do.
    pub async fn run<C: Command>(
        &self,
        command: &C,
        request: Request<'_>,
        receipt: impl Fn(&C::Reply) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<C::Reply>, Failure> {
        // The quotas that earlier attempts took from: they were made without knowing them, and perhaps one is used up.
        let mut buckets = Vec::new();
        for _ in 0..ATTEMPTS {
            match self.attempt(command, request, &mut buckets, &receipt).await {
                Err(Failure::Store(StoreError::Conflict)) => {}
                answer => return answer,
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Runs a command that needs no receipt.
    ///
    /// # Errors
    /// The refusal, or what the store could not do.
    pub async fn execute<C: Command>(&self, command: &C) -> Result<C::Reply, Failure> {
        self.once(command, Request::default()).await
    }

    /// What would become of a command now; nothing is written (X.3).
    ///
    /// # Errors
    /// The refusal, or what the store could not do.
    pub async fn try_out<C: Command>(&self, command: &C) -> Result<C::Reply, Failure> {
        self.once(command, Request { dry_run: true, ..Request::default() }).await
    }

    /// Runs a command of a request, without a receipt.
    pub(crate) async fn once<C: Command>(&self, command: &C, request: Request<'_>) -> Result<C::Reply, Failure> {
        match self.run(command, Request { receipt: None, ..request }, |_| None).await? {
            Outcome::Done(reply) => Ok(reply),
            Outcome::Repeated(_) => Err(Refusal::KeyReused.into()),
        }
    }

    /// The receipt of an earlier request with the same key. For use cases that must look before they can make a command:
    /// what they look for may have been spent by that very request.
    pub(crate) async fn repeated(&self, request: Request<'_>) -> Result<Option<Receipt>, Failure> {
        if request.receipt.is_none() {
            return Ok(None);
        }
        let scope = Scope { receipt: request.receipt, ..Scope::default() };
        Ok(self.ports.store.read(&scope).await?.receipt)
    }

    async fn attempt<C: Command>(
        &self,
        command: &C,
        request: Request<'_>,
        buckets: &mut Vec<Bucket>,
        receipt: &(impl Fn(&C::Reply) -> Option<Receipt> + Sync),
    ) -> Result<Outcome<C::Reply>, Failure> {
        let mut scope = Scope { receipt: request.receipt, ..command.scope() };
        scope.buckets.extend(buckets.iter().cloned());
        if request.dry_run {
            return self.rehearse(command, scope).await;
        }
        let session = self.ports.store.open(&scope).await?;
        if let Some(earlier) = session.facts().receipt.clone() {
            return Ok(Outcome::Repeated(earlier));
        }
        let decision = command.decide(&self.limited(session.facts().clone()))?;
        buckets.extend(decision.charges.iter().map(|charge| charge.bucket.clone()));
        buckets.sort_unstable();
        buckets.dedup();
        let changes = Changes::of(session.facts(), &decision, request.id, receipt(&decision.reply));
        let has_mail = !changes.messages.is_empty();
        session.commit(changes).await?;
        if let Some(doorbell) = self.ports.doorbell.as_ref().filter(|_| has_mail) {
            doorbell.ring();
        }
        Ok(Outcome::Done(decision.reply))
    }

    /// Decides and writes nothing. Nothing will be refused on writing either, so the quotas are read.
    async fn rehearse<C: Command>(&self, command: &C, mut scope: Scope) -> Result<Outcome<C::Reply>, Failure> {
        let facts = self.limited(self.ports.store.read(&scope).await?);
        let decision = command.decide(&facts)?;
        if decision.charges.is_empty() {
            return Ok(Outcome::Done(decision.reply));
        }
        scope.buckets.extend(decision.charges.into_iter().map(|charge| charge.bucket));
        let facts = self.limited(self.ports.store.read(&scope).await?);
        Ok(Outcome::Done(command.decide(&facts)?.reply))
    }

    /// The facts with what no store knows: how much mail may be caused here.
    fn limited(&self, facts: Facts) -> Facts {
        Facts { limits: self.ports.limits.clone(), ..facts }
    }
}
