//! Who somebody is, as far as joining is concerned: this deployment's users and a host application's own look the same.

use crate::email::EmailAddress;
use crate::id::UserId;
use crate::language::Language;
use crate::name::PersonName;
use crate::user::User;

/// A person whose identity the caller vouches for: the sign-in of this deployment, or of the host application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's user id.
    pub user: UserId,
    /// What the person is called.
    pub name: PersonName,
    /// The addresses the person has proven to read; the first one is written to.
    pub verified: Vec<EmailAddress>,
    /// The person's language, if it is known: what they join writes to them in it, and else in its own.
    pub language: Option<Language>,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self {
            user: user.id,
            name: user.name.clone(),
            verified: user.verified_emails().cloned().collect(),
            language: Some(user.language),
        }
    }
}
