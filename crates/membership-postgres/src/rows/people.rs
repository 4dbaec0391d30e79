//! Rows of users, their addresses, sign-ins and sign-ups.

use membership_core::email::EmailAddress;
use membership_core::id::{OrganizationId, SignInId, SignUpId, UserId, UserLinkId};
use membership_core::identity::{Identity, Subject};
use membership_core::language::Language;
use membership_core::name::{Names, PersonName, Username};
use membership_core::organization::ChainEnd;
use membership_core::port::StoreError;
use membership_core::second_factor::{Assurance, CodeHash, Passkey, SecondFactors, Totp};
use membership_core::secret::{LinkKind, TokenHash};
use membership_core::set_up::InitialPassword;
use membership_core::user::{PasswordHash, SignIn, SignUp, User, UserEmail};
use membership_core::user_link::UserLink;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Hex, Instant, damaged};

#[derive(Serialize, Deserialize)]
pub(crate) struct UserRow {
    id: Uuid,
    name: PersonName,
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
    home_organization_id: Option<Uuid>,
    initial_password_expires_at: Option<Instant>,
    initial_password_used_at: Option<Instant>,
    username: Option<String>,
    emails: Vec<StoredEmail>,
    password: Option<String>,
    password_due: bool,
    password_generation: u32,
    identities: Vec<StoredIdentity>,
    language: Language,
    operator: bool,
    created_at: Instant,
    audit_sequence: u64,
    audit_hash: Hex,
    version: u64,
}

/// An address as it is kept inside the user's row.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredEmail {
    address: EmailAddress,
    #[serde(with = "time::serde::rfc3339::option")]
    verified_at: Option<OffsetDateTime>,
}

impl From<&UserEmail> for StoredEmail {
    fn from(it: &UserEmail) -> Self {
        Self { address: it.address.clone(), verified_at: it.verified_at }
    }
}

impl StoredEmail {
    pub(crate) fn email(self) -> UserEmail {
        UserEmail { address: self.address, verified_at: self.verified_at }
    }
}

/// An identity as it is kept inside the user's row.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredIdentity {
    issuer: String,
    subject: String,
    email: Option<EmailAddress>,
    #[serde(with = "time::serde::rfc3339")]
    linked_at: OffsetDateTime,
}

impl From<&Identity> for StoredIdentity {
    fn from(it: &Identity) -> Self {
        let (issuer, subject) = (it.subject.issuer().to_owned(), it.subject.subject().to_owned());
        Self { issuer, subject, email: it.email.clone(), linked_at: it.linked_at }
    }
}

impl StoredIdentity {
    pub(crate) fn identity(self) -> Result<Identity, StoreError> {
        let subject = Subject::parse(&self.issuer, &self.subject).map_err(|_| damaged("a subject", &self.subject))?;
        Ok(Identity { subject, email: self.email, linked_at: self.linked_at })
    }
}

/// The columns of [`UserRow`], of a table called `u`.
macro_rules! user_columns {
    () => {
        concat!(
            "u.id, u.name, u.username, u.emails, u.password, u.password_due, u.password_generation, u.language, ",
            "u.identities, u.operator, u.first_name, u.last_name, u.home_organization_id, ",
            $crate::statement::micros!("u.initial_password_expires_at"),
            " AS initial_password_expires_at, ",
            $crate::statement::micros!("u.initial_password_used_at"),
            " AS initial_password_used_at, ",
            $crate::statement::micros!("u.created_at"),
            " AS created_at, u.audit_sequence, encode(u.audit_hash, 'hex') AS audit_hash, u.version"
        )
    };
}

