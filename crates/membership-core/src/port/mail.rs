//! Mail on its way: the outbox it waits in, the mailer that hands it on, the mailbox of development.

use async_trait::async_trait;
use secrecy::SecretString;
use time::{Duration, OffsetDateTime};

use super::StoreError;
use crate::branding::SenderName;
use crate::email::EmailAddress;
use crate::id::{ClearId, MessageId, OrganizationId, RoundId};
use crate::invitation::Invitation;
use crate::message::{Message, MessageScope, Recovery};
use crate::wording::{TemplateKey, Wording};

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

/// Follows up what was asked for, apart from the request: for somebody who is not known to be who they say, so that its
/// answer and its time tell nothing about accounts (I13); and where one request would be too long.
#[async_trait]
pub trait FollowUp: Send + Sync {
    /// Mails the link that was asked for, if the login names anybody.
    ///
    /// # Errors
    /// Any [`StoreError`]; then it is to be tried again.
    async fn follow_up(&self, login: &str, means: Recovery) -> Result<(), StoreError>;

    /// Sends a chunk of a round of mail to members without a login, unless it was sent already.
    ///
    /// # Errors
    /// Any [`StoreError`]; then it is to be tried again.
    async fn send_round(&self, organization: OrganizationId, round: RoundId, chunk: u32) -> Result<(), StoreError>;

    /// Clears a chunk of an organization's logins, unless that was done already.
    ///
    /// # Errors
    /// Any [`StoreError`]; then it is to be tried again.
    async fn clear_logins(&self, organization: OrganizationId, clear: ClearId, chunk: u32) -> Result<(), StoreError>;

    /// Gives a chunk of cleared logins back, unless that was done already.
    ///
    /// # Errors
    /// Any [`StoreError`]; then it is to be tried again.
    async fn give_logins_back(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        chunk: u32,
    ) -> Result<(), StoreError>;
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
    /// The name in its `From`, before the deployment's address; the deployment's own if there is none.
    pub sender_name: Option<SenderName>,
    /// Where answers go; where the deployment says if nothing is named.
    pub reply_to: Option<EmailAddress>,
    /// Its subject, one line.
    pub subject: String,
    /// Its text part.
    pub text: SecretString,
    /// Its HTML part.
    pub html: SecretString,
    /// Its `Date`.
    pub date: OffsetDateTime,
}

/// Knows what the built-in texts say, and shows what a mail will look like.
pub trait Composer: Send + Sync {
    /// The built-in text of a template, to begin editing from.
    fn built_in(&self, template: TemplateKey) -> Wording;

    /// The mail as its reader will see it, but for the personal link, in whose place stands an example.
    ///
    /// # Errors
    /// Says why it cannot be made.
    fn preview(&self, message: &Message, wording: &Wording) -> Result<Letter, String>;
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
