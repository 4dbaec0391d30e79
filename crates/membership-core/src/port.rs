//! The ports: what the service needs from the world, as small object-safe traits.

use async_trait::async_trait;
use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::audit::{AuditEntry, Stream};
use crate::changes::Changes;
use crate::email::EmailAddress;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, MessageId, OrganizationId, SignInId, UserId};
use crate::invitation::{Invitation, InvitationState};
use crate::member::{Member, MemberStatus};
use crate::message::{Message, MessageScope, Recovery};
use crate::organization::Head;
use crate::role::RoleKey;
use crate::user::{PasswordHash, SignIn};

/// Why a store could not do its work. Never a rule's answer: that is a [`Refusal`](crate::refusal::Refusal).
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the same rows first, or the database asked to begin again. The whole use case may be
    /// repeated; nothing has been written.
    #[error("somebody else changed the same rows first")]
    Conflict,
    /// The database has no room for the request now (pool, locks, disk). Nothing has been written; try later.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The database cannot be reached. If it broke away during a commit, whether the commit holds is unknown: a
    /// repeat with the same `Idempotency-Key` tells.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// What is stored cannot be understood, or the database refused what must always be accepted: a bug or damage.
    #[error("the database holds or says what it must not: {0}")]
    Corrupt(String),
}

/// Where everything is kept.
///
/// The contract, which the conformance suite of `membership-testkit` checks: a session on an organization keeps every
/// other session on it out from `open` until it is committed or dropped; the facts are those of the last commit; a
/// commit writes all of its [`Changes`] or, on any error, none; what was acknowledged survives a crash (I5).
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction on a scope and reads its facts. Dropping the session leaves everything as it was.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError>;

    /// Reads the facts of a scope, all of one moment, and keeps nobody out.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn read(&self, scope: &Scope) -> Result<Facts, StoreError>;

    /// Writes down that a sign-in is used now, unless that was done within
    /// [`SignIn::NOTED_EVERY`](crate::user::SignIn::NOTED_EVERY). One statement; it touches nothing that a rule is
    /// decided on but how long the sign-in may rest.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError>;
}

/// A transaction on a scope.
#[async_trait]
pub trait Session: Send {
    /// The facts as they are while this session lasts.
    fn facts(&self) -> &Facts;

    /// Writes the changes, all or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a row does not have the version it must have, or one is there that must not be.
    async fn commit(self: Box<Self>, changes: Changes) -> Result<(), StoreError>;
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
    /// How many rows match in all.
    pub total: u64,
}

/// Where a page begins: after the row with these sort keys. Opaque to callers, text on the wire.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// The last row's sort value.
    pub after: String,
    /// The last row's id, to tell equal sort values apart.
    pub id: Uuid,
}

/// The most rows of a page.
pub const LONGEST_PAGE: u32 = 100;

/// Which members to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberQuery {
    /// Only those whose name or address contains this text, whatever its case.
    pub text: Option<String>,
    /// Only those with this role. The owner counts as holder of the highest one.
    pub role: Option<RoleKey>,
    /// Only those with this status now.
    pub status: Option<MemberStatus>,
    /// Only those who hold, or do not hold, a seat now (S0.6).
    pub seat: Option<bool>,
    /// Only those who have, or do not have, a login (S4.1).
    pub login: Option<bool>,
    /// In which order.
    pub sort: MemberSort,
    /// Where the page begins.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

/// In which order members are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MemberSort {
    /// By name as Unicode lower-cases it, A first; equal names by id.
    #[default]
    Name,
    /// The newest first; `Cursor::after` is microseconds since 1970.
    JoinedAt,
}

/// Which invitations to list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvitationQuery {
    /// Only those in this state now.
    pub state: Option<InvitationState>,
    /// Only those that are scheduled or pending now.
    pub outstanding: bool,
    /// Only those whose address contains this text, whatever its case.
    pub text: Option<String>,
    /// Where the page begins; `Cursor::after` is microseconds since 1970.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

/// Which audit entries to list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditQuery {
    /// Only those of this event.
    pub event: Option<String>,
    /// Only those by this user.
    pub actor: Option<UserId>,
    /// Only those about this subject.
    pub subject: Option<Uuid>,
    /// Only entries before this sequence number.
    pub before: Option<u64>,
    /// How many entries, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

/// Reads for screens and lists. They lock nothing, and no rule is decided on them.
#[async_trait]
pub trait Directory: Send + Sync {
    /// A page of an organization's members, judged at `now`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn members(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Page<Member>, StoreError>;

    /// A page of an organization's invitations.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn invitations(
        &self,
        organization: OrganizationId,
        query: &InvitationQuery,
    ) -> Result<Page<Invitation>, StoreError>;

    /// A page of an organization's audit log.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn audit(&self, organization: OrganizationId, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;

    /// The organizations a user belongs to, deleted ones left out, each with the own membership; by name.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn organizations_of(&self, user: UserId) -> Result<Vec<(Head, Member)>, StoreError>;

    /// The invitations that wait for these addresses, scheduled ones left out, each with its organization.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, StoreError>;

    /// The sign-ins of a user that nobody has ended and whose time is not over, the newest first; at most 1,000.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError>;

    /// The members who hold one of these roles, and the owner, in pages by id, from after that id: whom a notification
    /// to the administrators reaches. Only active ones with an address.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn holders(
        &self,
        organization: OrganizationId,
        roles: &[RoleKey],
        after: Option<MemberId>,
    ) -> Result<Vec<Member>, StoreError>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Reads and small writes of operation: what audits, sweeps and backups need of a store as a whole.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// The logs there are, in order, from after that one, each with where it must end; at most 100.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn logs(&self, after: Option<Stream>) -> Result<Vec<(Stream, crate::organization::ChainEnd)>, StoreError>;

    /// The entries of a log in order, from after that sequence number; at most 1,000.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn log(&self, stream: Stream, after: u64) -> Result<Vec<AuditEntry>, StoreError>;

    /// Organizations that have lapsed invitations or memberships, at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn organizations_with_lapsed(&self, limit: u32) -> Result<Vec<OrganizationId>, StoreError>;

    /// Forgets what nobody can use any more: receipts, sign-ups and sign-ins past their end, sent messages and dead
    /// links older than 30 days. In bounded batches; returns how many rows went.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn forget_expired(&self) -> Result<u64, StoreError>;
}

