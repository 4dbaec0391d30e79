//! Takes what is due from the outbox and sees that it is sent: at least once, and never what should not go out any
//! more (I7).

mod backoff;
mod bell;
mod errand;
mod expansion;

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{FutureExt, StreamExt, stream};
use membership_core::command::redeem_set_up_link::open_set_up;
use membership_core::facts::Scope;
use membership_core::id::OrganizationId;
use membership_core::invitation::Invitation;
use membership_core::message::{Content, Errand, Message, MessageScope, Recipient};
use membership_core::port::{
    Attempt, Claimed, Clock, Directory, FollowUp, Letter, MailError, Mailer, MessageRef, Outbox, Store, StoreError,
};
use membership_core::secret::Link;
use time::{Duration, OffsetDateTime};

pub use self::bell::Bell;
use crate::reason::reason;
use crate::render::{RenderError, Renderer};

/// How many messages are asked for at a time.
const BATCH: u32 = 100;

/// How much longer than the mail server's time a claim lasts: enough to write down what became of it (F07).
const MARGIN: Duration = Duration::seconds(60);

/// How often an outcome is written before it is left to the next claim.
const SETTLE_ATTEMPTS: u64 = 3;

/// What the courier works with.
#[derive(Clone)]
pub struct Ports {
    /// The messages that wait.
    pub outbox: Arc<dyn Outbox>,
    /// Who administers an organization.
    pub directory: Arc<dyn Directory>,
    /// An organization's rules, which say what its administrators are.
    pub store: Arc<dyn Store>,
    /// Who finds out what a request for recovery leads to.
    pub follow_up: Arc<dyn FollowUp>,
    /// Who hands mail on.
    pub mailer: Arc<dyn Mailer>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// How the courier works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourierOptions {
    /// How many letters are sent at a time.
    pub concurrency: usize,
    /// How often a letter is tried before it is given up.
    pub most_attempts: u32,
    /// How long one letter may take in all; a claim lasts a minute longer.
    pub deadline: std::time::Duration,
    /// How long to wait for the bell before looking anyway.
    pub interval: std::time::Duration,
}

impl Default for CourierOptions {
    fn default() -> Self {
        Self {
            concurrency: 4,
            most_attempts: 12,
            deadline: std::time::Duration::from_secs(300),
            interval: std::time::Duration::from_secs(5),
        }
    }
}

/// What became of the messages that were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Sent.
    pub sent: u32,
    /// To be tried again later.
    pub deferred: u32,
    /// Refused for good.
    pub bounced: u32,
    /// Given up.
    pub failed: u32,
    /// Not sent, because their cause does not hold any more.
    pub cancelled: u32,
    /// Replaced by one message for each recipient; those count for themselves.
    pub expanded: u32,
    /// Left to a later claim, because the store failed.
    pub store_errors: u32,
}

impl Round {
    fn count(&mut self, result: &Result<Option<Attempt>, StoreError>) {
        let counter = match result {
            Ok(None) => return,
            Ok(Some(Attempt::Sent)) => &mut self.sent,
            Ok(Some(Attempt::Deferred { .. })) => &mut self.deferred,
            Ok(Some(Attempt::Bounced { .. })) => &mut self.bounced,
            Ok(Some(Attempt::Failed { .. })) => &mut self.failed,
            Ok(Some(Attempt::Cancelled)) => &mut self.cancelled,
            Ok(Some(Attempt::Expanded(_))) => &mut self.expanded,
            Err(_) => &mut self.store_errors,
        };
        *counter = counter.saturating_add(1);
    }
}

/// Sends what is due. Several couriers may work on one outbox, on one server or many: each message is claimed by one.
pub struct Courier {
    ports: Ports,
    renderer: Arc<Renderer>,
    options: CourierOptions,
    bell: Bell,
}

impl Courier {
    /// A courier with a bell of its own.
    pub fn new(ports: Ports, renderer: Arc<Renderer>, options: CourierOptions) -> Self {
        Self { ports, renderer, options, bell: Bell::default() }
    }

