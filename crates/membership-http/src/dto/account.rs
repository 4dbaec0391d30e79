//! One's own account on the wire: recovering, sign-ins, password and addresses.

use membership_core::email::EmailAddress;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::identity::Identity;
use membership_core::input::InvalidInput;
use membership_core::user::SignIn;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody asks to be let in again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoveryRequest {
    /// An address or the username.
    pub(crate) login: String,
}

/// The answer to everybody who asks, whether or not the login names anybody.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryReceived {
    /// What happens next.
    detail: &'static str,
}

impl Default for RecoveryReceived {
    fn default() -> Self {
        Self { detail: "if this login has an account, a mail with a link is on its way to its mailbox" }
    }
}

/// A link is shown by which a new password is chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordReset {
    /// The link, or the token in it.
    pub(crate) token: String,
    /// The new password.
    #[schema(format = Password)]
    pub(crate) password: String,
}

/// A person chooses a new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    /// The present password; it is needed if there is one.
    #[schema(format = Password)]
    pub(crate) present_password: Option<String>,
    /// The new password.
    #[schema(format = Password)]
    pub(crate) password: String,
}

/// An address of one's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnAddress {
    /// The address.
    email: String,
}

impl OwnAddress {
    pub(crate) fn address(&self) -> Result<EmailAddress, InvalidInput> {
        EmailAddress::parse(&self.email)
    }
}

/// An invitation that waits for an address of one's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitingInvitation {
    organization_id: String,
    invitation_id: String,
}

impl WaitingInvitation {
    pub(crate) fn ids(&self) -> Result<(OrganizationId, InvitationId), InvalidInput> {
        Ok((self.organization_id.parse()?, self.invitation_id.parse()?))
    }
}

/// The answer to somebody who registered by an invitation's link.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    /// What happens next.
    detail: &'static str,
}

impl Default for Registered {
    fn default() -> Self {
        Self { detail: "a mail with a login link is on its way to the invited address; the invitation waits" }
    }
}

/// A sign-in of one's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInOfMine {
    id: Uuid,
    /// What began it, as it called itself, such as `Firefox on Linux`.
    #[schema(required)]
    description: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When it was last used, give or take an hour.
    #[serde(with = "time::serde::rfc3339")]
    last_seen_at: OffsetDateTime,
    /// When it ends at the latest.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// Whether this request came with it.
    current: bool,
}

impl SignInOfMine {
    pub(crate) fn of(sign_in: &SignIn, current: &SignIn) -> Self {
        Self {
            id: sign_in.id.0,
            description: sign_in.description.clone(),
            created_at: sign_in.created_at,
            last_seen_at: sign_in.last_seen_at,
            expires_at: sign_in.expires_at,
            current: sign_in.id == current.id,
        }
    }
}

/// An identity of a provider or issuer that signs in to one's account.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityOfMine {
    id: Uuid,
    /// Who vouches, as it calls itself in its statements (`iss`).
    issuer: String,
    /// What it calls the person (`sub`).
    subject: String,
    /// The address that it named last, to recognise it by.
    #[schema(required)]
    email: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    linked_at: OffsetDateTime,
}

impl From<&Identity> for IdentityOfMine {
    fn from(identity: &Identity) -> Self {
        Self {
            id: identity.id().0,
            issuer: identity.subject.issuer().to_owned(),
            subject: identity.subject.subject().to_owned(),
            email: identity.email.as_ref().map(ToString::to_string),
            linked_at: identity.linked_at,
        }
    }
}