impl From<&User> for UserRow {
    fn from(it: &User) -> Self {
        Self {
            id: it.id.0,
            name: it.name.clone(),
            first_name: it.names.first.clone(),
            last_name: it.names.last.clone(),
            home_organization_id: it.home.map(|id| id.0),
            initial_password_expires_at: it.initial_password.map(|it| it.expires_at.into()),
            initial_password_used_at: it.initial_password.and_then(|it| it.used_at).map(Instant::from),
            username: it.username.as_ref().map(ToString::to_string),
            emails: it.emails.iter().map(StoredEmail::from).collect(),
            password: it.password.as_ref().map(|it| it.expose().to_owned()),
            password_due: it.password_due,
            password_generation: it.password_generation,
            identities: it.identities.iter().map(StoredIdentity::from).collect(),
            language: it.language,
            operator: it.operator,
            created_at: it.created_at.into(),
            audit_sequence: it.audit.sequence,
            audit_hash: Hex::from(it.audit.hash.as_slice()),
            version: it.version,
        }
    }
}

impl UserRow {
    pub(crate) fn user(self) -> Result<User, StoreError> {
        let emails = self.emails.into_iter();
        let used_at = self.initial_password_used_at.map(|it| it.0);
        let initial_password = self.initial_password_expires_at.map(|it| InitialPassword { expires_at: it.0, used_at });
        Ok(User {
            id: UserId(self.id),
            name: self.name,
            names: Names { first: self.first_name, last: self.last_name },
            home: self.home_organization_id.map(OrganizationId),
            initial_password,
            username: self.username.as_deref().map(username).transpose()?,
            emails: emails.map(StoredEmail::email).collect(),
            password: self.password.map(PasswordHash::new),
            password_due: self.password_due,
            password_generation: self.password_generation,
            identities: self.identities.into_iter().map(StoredIdentity::identity).collect::<Result<_, _>>()?,
            language: self.language,
            operator: self.operator,
            created_at: self.created_at.0,
            audit: ChainEnd { sequence: self.audit_sequence, hash: self.audit_hash.hash()? },
            version: self.version,
        })
    }
}

pub(crate) fn username(text: &str) -> Result<Username, StoreError> {
    Username::parse(text).map_err(|_| damaged("a username", text))
}

/// A line of the claim table of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct UserEmailRow {
    pub(crate) email: String,
    pub(crate) user_id: Uuid,
    pub(crate) position: usize,
    pub(crate) verified_at: Option<Instant>,
}