    /// The bell that wakes this courier, for the service to ring.
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Works until `shutdown` is ready: at each ring of the bell, and at the latest after the interval. Letters that
    /// are being sent at that time are finished; no others are begun.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = pin!(shutdown);
        let stop = AtomicBool::new(false);
        loop {
            let mut round = pin!(self.round(&stop));
            let result = tokio::select! {
                result = &mut round => result,
                () = &mut shutdown => {
                    stop.store(true, Ordering::Relaxed);
                    round.await
                }
            };
            match result {
                Ok(round) if round != Round::default() => tracing::info!(?round, "mail round"),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the outbox cannot be read; mail waits"),
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.bell.rung() => {}
                () = tokio::time::sleep(self.options.interval) => {}
            }
        }
    }

    /// Sends what is due now, each message at most once, and tells what became of it.
    ///
    /// # Errors
    /// A [`StoreError`] if the outbox cannot be read. One on a single message is counted, and stops no other.
    pub async fn run_once(&self) -> Result<Round, StoreError> {
        self.round(&AtomicBool::new(false)).await
    }

    async fn round(&self, stop: &AtomicBool) -> Result<Round, StoreError> {
        let mut round = Round::default();
        let mut seen = HashSet::new();
        while !stop.load(Ordering::Relaxed) {
            let mut due = self.ports.outbox.due(BATCH).await?;
            due.retain(|message| seen.insert(*message));
            if due.is_empty() {
                break;
            }
            let mut results = stream::iter(due)
                .take_while(|_| std::future::ready(!stop.load(Ordering::Relaxed)))
                .map(|message| self.handle(message))
                .buffer_unordered(self.options.concurrency.max(1));
            while let Some(result) = results.next().await {
                round.count(&result);
            }
        }
        Ok(round)
    }

    /// Claims a message, tries it, and writes down what became of it; `None` if another courier was first.
    async fn handle(&self, message: MessageRef) -> Result<Option<Attempt>, StoreError> {
        let result = self.claim_and_try(message).await;
        match &result {
            Ok(Some(attempt)) => tracing::debug!(message = %message.id, outcome = outcome(attempt), "mail"),
            Ok(None) => {}
            Err(error) => tracing::warn!(message = %message.id, %error, "a message is left to a later claim"),
        }
        result
    }

    async fn claim_and_try(&self, message: MessageRef) -> Result<Option<Attempt>, StoreError> {
        let deadline = Duration::try_from(self.options.deadline).unwrap_or(Duration::HOUR);
        let lease = deadline.saturating_add(MARGIN);
        let Some(claimed) = self.ports.outbox.claim(message, lease).await? else { return Ok(None) };
        // A message on which the program itself stumbles must not take the others with it (F09).
        let attempt = match AssertUnwindSafe(self.attempt(&claimed)).catch_unwind().await {
            Ok(attempt) => attempt?,
            Err(_) => Attempt::Failed { reason: "an error in the program".to_owned() },
        };
        self.settle(message, &attempt).await?;
        Ok(Some(attempt))
    }

    /// Carries out an errand that is a command's to do, if it is one. The errand for the chunk after it was written with
    /// the chunk.
    async fn carries_out(&self, organization: OrganizationId, errand: &Errand) -> Result<bool, StoreError> {
        let follow_up = &self.ports.follow_up;
        match errand {
            Errand::SendRound { round, chunk } => follow_up.send_round(organization, *round, *chunk).await?,
            Errand::ClearLogins { clear, chunk } => follow_up.clear_logins(organization, *clear, *chunk).await?,
            Errand::GiveLoginsBack { clear, chunk } => follow_up.give_logins_back(organization, *clear, *chunk).await?,
            Errand::Remind { .. }
            | Errand::TellOfDeactivation { .. }
            | Errand::SessionBegins { .. }
            | Errand::Enrolled { .. }
            | Errand::ProgramAttended { .. } => return Ok(false),
        }
        Ok(true)
    }

    async fn attempt(&self, claimed: &Claimed) -> Result<Attempt, StoreError> {
        let message = &claimed.message;
        if !still_holds(message, claimed.invitation.as_ref(), self.ports.clock.now()) {
            return Ok(Attempt::Cancelled);
        }
        if !self.link_is_present(message).await? {
            return Ok(Attempt::Cancelled);
        }
        if let Content::RecoveryRequested { login, means } = &message.content {
            // What follows is written with the link it carries, by a commit of its own: nothing is left to be added here.
            self.ports.follow_up.follow_up(login, *means).await?;
            return Ok(Attempt::Expanded(Vec::new()));
        }
        if let (MessageScope::Organization(organization), Content::Errand { errand }) =
            (message.scope, &message.content)
            && self.carries_out(organization, errand).await?
        {
            return Ok(Attempt::Expanded(Vec::new()));
        }
        if let Content::Errand { errand } = &message.content {
            return errand::run(message, errand, &*self.ports.store, &*self.ports.directory).await;
        }
        if !errand::still_holds(message, &*self.ports.store, &*self.ports.directory).await? {
            return Ok(Attempt::Cancelled);
        }
        if message.to == Recipient::Administrators {
            return expansion::expand(message, &*self.ports.store, &*self.ports.directory).await;
        }
        let letter = match self.letter(message).await? {
            Ok(letter) => letter,
            Err(error) => return Ok(Attempt::Failed { reason: reason(&error.to_string()) }),
        };
        Ok(match self.send(&letter).await {
            Ok(()) => Attempt::Sent,
            Err(MailError::Never(said)) => Attempt::Bounced { reason: reason(&said) },
            Err(MailError::Later(said)) if self.options.most_attempts <= claimed.attempts => {
                Attempt::Failed { reason: reason(&said) }
            }
            Err(MailError::Later(said)) => {
                let until = self.ports.clock.now() + backoff::pause(message.id, claimed.attempts);
                Attempt::Deferred { until, reason: reason(&said) }
            }
        })
    }

    /// The letter, with the text that the message was written with. A text that cannot be used must not cost the mail
    /// itself: the built-in one takes its place (F09). Both never change, so that a repeat is the same (I7).
    async fn letter(&self, message: &Message) -> Result<Result<Letter, RenderError>, StoreError> {
        let (Some(id), MessageScope::Organization(organization)) = (message.wording(), message.scope) else {
            return Ok(self.renderer.render(message));
        };
        let scope = Scope { wordings: vec![id], ..Scope::of(organization) };
        let facts = self.ports.store.read(&scope).await?;
        let worded = match facts.wording(id) {
            Some(wording) => self.renderer.render_worded(message, wording).map_err(|error| error.to_string()),
            None => Err("it is not there".to_owned()),
        };
        Ok(worded.map_or_else(
            |error| {
                let kind = message.content.kind();
                tracing::error!(%organization, kind, wording = %id, error, "mail goes out with the built-in text");
                self.renderer.render(message)
            },
            Ok,
        ))
    }

    /// Whether a personal link in the message is still its member's: not used, and no newer one made.
    async fn link_is_present(&self, message: &Message) -> Result<bool, StoreError> {
        let (MessageScope::Organization(organization), Content::AccountSetUp { member, generation, .. }) =
            (message.scope, &message.content)
        else {
            return Ok(true);
        };
        let scope = Scope { members: vec![*member], ..Scope::of(organization) };
        let facts = self.ports.store.read(&scope).await?;
        Ok(open_set_up(&facts, &Link::to_set_up(organization, *member, *generation)).is_ok())
    }

    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        match tokio::time::timeout(self.options.deadline, self.ports.mailer.send(letter)).await {
            Ok(result) => result,
            Err(_) => Err(MailError::Later("the mail server was too slow".to_owned())),
        }
    }

    /// Writes an outcome down. What cannot be written is tried a few times: a letter that went out and is not marked
    /// goes out again.
    async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError> {
        let mut tried = 1;
        loop {
            match self.ports.outbox.settle(message, attempt).await {
                Err(StoreError::Conflict | StoreError::Busy(_) | StoreError::Unavailable(_))
                    if tried < SETTLE_ATTEMPTS =>
                {
                    tokio::time::sleep(std::time::Duration::from_millis(50 * tried)).await;
                    tried += 1;
                }
                result => return result,
            }
        }
    }
}

