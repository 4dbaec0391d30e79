//! Logins that somebody else sets up, and the personal links to them, on the wire.

use membership_core::input::InvalidInput;
use membership_core::name::Username;
use membership_core::service::{self, HandedOver, LoginHelp, SetUpForm};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::field;
use crate::options::Api;

/// A personal link is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedLink {
    /// `mail` (the default), or `return` to hand the link over by other means.
    pub(crate) deliver: Option<String>,
}

/// The code that can be typed in the place of a personal link, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct TypedCode {
    /// The code as it is printed, such as `7KQM-4XPD-9RTW`; capitals, blanks and dashes mean nothing.
    text: String,
    /// The page where it is typed.
    page: String,
    /// Until when it can be typed. A few wrong ones end it earlier.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

impl TypedCode {
    pub(crate) fn of(api: &Api, handed: &HandedOver) -> Self {
        let (text, page) = (handed.code.expose_secret().to_owned(), api.code_page());
        Self { text, page, expires_at: handed.code_expires_at }
    }
}

/// A code is typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShownCode {
    /// The code, however it is written.
    pub(crate) code: String,
}

/// The personal link that a typed code takes the place of.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedCode {
    /// The link's token, to inspect and redeem.
    token: String,
}

impl From<&SecretString> for OpenedCode {
    fn from(link: &SecretString) -> Self {
        Self { token: link.expose_secret().to_owned() }
    }
}

/// A personal link on its way, or in the answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonalLink {
    /// The link, shown this once, if it is to be handed over; older ones of the same member are dead.
    #[schema(required)]
    pub(crate) link: Option<String>,
    /// The code that can be typed in its place, shown this once, if it is to be handed over.
    #[schema(required)]
    pub(crate) code: Option<TypedCode>,
    /// Until when it can be used.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub(crate) expires_at: Option<OffsetDateTime>,
}

/// What changes of a member's login; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The name to sign in with.
    username: Option<String>,
    /// A password that lets the person in once, within 14 days, and must then be replaced. Every sign-in ends.
    #[schema(format = Password)]
    initial_password: Option<String>,
}

impl Login {
    pub(crate) fn help(&self) -> Result<LoginHelp, InvalidInput> {
        Ok(LoginHelp {
            username: self.username.as_deref().map(Username::parse).transpose()?,
            initial_password: self.initial_password.as_deref().map(SecretString::from),
        })
    }
}

/// What a personal link leads to. Looking changes nothing.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetUpInspection {
    organization_id: Uuid,
    organization_name: String,
    /// What the person is called there.
    name: String,
    /// The member's address, mostly hidden.
    #[schema(required)]
    masked_email: Option<String>,
    /// The username that was prepared; it stays unless another is chosen.
    #[schema(required)]
    username: Option<String>,
    /// A free username to propose where none was prepared, made of the person's name.
    #[schema(required)]
    suggested_username: Option<String>,
    /// Whether a username must be chosen.
    asks_username: bool,
    /// Until when the link can be used.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    language: &'static str,
    /// Whether the member's address has an account here, which must be signed in to. Never told of a link that was
    /// handed over.
    has_account: bool,
    /// Whether the link went by mail, so that it proves the mailbox.
    proves_mailbox: bool,
}

impl From<service::SetUpInspection> for SetUpInspection {
    fn from(seen: service::SetUpInspection) -> Self {
        Self {
            organization_id: seen.organization.0,
            organization_name: seen.organization_name,
            name: seen.name.to_string(),
            masked_email: seen.masked_email,
            username: seen.username.as_ref().map(ToString::to_string),
            suggested_username: seen.suggested_username.as_ref().map(ToString::to_string),
            asks_username: seen.asks_username,
            expires_at: seen.expires_at,
            language: seen.language.tag(),
            has_account: seen.has_account,
            proves_mailbox: seen.proves_mailbox,
        }
    }
}

/// A login is set up: by whoever is signed in, who takes the membership over, or by a new person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChosenLogin {
    /// The link, or the token in it.
    token: String,
    /// A new person's username.
    username: Option<String>,
    /// A new person's password.
    #[schema(format = Password)]
    password: Option<String>,
    /// `en` or `fr`.
    language: Option<String>,
}

impl ChosenLogin {
    pub(crate) fn token(&self) -> &str {
        field::token(&self.token)
    }

    pub(crate) fn form(&self) -> Result<SetUpForm, InvalidInput> {
        Ok(SetUpForm {
            username: self.username.as_deref().map(Username::parse).transpose()?,
            password: self.password.as_deref().map(SecretString::from),
            language: field::language(self.language.as_deref())?,
        })
    }
}

/// A login that was set up, with the bearer token of a fresh sign-in, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetUpLogin {
    organization_id: Uuid,
    member_id: Uuid,
    user_id: Uuid,
    /// The bearer token. It is not shown again. None for whoever shows a trusted issuer's token instead of ours.
    #[schema(required)]
    token: Option<String>,
}

impl From<&service::SetUpAccount> for SetUpLogin {
    fn from(account: &service::SetUpAccount) -> Self {
        Self {
            organization_id: account.organization.0,
            member_id: account.member.id.0,
            user_id: account.user.0,
            token: account.token.as_ref().map(|it| it.expose().to_owned()),
        }
    }
}
