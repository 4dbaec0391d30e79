//! A person's account in this deployment. It exists once, whatever the number of organizations.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use crate::email::EmailAddress;
use crate::id::{SignInId, SignUpId, UserId};
use crate::language::Language;
use crate::name::{PersonName, Username};
use crate::organization::ChainEnd;
use crate::secret::TokenHash;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What the person is called.
    pub name: PersonName,
    /// The name to sign in with, besides the addresses.
    pub username: Option<Username>,
    /// The addresses. A verified one belongs to one user only; an unverified one proves nothing (A01).
    pub emails: Vec<UserEmail>,
    /// The password's hash; `None` until one is chosen.
    pub password: Option<PasswordHash>,
    /// The language the person chose.
    pub language: Language,
    /// Whether the person runs this deployment.
    pub operator: bool,
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

    /// Whether the address is this person's, proven.
    pub fn has_verified(&self, address: &EmailAddress) -> bool {
        self.verified_emails().any(|verified| verified == address)
    }

    /// The address to write to: the first verified one.
    pub fn primary_email(&self) -> Option<&EmailAddress> {
        self.verified_emails().next()
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
