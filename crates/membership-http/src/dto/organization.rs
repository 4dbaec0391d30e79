//! Organizations on the wire.

use membership_core::branding::{self, Accent, LogoUrl, SenderName};
use membership_core::command;
use membership_core::email::EmailAddress;
use membership_core::input::InvalidInput;
use membership_core::language::Language;
use membership_core::name::OrganizationName;
use membership_core::organization::Head;
use membership_core::policy::OrganizationPolicy;
use membership_core::port::OrganizationQuery;
use membership_core::preset::{PRESETS, Preset};
use membership_core::service::OrganizationOfMine;
use membership_core::subscription::Terms;
use membership_core::view::OrganizationView;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::cursor::{self, SortedBy};
use crate::dto::field;
use crate::dto::member::Member;
use crate::dto::subscription::{Subscription, SubscriptionChange, seat_limit};
use crate::query;

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
    branding: Branding,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Counts the changes; the `ETag`.
    version: u64,
    subscription: Subscription,
    /// One's own membership; `null` for the operator.
    #[schema(required)]
    membership: Option<Member>,
    /// Which place one has among those who wait for a seat, 1 for whoever is next; `null` for whoever does not wait, for
    /// those behind the first thousand, and in the answer to a change.
    #[schema(required)]
    waiting_position: Option<usize>,
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
            branding: Branding::from(&organization.branding),
            created_at: organization.created_at,
            version: organization.version,
            subscription: Subscription::from(view),
            membership: view.own.as_ref().map(Member::from),
            waiting_position: view.waiting_position,
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

/// One of all organizations, as the operator's list shows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedOrganization {
    id: Uuid,
    name: String,
    /// `awaiting_owner` or `live`.
    state: &'static str,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// What the operator calls the package.
    #[schema(required)]
    plan: Option<String>,
    /// How many seats there are; `null` is unlimited.
    #[schema(required)]
    seat_limit: Option<u32>,
    /// Seats that members hold or outstanding invitations reserve.
    seats_taken: u32,
    /// From when on the subscription is over; `null` never ends.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    expires_at: Option<OffsetDateTime>,
}

impl From<Head> for ListedOrganization {
    fn from(head: Head) -> Self {
        Self {
            id: head.organization.id.0,
            name: head.organization.name.to_string(),
            state: head.organization.state.as_str(),
            created_at: head.organization.created_at,
            plan: head.subscription.plan.map(|plan| plan.to_string()),
            seat_limit: head.seats.limit,
            seats_taken: head.seats.taken(),
            expires_at: head.subscription.expires_at,
        }
    }
}

/// Which of all organizations to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrganizationsAsked {
    /// Only those whose name contains this text, whatever the case of its ASCII letters, or whose id it is.
    q: Option<String>,
    /// How many rows, 1 to 100; 50 if none is named.
    limit: Option<String>,
    /// Where the page begins: the `next_cursor` of the page before.
    cursor: Option<String>,
}

impl OrganizationsAsked {
    pub(crate) fn query(self) -> Result<OrganizationQuery, InvalidInput> {
        Ok(OrganizationQuery {
            text: query::search(self.q)?,
            cursor: self.cursor.map(|text| cursor::read(&text, SortedBy::Text)).transpose()?,
            limit: query::limit(self.limit.as_deref())?,
        })
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

/// An organization gets another name, or looks and signs otherwise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationChange {
    name: Option<String>,
    branding: Option<BrandingChange>,
}

impl OrganizationChange {
    pub(crate) fn name(&self) -> Result<Option<OrganizationName>, InvalidInput> {
        if self.name.is_none() && self.branding.is_none() {
            return Err(InvalidInput::new("name", "missing", "must be given, or `branding`"));
        }
        self.name.as_deref().map(OrganizationName::parse).transpose()
    }

    pub(crate) fn branding(&self) -> Result<command::BrandingChange, InvalidInput> {
        self.branding.as_ref().map_or_else(|| Ok(command::BrandingChange::default()), BrandingChange::change)
    }
}

/// Which parts of the branding change. What is not named stays; `null` takes a part away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrandingChange {
    /// The `https` address of a picture.
    #[serde(default, deserialize_with = "field::nullable")]
    logo_url: Option<Option<String>>,
    /// A colour such as `#0b5cad` that contrasts with white by at least 4.5 to 1.
    #[serde(default, deserialize_with = "field::nullable")]
    accent: Option<Option<String>>,
    /// The name in the `From` of the organization's mails.
    #[serde(default, deserialize_with = "field::nullable")]
    sender_name: Option<Option<String>>,
    /// Where answers to the organization's mails go.
    #[serde(default, deserialize_with = "field::nullable")]
    reply_to: Option<Option<String>>,
}

impl BrandingChange {
    fn change(&self) -> Result<command::BrandingChange, InvalidInput> {
        let reply_to = |text: &str| EmailAddress::parse(text).map_err(|it| it.about("reply_to"));
        Ok(command::BrandingChange {
            logo_url: part(self.logo_url.as_ref(), LogoUrl::parse)?,
            accent: part(self.accent.as_ref(), Accent::parse)?,
            sender_name: part(self.sender_name.as_ref(), SenderName::parse)?,
            reply_to: part(self.reply_to.as_ref(), reply_to)?,
        })
    }
}

/// A part that may be left out, taken away or set.
fn part<T>(
    given: Option<&Option<String>>,
    parse: impl Fn(&str) -> Result<T, InvalidInput>,
) -> Result<Option<Option<T>>, InvalidInput> {
    given.map(|text| text.as_deref().map(parse).transpose()).transpose()
}

/// How an organization looks and signs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Branding {
    /// The `https` address of a picture.
    #[schema(required)]
    logo_url: Option<String>,
    /// The colour of the header.
    #[schema(required)]
    accent: Option<String>,
    /// The name in the `From` of the organization's mails.
    #[schema(required)]
    sender_name: Option<String>,
    /// Where answers to the organization's mails go.
    #[schema(required)]
    reply_to: Option<String>,
}

impl From<&branding::Branding> for Branding {
    fn from(it: &branding::Branding) -> Self {
        Self {
            logo_url: it.logo_url.as_ref().map(ToString::to_string),
            accent: it.accent.map(|accent| accent.to_string()),
            sender_name: it.sender_name.as_ref().map(|name| name.as_str().to_owned()),
            reply_to: it.reply_to.as_ref().map(ToString::to_string),
        }
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

/// Whom the operator invites to own an organization that awaits its owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerToBe {
    /// The address that gets the invitation.
    email: String,
}

impl OwnerToBe {
    pub(crate) fn email(&self) -> Result<EmailAddress, InvalidInput> {
        EmailAddress::parse(&self.email)
    }
}