/// Whether a message should still go out. An invitation must be outstanding, and no newer link may have been made; a
/// link whose time is over helps nobody.
fn still_holds(message: &Message, invitation: Option<&Invitation>, now: OffsetDateTime) -> bool {
    match &message.content {
        Content::Invitation { invitation: id, generation, .. } => {
            invitation.is_some_and(|it| it.id == *id && it.generation == *generation && it.is_outstanding(now))
        }
        Content::AddressVerification { expires_at, .. }
        | Content::OneTimeLogin { expires_at, .. }
        | Content::PasswordReset { expires_at, .. }
        | Content::AdditionalAddress { expires_at, .. }
        | Content::AccountSetUp { expires_at, .. } => now < *expires_at,
        // Who asked to be let in an hour ago has given up, or asked again.
        Content::RecoveryRequested { .. } => now < message.created_at.saturating_add(Duration::HOUR),
        // What these are about is looked up by `errand`.
        Content::Reminder { .. }
        | Content::ProgramInvitation { .. }
        | Content::AccessEnding { .. }
        | Content::AccessEnded { .. }
        | Content::MemberDeactivating { .. }
        | Content::MemberDeactivated { .. }
        | Content::Errand { .. }
        | Content::InvitationAccepted { .. }
        | Content::LoginChanged { .. }
        | Content::SeatAllocated { .. }
        | Content::SeatAwaited { .. }
        | Content::SeatsFilling { .. }
        | Content::SubscriptionEnding { .. }
        | Content::OwnershipTransferred { .. }
        | Content::AccessRemoved { .. }
        | Content::AddressInUse { .. }
        | Content::PasswordChanged { .. }
        | Content::IdentitiesChanged { .. }
        | Content::SecondFactorChanged { .. }
        | Content::AddressesChanged { .. } => true,
    }
}

fn outcome(attempt: &Attempt) -> &'static str {
    match attempt {
        Attempt::Sent => "sent",
        Attempt::Deferred { .. } => "deferred",
        Attempt::Bounced { .. } => "bounced",
        Attempt::Failed { .. } => "failed",
        Attempt::Cancelled => "cancelled",
        Attempt::Expanded(_) => "expanded",
    }
}