impl UserEmailRow {
    /// The lines of one user.
    pub(crate) fn of(user: &User) -> Vec<Self> {
        let lines = user.emails.iter().enumerate();
        lines
            .map(|(position, it)| Self {
                email: it.address.to_string(),
                user_id: user.id.0,
                position,
                verified_at: it.verified_at.map(Instant::from),
            })
            .collect()
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SignInRow {
    user_id: Uuid,
    id: Uuid,
    token_hash: Hex,
    created_at: Instant,
    expires_at: Instant,
    last_seen_at: Instant,
    description: Option<String>,
    password_generation: u32,
    assurance: String,
    proven_at: Instant,
}

/// The columns of [`SignInRow`], of a table called `s`.
macro_rules! sign_in_columns {
    () => {
        concat!(
            "s.user_id, s.id, encode(s.token_hash, 'hex') AS token_hash, ",
            $crate::statement::micros!("s.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("s.expires_at"),
            " AS expires_at, ",
            $crate::statement::micros!("s.last_seen_at"),
            " AS last_seen_at, s.description, s.password_generation, s.assurance, ",
            $crate::statement::micros!("s.proven_at"),
            " AS proven_at"
        )
    };
}

impl From<&SignIn> for SignInRow {
    fn from(it: &SignIn) -> Self {
        Self {
            user_id: it.user.0,
            id: it.id.0,
            token_hash: Hex::from(it.token.0.as_slice()),
            created_at: it.created_at.into(),
            expires_at: it.expires_at.into(),
            last_seen_at: it.last_seen_at.into(),
            description: it.description.clone(),
            password_generation: it.password_generation,
            assurance: it.assurance.as_str().to_owned(),
            proven_at: it.proven_at.into(),
        }
    }
}

impl SignInRow {
    pub(crate) fn sign_in(self) -> Result<SignIn, StoreError> {
        let assurance = Assurance::ALL.into_iter().find(|it| it.as_str() == self.assurance);
        Ok(SignIn {
            assurance: assurance.ok_or_else(|| damaged("an assurance", &self.assurance))?,
            proven_at: self.proven_at.0,
            id: SignInId(self.id),
            user: UserId(self.user_id),
            token: TokenHash(self.token_hash.hash()?),
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
            last_seen_at: self.last_seen_at.0,
            description: self.description,
            password_generation: self.password_generation,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SecondFactorsRow {
    user_id: Uuid,
    totp: Option<Totp>,
    passkeys: Vec<Passkey>,
    codes: Vec<CodeHash>,
    version: u64,
}

impl From<&SecondFactors> for SecondFactorsRow {
    fn from(it: &SecondFactors) -> Self {
        Self {
            user_id: it.user.0,
            totp: it.totp.clone(),
            passkeys: it.passkeys.clone(),
            codes: it.codes.clone(),
            version: it.version,
        }
    }
}

impl SecondFactorsRow {
    pub(crate) fn second_factors(self) -> SecondFactors {
        SecondFactors {
            user: UserId(self.user_id),
            totp: self.totp,
            passkeys: self.passkeys,
            codes: self.codes,
            version: self.version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct UserLinkRow {
    user_id: Uuid,
    id: Uuid,
    kind: String,
    generation: u32,
    address: EmailAddress,
    created_at: Instant,
    expires_at: Instant,
    used_at: Option<Instant>,
    version: u64,
}

/// The columns of [`UserLinkRow`], of a table called `l`.
macro_rules! user_link_columns {
    () => {
        concat!(
            "l.user_id, l.id, l.kind, l.generation, l.address, ",
            $crate::statement::micros!("l.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("l.expires_at"),
            " AS expires_at, ",
            $crate::statement::micros!("l.used_at"),
            " AS used_at, l.version"
        )
    };
}

impl From<&UserLink> for UserLinkRow {
    fn from(it: &UserLink) -> Self {
        Self {
            user_id: it.user.0,
            id: it.id.0,
            kind: it.kind.as_str().to_owned(),
            generation: it.generation,
            address: it.address.clone(),
            created_at: it.created_at.into(),
            expires_at: it.expires_at.into(),
            used_at: it.used_at.map(Instant::from),
            version: it.version,
        }
    }
}

impl UserLinkRow {
    pub(crate) fn user_link(self) -> Result<UserLink, StoreError> {
        let kind = LinkKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(UserLink {
            id: UserLinkId(self.id),
            user: UserId(self.user_id),
            kind: kind.ok_or_else(|| damaged("a kind of link", &self.kind))?,
            generation: self.generation,
            address: self.address,
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
            used_at: self.used_at.map(|it| it.0),
            version: self.version,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SignUpRow {
    id: Uuid,
    email: EmailAddress,
    name: PersonName,
    password: String,
    language: Language,
    created_at: Instant,
    expires_at: Instant,
}

/// The columns of [`SignUpRow`], of a table called `s`.
macro_rules! sign_up_columns {
    () => {
        concat!(
            "s.id, s.email, s.name, s.password, s.language, ",
            $crate::statement::micros!("s.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("s.expires_at"),
            " AS expires_at"
        )
    };
}

impl From<&SignUp> for SignUpRow {
    fn from(it: &SignUp) -> Self {
        Self {
            id: it.id.0,
            email: it.email.clone(),
            name: it.name.clone(),
            password: it.password.expose().to_owned(),
            language: it.language,
            created_at: it.created_at.into(),
            expires_at: it.expires_at.into(),
        }
    }
}

impl SignUpRow {
    pub(crate) fn sign_up(self) -> Result<SignUp, StoreError> {
        Ok(SignUp {
            id: SignUpId(self.id),
            email: self.email,
            name: self.name,
            password: PasswordHash::new(self.password),
            language: self.language,
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
        })
    }
}

pub(crate) use {sign_in_columns, sign_up_columns, user_columns, user_link_columns};
