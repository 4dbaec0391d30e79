//! Users and their sign-ins on the wire.

use membership_core::command::UpdateProfile;
use membership_core::input::InvalidInput;
use membership_core::name::PersonName;
use membership_core::second_factor::FactorKind;
use membership_core::secret::SignInToken;
use membership_core::service::{self, SignUpForm};
use membership_core::{email::EmailAddress, user};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::Answer;
use crate::dto::field;

/// Somebody asks for an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    /// The address; it gets a link that verifies it.
    email: String,
    /// What the person is called.
    name: String,
    /// The chosen password.
    #[schema(format = Password)]
    password: String,
    /// `en` or `fr`.
    language: Option<String>,
}

impl NewUser {
    pub(crate) fn form(&self) -> Result<SignUpForm, InvalidInput> {
        Ok(SignUpForm {
            email: EmailAddress::parse(&self.email)?,
            name: PersonName::parse(&self.name)?,
            password: SecretString::from(self.password.as_str()),
            language: field::language(self.language.as_deref())?.unwrap_or_default(),
        })
    }
}

/// The answer to everybody who asks for an account, whether or not the address has one.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignUpReceived {
    /// What happens next.
    detail: &'static str,
}

impl Default for SignUpReceived {
    fn default() -> Self {
        Self { detail: "a mail is on its way to this address; its link verifies it" }
    }
}

/// The link of a verification mail is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verification {
    /// The link, or the token in it.
    pub(crate) token: String,
    /// The password that was chosen when signing up.
    #[schema(format = Password)]
    pub(crate) password: String,
}

/// Somebody signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// An address or the username.
    pub(crate) login: String,
    /// The password.
    #[schema(format = Password)]
    pub(crate) password: String,
}

/// A person and the bearer token of a fresh sign-in, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    user: User,
    /// The bearer token. It is not shown again.
    token: String,
    /// Whether the password must be changed before anything else.
    password_change_required: bool,
}

/// One factor was right, and a second one is asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorAwaited {
    /// What can be shown: `totp`, `passkey`, `recovery_code`.
    second_factor_required: Vec<&'static str>,
    /// Goes to `POST /sign-ins/second-factor`, within ten minutes; it is worth nothing else.
    pending_token: String,
}

impl SecondFactorAwaited {
    pub(crate) fn of(token: &SignInToken, awaits: &[FactorKind]) -> Self {
        Self {
            second_factor_required: awaits.iter().map(|kind| kind.as_str()).collect(),
            pending_token: token.pending().expose_secret().to_owned(),
        }
    }
}

/// The answer to one factor: signed in (201), or what is still to be shown (202).
pub(crate) fn let_in(signed_in: &service::SignedIn) -> Answer {
    if signed_in.awaits.is_empty() {
        return Answer::created(&SignedIn::from(signed_in));
    }
    Answer::accepted(&SecondFactorAwaited::of(&signed_in.token, &signed_in.awaits))
}

impl From<&service::SignedIn> for SignedIn {
    fn from(signed_in: &service::SignedIn) -> Self {
        Self {
            user: User::from(&signed_in.user),
            token: signed_in.token.expose().to_owned(),
            password_change_required: signed_in.user.password_due,
        }
    }
}

/// A person's account, as the person sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    id: Uuid,
    name: String,
    /// Where it is known apart.
    #[schema(required)]
    first_name: Option<String>,
    /// Where it is known apart.
    #[schema(required)]
    last_name: Option<String>,
    #[schema(required)]
    username: Option<String>,
    emails: Vec<Email>,
    language: &'static str,
    /// Whether the person runs this deployment.
    operator: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Counts the changes; the `ETag`.
    version: u64,
}

/// An address of a person.
#[derive(Serialize, ToSchema)]
struct Email {
    address: String,
    /// When its mailbox was proven to be the person's.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    verified_at: Option<OffsetDateTime>,
}

impl From<&user::User> for User {
    fn from(user: &user::User) -> Self {
        let email = |it: &user::UserEmail| Email { address: it.address.to_string(), verified_at: it.verified_at };
        Self {
            id: user.id.0,
            name: user.name.to_string(),
            first_name: user.names.first.as_ref().map(ToString::to_string),
            last_name: user.names.last.as_ref().map(ToString::to_string),
            username: user.username.as_ref().map(ToString::to_string),
            emails: user.emails.iter().map(email).collect(),
            language: user.language.tag(),
            operator: user.operator,
            created_at: user.created_at,
            version: user.version,
        }
    }
}

/// What a person changes about themselves; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileChange {
    name: Option<String>,
    /// `en` or `fr`.
    language: Option<String>,
}

impl ProfileChange {
    pub(crate) fn command(
        &self,
        user: membership_core::id::UserId,
        expected: Option<u64>,
    ) -> Result<UpdateProfile, InvalidInput> {
        let name = self.name.as_deref().map(PersonName::parse).transpose()?;
        Ok(UpdateProfile { user, name, names: None, language: field::language(self.language.as_deref())?, expected })
    }
}
