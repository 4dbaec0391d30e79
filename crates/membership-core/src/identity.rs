//! Who somebody is elsewhere: an identity of an issuer, such as a company's sign-in or a host application, bound to a user.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::draft::derived_id;
use crate::email::EmailAddress;
use crate::facts::Facts;
use crate::id::{IdentityId, UserId};
use crate::input::InvalidInput;
use crate::language::Language;
use crate::name::PersonName;
use crate::second_factor::Assurance;
use crate::user::User;

/// The longest issuer and the longest subject, in bytes. A subject has at most 255 (OpenID Connect Core, section 2).
pub const LONGEST_PART: usize = 255;

/// The most identities of an account.
pub const MOST_IDENTITIES: u32 = 10;

/// A person as one issuer names them, for ever the same. Both parts are compared byte by byte and never normalised
/// (OpenID Connect Core, section 5.7: only the two together name somebody; no address does).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    issuer: String,
    subject: String,
}

impl Subject {
    /// Checks both parts.
    ///
    /// # Errors
    /// `empty`, `too-long` or `control-character`, about `issuer` or `subject`.
    pub fn parse(issuer: &str, subject: &str) -> Result<Self, InvalidInput> {
        for (field, text) in [("issuer", issuer), ("subject", subject)] {
            if text.is_empty() {
                return Err(InvalidInput::new(field, "empty", "must not be empty"));
            }
            if LONGEST_PART < text.len() {
                return Err(InvalidInput::new(field, "too-long", format!("must have at most {LONGEST_PART} bytes")));
            }
            if text.chars().any(char::is_control) {
                return Err(InvalidInput::new(field, "control-character", "must not contain control characters"));
            }
        }
        Ok(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
    }

    /// Who vouches.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the issuer calls the person.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The id under which the identity is claimed: it follows from both parts, so that a look-up by it asks one shard.
    pub fn id(&self) -> IdentityId {
        IdentityId(self.derived(b"identity"))
    }

    /// The id of the user that an issuer's token makes on first sight. It follows from both parts as well, so that the
    /// next token finds its user by one read (`docs/decisions/0016-a-trusted-issuers-people-have-derived-ids.md`).
    pub fn user_id(&self) -> UserId {
        UserId(self.derived(b"user"))
    }

    fn derived(&self, purpose: &[u8]) -> Uuid {
        derived_id(&[purpose, self.issuer.as_bytes(), self.subject.as_bytes()])
    }
}

/// An identity that is bound to a user: a way to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Whom the issuer means.
    pub subject: Subject,
    /// The address that the issuer named last, for its owner to recognise; nothing is decided on it.
    pub email: Option<EmailAddress>,
    /// When it was bound.
    pub linked_at: OffsetDateTime,
}

impl Identity {
    /// Its id.
    pub fn id(&self) -> IdentityId {
        self.subject.id()
    }

    /// Its issuer as people read it: without the scheme.
    pub fn issuer_name(&self) -> &str {
        let issuer = self.subject.issuer();
        issuer.split_once("://").map_or(issuer, |(_, rest)| rest).trim_end_matches('/')
    }
}

/// What an issuer says of somebody, its signature and everything else about the statement having been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Whom it is about.
    pub subject: Subject,
    /// The address it names.
    pub email: Option<EmailAddress>,
    /// Whether the issuer vouches that the person reads that mailbox.
    pub email_verified: bool,
    /// What it calls the person.
    pub name: Option<PersonName>,
    /// The person's language.
    pub language: Option<Language>,
    /// Whether the person has shown the issuer more than one factor, and the operator takes its word for that (`amr`,
    /// `acr`).
    pub second_factor: bool,
}

/// What an issuer must say for a second factor to count. Nothing counts unless it is named here: the operator decides
/// which issuer's word is good enough, and for what (`docs/decisions/0041`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecondFactorTrust {
    /// The values of the claim `acr`, any of which will do; they are also asked for.
    pub acr: Vec<String>,
    /// The values of the claim `amr` (RFC 8176), any of which will do.
    pub amr: Vec<String>,
}

impl SecondFactorTrust {
    /// Whether the issuer is trusted to say anything of the kind.
    pub fn is_any(&self) -> bool {
        !(self.acr.is_empty() && self.amr.is_empty())
    }

