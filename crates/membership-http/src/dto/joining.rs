//! Links of invitations on the wire, as those see them who were invited.

use membership_core::command::Accepted;
use membership_core::email::EmailAddress;
use membership_core::input::InvalidInput;
use membership_core::name::{PersonName, Username};
use membership_core::service::{self, AcceptForm};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::field;
use crate::dto::policy::Asks;
use crate::dto::user::SecondFactorAwaited;

/// A link is shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShownLink {
    /// The link, or the token in it.
    token: String,
}

impl ShownLink {
    pub(crate) fn token(&self) -> &str {
        field::token(&self.token)
    }
}

/// What a link leads to. Looking changes nothing.
#[derive(Serialize, ToSchema)]
pub(crate) struct Inspection {
    organization: InvitingOrganization,
    /// The role's key, or `owner`.
    role: String,
    /// Who invites; `null` for the operator.
    #[schema(required)]
    inviter: Option<String>,
    /// The invited address, mostly hidden.
    masked_email: String,
    #[schema(required)]
    message: Option<String>,
    /// Until when it can be accepted.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    language: &'static str,
    /// Whether the invited address has an account here.
    has_account: bool,
    /// Whether the link went by mail, so that it proves the mailbox.
    proves_mailbox: bool,
    /// What a person without an account is asked for.
    asks: Asks,
}

/// The organization that invites.
#[derive(Serialize, ToSchema)]
struct InvitingOrganization {
    id: Uuid,
    name: String,
}

impl From<service::Inspection> for Inspection {
    fn from(seen: service::Inspection) -> Self {
        Self {
            organization: InvitingOrganization { id: seen.organization.0, name: seen.organization_name },
            role: seen.role,
            inviter: seen.inviter,
            masked_email: seen.masked_email,
            message: seen.message,
            expires_at: seen.expires_at,
            language: seen.language.tag(),
            has_account: seen.has_account,
            proves_mailbox: seen.proves_mailbox,
            asks: Asks::from(&seen.asks),
        }
    }
}

/// An invitation is accepted: as whoever is signed in, as the known person whose address is typed, or as a new person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    /// The link, or the token in it.
    token: String,
    /// A person with an account who is not signed in types the invited address.
    email: Option<String>,
    /// A new person's name.
    name: Option<String>,
    /// A new person's first name, where the organization asks for both.
    first_name: Option<String>,
    /// A new person's last name, where the organization asks for both.
    last_name: Option<String>,
    /// A new person's username.
    username: Option<String>,
    /// A new person's password.
    #[schema(format = Password)]
    password: Option<String>,
    /// `en` or `fr`.
    language: Option<String>,
}

impl Acceptance {
    pub(crate) fn token(&self) -> &str {
        field::token(&self.token)
    }

    pub(crate) fn form(&self) -> Result<AcceptForm, InvalidInput> {
        let name = |field: &'static str, text: &Option<String>| {
            text.as_deref().map(|text| PersonName::parse(text).map_err(|it| it.about(field))).transpose()
        };
        Ok(AcceptForm {
            email: self.email.as_deref().map(EmailAddress::parse).transpose()?,
            name: name("name", &self.name)?,
            first_name: name("first_name", &self.first_name)?,
            last_name: name("last_name", &self.last_name)?,
            username: self.username.as_deref().map(Username::parse).transpose()?,
            password: self.password.as_deref().map(SecretString::from),
            language: field::language(self.language.as_deref())?,
        })
    }
}

/// An accepted invitation, with the bearer token of a fresh sign-in, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedInvitation {
    membership: Membership,
    /// The bearer token. It is not shown again. None for whoever shows a trusted issuer's token instead of ours, and if a
    /// second factor is to be shown first.
    #[schema(required)]
    token: Option<String>,
    /// What is still to be shown, if the person has a second factor and was not signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor: Option<SecondFactorAwaited>,
    user_id: Uuid,
}

/// A new membership.
#[derive(Serialize, ToSchema)]
pub(crate) struct Membership {
    id: Uuid,
    organization_id: Uuid,
    name: String,
    /// The role's key, or `owner`.
    role: String,
    /// Whether the member holds a seat.
    seat: bool,
    /// Whether full access waits for a seat to be allocated.
    awaits_seat: bool,
    #[serde(with = "time::serde::rfc3339")]
    joined_at: OffsetDateTime,
    /// From when on the member has no access.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    deactivates_at: Option<OffsetDateTime>,
}

impl From<&service::AcceptedAccount> for AcceptedInvitation {
    fn from(account: &service::AcceptedAccount) -> Self {
        let awaits = &account.accepted.awaits_factor;
        let pending = account.token.as_ref().filter(|_| !awaits.is_empty());
        let second_factor = pending.map(|token| SecondFactorAwaited::of(token, awaits));
        Self {
            membership: Membership::from(&account.accepted),
            token: account.token.as_ref().filter(|_| awaits.is_empty()).map(|it| it.expose().to_owned()),
            second_factor,
            user_id: account.user.0,
        }
    }
}

impl From<&Accepted> for Membership {
    fn from(accepted: &Accepted) -> Self {
        let member = &accepted.member;
        Self {
            id: member.id.0,
            organization_id: accepted.organization.0,
            name: member.name.to_string(),
            role: if accepted.owns { "owner".to_owned() } else { member.role.to_string() },
            seat: member.seat,
            awaits_seat: accepted.awaits_seat,
            joined_at: member.joined_at,
            deactivates_at: member.deactivates_at,
        }
    }
}
