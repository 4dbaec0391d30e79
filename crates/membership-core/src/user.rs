//! A person's account in this deployment. It exists once, whatever the number of organizations.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use time::{Duration, OffsetDateTime};

use crate::email::EmailAddress;
use crate::id::{OrganizationId, SignInId, SignUpId, UserId};
use crate::identity::Identity;
use crate::input::visible;
use crate::language::Language;
use crate::name::{Names, PersonName, Username};
use crate::organization::ChainEnd;
use crate::refusal::Refusal;
use crate::second_factor::Assurance;
use crate::secret::TokenHash;
use crate::set_up::InitialPassword;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What the person is called.
    pub name: PersonName,
    /// First and last name, where they are known apart.
    pub names: Names,
    /// The name to sign in with, besides the addresses.
    pub username: Option<Username>,
    /// The addresses. A verified one belongs to one user only; an unverified one proves nothing (A01).
    pub emails: Vec<UserEmail>,
    /// The password's hash; `None` until one is chosen.
    pub password: Option<PasswordHash>,
    /// Whether the person must choose a password before anything else (S0.10, S2.6).
    pub password_due: bool,
    /// What is special about the password while it is one that somebody else has set (S2.6).
    pub initial_password: Option<InitialPassword>,
    /// How many passwords there have been, and identities given up. A sign-in remembers the number it was made under, so
    /// that none made on the strength of an older one holds, whichever of the two commits first (A46).
    pub password_generation: u32,
    /// Who the person is elsewhere: the identities that sign in to this account. Each belongs to one user only.
    pub identities: Vec<Identity>,
    /// The language the person chose.
    pub language: Language,
    /// Whether the person runs this deployment.
    pub operator: bool,
    /// The organization that the account was made by, if one of its members was given a login there; it may help with
    /// that login while the person belongs to no other (`docs/decisions/0024`).
    pub home: Option<OrganizationId>,
    /// When the account was made.
    pub created_at: OffsetDateTime,
    /// Where the person's own audit log ends.
    pub audit: ChainEnd,
    /// Counts the changes to this row: an `ETag`.
    pub version: u64,
}

/// An address of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEmail {
    /// The address.
    pub address: EmailAddress,
    /// When its mailbox was proven to be the person's; `None` if it was not.
    pub verified_at: Option<OffsetDateTime>,
}

impl User {
    /// The addresses whose mailbox the person has proven to read.
    pub fn verified_emails(&self) -> impl Iterator<Item = &EmailAddress> {
        self.emails.iter().filter(|email| email.verified_at.is_some()).map(|email| &email.address)
    }

    /// The addresses whose mailbox nobody has proven to read.
    pub fn unverified_emails(&self) -> impl Iterator<Item = &EmailAddress> {
        self.emails.iter().filter(|email| email.verified_at.is_none()).map(|email| &email.address)
    }

    /// What others know of the person, so that it makes no password.
    pub fn known_words(&self) -> Vec<String> {
        let names = [Some(&self.name), self.names.first.as_ref(), self.names.last.as_ref()];
        let names = names.into_iter().flatten().map(ToString::to_string);
        let logins = self.username.iter().map(ToString::to_string);
        names.chain(logins).chain(self.emails.iter().map(|email| email.address.to_string())).collect()
    }

    /// Whether the address is this person's, proven.
    pub fn has_verified(&self, address: &EmailAddress) -> bool {
        self.verified_emails().any(|verified| verified == address)
    }

    /// The address to write to: the first verified one.
    pub fn primary_email(&self) -> Option<&EmailAddress> {
        self.verified_emails().next()
    }

    /// Whether the account was registered and waits for its first login: nobody can have used it yet, so that a link to
    /// its only address is safe although nobody has proven to read that mailbox.
    pub fn awaits_first_login(&self) -> bool {
        self.awaits_password() && self.primary_email().is_none() && self.emails.len() == 1
    }