    /// Whether an issuer that says this has seen a second factor.
    pub fn is_met<'a>(&self, acr: Option<&str>, amr: impl IntoIterator<Item = &'a str>) -> bool {
        let by_context = acr.is_some_and(|said| self.acr.iter().any(|it| it == said));
        by_context || amr.into_iter().any(|said| self.amr.iter().any(|it| it == said))
    }
}

impl Assertion {
    /// The address, if the issuer vouches for it. An address that nobody vouches for proves nothing (A01).
    pub fn verified_email(&self) -> Option<&EmailAddress> {
        self.email.as_ref().filter(|_| self.email_verified)
    }

    /// How well the person is known by it.
    pub fn assurance(&self) -> Assurance {
        if self.second_factor { Assurance::TwoFactors } else { Assurance::OneFactor }
    }

    /// The identity as it is bound at an instant.
    pub fn identity(&self, now: OffsetDateTime) -> Identity {
        Identity { subject: self.subject.clone(), email: self.email.clone(), linked_at: now }
    }

    /// What to call the person: the name, or else what stands before the `@` of the address, or else the subject.
    pub fn called(&self) -> PersonName {
        let local = || self.email.as_ref().and_then(|it| it.as_str().split('@').next());
        let named = self.name.clone().or_else(|| PersonName::parse(local()?).ok());
        let named = named.or_else(|| PersonName::parse(self.subject.subject()).ok());
        named.unwrap_or_else(PersonName::unknown)
    }
}

impl User {
    /// The identity of that id, if it is this user's.
    pub fn identity(&self, id: IdentityId) -> Option<&Identity> {
        self.identities.iter().find(|it| it.id() == id)
    }

    /// Whether the person can sign in otherwise than by this identity: with a password or by another one.
    pub fn has_another_way_in(&self, than: IdentityId) -> bool {
        self.password.is_some() || self.identities.iter().any(|it| it.id() != than)
    }
}

impl Facts {
    /// The user whose identity it is.
    pub fn user_of(&self, subject: &Subject) -> Option<&User> {
        self.users.iter().find(|user| user.identities.iter().any(|it| it.subject == *subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(issuer: &str, subject: &str) -> Subject {
        Subject::parse(issuer, subject).unwrap()
    }

    #[test]
    fn an_identity_is_the_issuer_and_the_subject_together_and_exactly() {
        let one = subject("https://id.example.org", "ada");
        for other in [
            subject("https://id.example.org/", "ada"),
            subject("https://id.example.org", "Ada"),
            subject("https://id.example.orga", "da"),
        ] {
            assert_ne!(one, other);
            assert_ne!(one.id(), other.id());
            assert_ne!(one.user_id(), other.user_id());
        }
        assert_eq!(one.id(), subject("https://id.example.org", "ada").id());
        assert_ne!(one.id().0, one.user_id().0);
    }

    #[test]
    fn parts_are_bounded_and_never_changed() {
        let longest = "x".repeat(LONGEST_PART);
        assert_eq!(subject("i", &longest).subject(), longest);
        let code = |issuer: &str, subject: &str| Subject::parse(issuer, subject).unwrap_err().code;
        assert_eq!(code("i", &format!("{longest}x")), "too-long");
        assert_eq!([code("", "s"), code("i", ""), code("i", "a\nb")], ["empty", "empty", "control-character"]);
        assert_eq!(subject("i", " é ").subject(), " é ");
    }

    #[test]
    fn somebody_without_a_name_is_called_something() {
        let bare = Assertion {
            subject: subject("i", "https://people.example.org/7"),
            email: EmailAddress::parse("ada@example.org").ok(),
            email_verified: false,
            name: None,
            language: None,
            second_factor: false,
        };
        assert_eq!(bare.called().as_str(), "ada");
        assert_eq!(bare.verified_email(), None);
        let nameless = Assertion { email: None, ..bare };
        assert_eq!(nameless.called(), PersonName::unknown());
        let plain = Assertion { subject: subject("i", "u7"), ..nameless };
        assert_eq!(plain.called().as_str(), "u7");
    }
}