/// Where a message of the outbox is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageRef {
    /// Whose it is.
    pub scope: MessageScope,
    /// Its id.
    pub id: MessageId,
}

/// A message that this courier, and no other, may send until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message: Message,
    /// How often it has been claimed, this time included.
    pub attempts: u32,
    /// The invitation it is about, as it stands after the claim, if it is about one.
    pub invitation: Option<Invitation>,
}

/// What became of an attempt to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// A mail server, or the development mailbox, took it.
    Sent,
    /// Not now; again at that time. The reason is what the mail server said.
    Deferred {
        /// When to try again.
        until: OffsetDateTime,
        /// What the mail server said.
        reason: String,
    },
    /// Refused for good.
    Bounced {
        /// What the mail server said.
        reason: String,
    },
    /// Given up: it cannot be rendered, or was deferred too often.
    Failed {
        /// Why.
        reason: String,
    },
    /// Its cause does not hold any more.
    Cancelled,
    /// It was addressed to several; these messages, one for each, take its place.
    Expanded(Vec<Message>),
}

/// The messages that wait to be sent. Claims are by lease: nothing is locked while a mail server talks.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Messages that are due and that nobody has claimed, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn due(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError>;

    /// Claims a message for the length of the lease, by the store's clock; `None` if it is not due, or another courier
    /// was first.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn claim(&self, message: MessageRef, lease: Duration) -> Result<Option<Claimed>, StoreError>;

    /// Writes down what became of an attempt, on the message and, if it is about an invitation's present generation,
    /// as that invitation's delivery; in one transaction.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError>;
}

/// Follows up what somebody asked for who is not known to be who they say, apart from the request: so that its answer and
/// its time tell nothing about accounts (I13).
#[async_trait]
pub trait FollowUp: Send + Sync {
    /// Mails the link that was asked for, if the login names anybody.
    ///
    /// # Errors
    /// Any [`StoreError`]; then it is to be tried again.
    async fn follow_up(&self, login: &str, means: Recovery) -> Result<(), StoreError>;
}

/// A mail as the development mailbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMail {
    /// The message it was made of.
    pub id: MessageId,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: String,
    /// When it was written: its `Date`.
    pub at: OffsetDateTime,
}

/// The development mailbox: where mail lands while no SMTP server is configured.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// Keeps a mail; one with the same id takes the earlier one's place. The 1,000 newest are kept.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn keep(&self, mail: &KeptMail) -> Result<(), StoreError>;

    /// The newest mails first, at most 100.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn kept(&self) -> Result<Vec<KeptMail>, StoreError>;
}

/// A mail, rendered.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The message it was made of.
    pub id: MessageId,
    /// To whom.
    pub to: EmailAddress,
    /// Its subject, one line.
    pub subject: String,
    /// Its text part.
    pub text: SecretString,
    /// Its HTML part.
    pub html: SecretString,
    /// Its `Date`.
    pub date: OffsetDateTime,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Not now: a 4xx reply, a time-out, a lost connection. To be repeated, identical.
    #[error("not taken for now: {0}")]
    Later(String),
    /// Never: a 5xx reply.
    #[error("refused for good: {0}")]
    Never(String),
}

/// Hands mail on.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a letter. The same letter may be sent again after an error; its bytes are then the same.
    ///
    /// # Errors
    /// [`MailError`] tells whether trying again can help.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now, in UTC and whole microseconds.
    fn now(&self) -> OffsetDateTime;
}

/// Cuts a time to whole microseconds, which is what databases keep. Done once, where a time enters.
pub fn to_micros(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_microsecond(at.microsecond()).unwrap_or(at)
}

/// New ids and secrets.
pub trait Random: Send + Sync {
    /// A new id, version 7 (RFC 9562).
    fn id(&self) -> Uuid;

    /// 32 bytes nobody can guess.
    fn secret(&self) -> [u8; 32];
}

/// Hashes passwords. Slow on purpose; never called inside a transaction.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A new hash of a password.
    ///
    /// # Errors
    /// [`Overloaded`] if too many are waiting.
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, Overloaded>;

    /// Whether the password is the hashed one. Without a hash it takes the same time and says no (A61).
    ///
    /// # Errors
    /// [`Overloaded`] if too many are waiting.
    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool, Overloaded>;
}

/// Too much of the same work waits already (I18). Try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests of this kind are waiting; try again in a few seconds")]
pub struct Overloaded;

/// Told after each commit that left mail to be sent, so that the courier need not wait for its next round.
pub trait Doorbell: Send + Sync {
    /// There is mail.
    fn ring(&self);
}
