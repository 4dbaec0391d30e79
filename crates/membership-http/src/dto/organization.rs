//! Organizations on the wire.

use membership_core::email::EmailAddress;
use membership_core::input::InvalidInput;
use membership_core::language::Language;
use membership_core::name::OrganizationName;
use membership_core::organization::Head;
use membership_core::policy::OrganizationPolicy;
use membership_core::preset::{PRESETS, Preset};
use membership_core::service::OrganizationOfMine;
use membership_core::subscription::Terms;
use membership_core::view::OrganizationView;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::field;
use crate::dto::member::Member;
use crate::dto::subscription::{Subscription, SubscriptionChange, seat_limit};

/// An organization, with what the caller may do to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organization {
    id: Uuid,
    name: String,
    /// `awaiting_owner` or `live`.
    state: &'static str,
    /// The owner's membership; `null` while the organization awaits its owner.
    #[schema(required)]
    owner_id: Option<Uuid>,
    /// The owner's name.
    #[schema(required)]
    owner: Option<String>,
    language: &'static str,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Counts the changes; the `ETag`.
    version: u64,
    subscription: Subscription,
    /// One's own membership; `null` for the operator.
    #[schema(required)]
    membership: Option<Member>,
    /// What the caller may do to the organization now.
    allowed_actions: Vec<&'static str>,
    /// The roles the caller may invite with.
    grantable_roles: Vec<String>,
}

impl From<&OrganizationView> for Organization {
    fn from(view: &OrganizationView) -> Self {
        let organization = &view.head.organization;
        Self {
            id: organization.id.0,
            name: organization.name.to_string(),
            state: organization.state.as_str(),
            owner_id: organization.owner.map(|owner| owner.0),
            owner: view.owner.clone(),
            language: organization.language.tag(),
            created_at: organization.created_at,
            version: organization.version,
            subscription: Subscription::from(view),
            membership: view.own.as_ref().map(Member::from),
            allowed_actions: view.allowed_actions.clone(),
            grantable_roles: view.grantable_roles.iter().map(ToString::to_string).collect(),
        }
    }
}

/// An organization one belongs to, with one's own membership.
#[derive(Serialize, ToSchema)]
pub(crate) struct MembershipOfMine {
    organization: NamedOrganization,
    membership: Member,
}

impl From<&OrganizationOfMine> for MembershipOfMine {
    fn from(mine: &OrganizationOfMine) -> Self {
        Self { organization: NamedOrganization::from(&mine.head), membership: Member::from(&mine.own) }
    }
}

/// An organization by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct NamedOrganization {
    id: Uuid,
    name: String,
    /// `awaiting_owner` or `live`.
    state: &'static str,
}

impl From<&Head> for NamedOrganization {
    fn from(head: &Head) -> Self {
        let organization = &head.organization;
        Self { id: organization.id.0, name: organization.name.to_string(), state: organization.state.as_str() }
    }
}

/// Somebody founds an organization, and owns it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganization {
    name: String,
    /// The preset its rules start from; `team` if none is named.
    preset: Option<String>,
    /// `en` or `fr`: the language of its mails.
    language: Option<String>,
}

/// What an organization starts from.
pub(crate) struct Start {
    pub(crate) name: OrganizationName,
    pub(crate) policy: OrganizationPolicy,
    pub(crate) language: Language,
}

impl NewOrganization {
    pub(crate) fn start(&self) -> Result<Start, InvalidInput> {
        start(&self.name, self.preset.as_deref(), self.language.as_deref())
    }
}

fn start(name: &str, preset: Option<&str>, language: Option<&str>) -> Result<Start, InvalidInput> {
    let preset = preset.unwrap_or(PRESETS.first().map_or("", |preset| preset.key));
    Ok(Start {
        name: OrganizationName::parse(name)?,
        policy: Preset::named(preset)?.policy()?,
        language: field::language(language)?.unwrap_or_default(),
    })
}

/// An organization gets another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationChange {
    name: String,
}

impl OrganizationChange {
    pub(crate) fn name(&self) -> Result<OrganizationName, InvalidInput> {
        OrganizationName::parse(&self.name)
    }
}

/// The operator founds an organization for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationForOwner {
    name: String,
    /// The preset its rules start from; `team` if none is named.
    preset: Option<String>,
    /// Whose organization it will be: this address gets the invitation.
    owner_email: String,
    /// How many seats were bought, and nothing else; none named is unlimited.
    seat_limit: Option<i64>,
    /// Instead: what was bought.
    subscription: Option<SubscriptionChange>,
    /// `en` or `fr`: the language of its mails.
    language: Option<String>,
}

impl OrganizationForOwner {
    pub(crate) fn start(&self) -> Result<Start, InvalidInput> {
        start(&self.name, self.preset.as_deref(), self.language.as_deref())
    }

    pub(crate) fn owner(&self) -> Result<EmailAddress, InvalidInput> {
        EmailAddress::parse(&self.owner_email).map_err(|it| it.about("owner_email"))
    }

    pub(crate) fn terms(&self) -> Result<Terms, InvalidInput> {
        match (&self.subscription, self.seat_limit) {
            (Some(_), Some(_)) => Err(InvalidInput::new("seat_limit", "duplicate-field", "must be given once")),
            (Some(subscription), None) => subscription.terms(),
            (None, limit) => Ok(Terms::of_seats(seat_limit(limit)?)),
        }
    }
}