    /// Whether somebody else has made the account and nobody has ever got in: it is nobody's yet.
    pub fn is_prepared(&self) -> bool {
        self.initial_password.is_some_and(|it| it.used_at.is_none())
    }

    /// Whether the account was registered and nobody has chosen a password for it yet.
    pub fn awaits_password(&self) -> bool {
        self.password_due && self.password.is_none()
    }

    /// Refuses whoever must choose a password before anything else.
    ///
    /// # Errors
    /// [`Refusal::PasswordChangeRequired`].
    pub fn may_go_on(&self) -> Result<(), Refusal> {
        if self.password_due { Err(Refusal::PasswordChangeRequired) } else { Ok(()) }
    }
}

/// A password as a PHC string. It is a secret still: it is never printed.
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    /// Wraps a PHC string.
    pub fn new(phc: String) -> Self {
        Self(SecretString::from(phc))
    }

    /// The PHC string, for the store and the hasher.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl PartialEq for PasswordHash {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for PasswordHash {}

/// One sign-in of a user: a browser or a program that holds its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// Whose it is.
    pub user: UserId,
    /// The token's hash; the token itself was shown once.
    pub token: TokenHash,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// From this instant on it is worth nothing.
    pub expires_at: OffsetDateTime,
    /// When it was last used, give or take an hour.
    pub last_seen_at: OffsetDateTime,
    /// What began it, such as `Firefox on Linux`; for its owner to recognise, nothing is decided on it.
    pub description: Option<String>,
    /// The user's [`User::password_generation`] when it began.
    pub password_generation: u32,
    /// How well it is known who began it.
    pub assurance: Assurance,
    /// When its owner last showed who they are, by everything that was asked for.
    pub proven_at: OffsetDateTime,
}

impl SignIn {
    /// Whether its token is worth anything at that instant: neither over, nor unused for too long, nor begun under an
    /// older password of its user, nor waiting for the second factor.
    pub fn holds(&self, user: &User, now: OffsetDateTime, idles: Duration) -> bool {
        let idle_from = self.last_seen_at.saturating_add(idles);
        let in_time = now < self.expires_at && now < idle_from;
        in_time && self.assurance != Assurance::Pending && self.password_generation == user.password_generation
    }

    /// Whether it waits for its user's second factor, and can still be completed.
    pub fn awaits_factor(&self, user: &User, now: OffsetDateTime) -> bool {
        let pending = self.assurance == Assurance::Pending && now < self.expires_at;
        pending && self.password_generation == user.password_generation
    }

    /// Whether it is time to write down that it is still used: at most once an hour, so that using it costs nothing.
    pub fn is_to_be_noted(&self, now: OffsetDateTime) -> bool {
        self.last_seen_at.saturating_add(Self::NOTED_EVERY) <= now
    }

    /// How often it is written down that a sign-in is used.
    pub const NOTED_EVERY: Duration = Duration::hours(1);
}

/// What somebody types to say who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// An address.
    Email(EmailAddress),
    /// A username.
    Username(Username),
}

impl Login {
    /// Parses a login; `None` if it can be nobody's.
    pub fn parse(text: &str) -> Option<Self> {
        let text = visible(text);
        let email = EmailAddress::parse(&text).ok().map(Self::Email);
        email.or_else(|| Username::parse(&text).ok().map(Self::Username))
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(address) => address.fmt(f),
            Self::Username(name) => name.fmt(f),
        }
    }
}

/// A request for an account that waits until its address is verified. It claims nothing, so that nobody can occupy
/// somebody else's address (A01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUp {
    /// Its id.
    pub id: SignUpId,
    /// The address to be verified.
    pub email: EmailAddress,
    /// What the person is called.
    pub name: PersonName,
    /// The chosen password's hash: verifying takes the mailbox and the password.
    pub password: PasswordHash,
    /// The language the person chose.
    pub language: Language,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this instant on it cannot be completed.
    pub expires_at: OffsetDateTime,
}
