//! Members on the wire.

use membership_core::command::MemberChange as ProfileChange;
use membership_core::email::EmailAddress;
use membership_core::id::{GroupId, MemberId};
use membership_core::input::InvalidInput;
use membership_core::invitation::Delivery;
use membership_core::language::Language;
use membership_core::member::MemberStatus;
use membership_core::name::PersonName;
use membership_core::port::{MemberQuery, MemberSort};
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber};
use membership_core::report::SignedIn;
use membership_core::role::RoleKey;
use membership_core::roster::Invited;
use membership_core::view::{Details, MemberView};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::cursor::{self, SortedBy};
use crate::dto::field;
use crate::query;

/// A member, with what the caller may do to them.
#[derive(Serialize, ToSchema)]
pub(crate) struct Member {
    id: Uuid,
    /// The person's account; `null` for somebody without a login.
    #[schema(required)]
    user_id: Option<Uuid>,
    name: String,
    #[schema(required)]
    email: Option<String>,
    /// The role's key, or `owner`.
    role: String,
    /// The role in the scheme; an owner's is the highest.
    base_role: String,
    /// `active`, `suspended` or `deactivated`, now.
    status: &'static str,
    /// Whether the member holds a seat now.
    seat: bool,
    /// Since when the member waits for a seat, if they do.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    waits_since: Option<OffsetDateTime>,
    access: Access,
    #[serde(with = "time::serde::rfc3339")]
    joined_at: OffsetDateTime,
    /// From when on the member has no access.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    deactivates_at: Option<OffsetDateTime>,
    /// What the organization keeps of the member; only for whoever manages members or logins, and of oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
    /// How the person is brought to set up a login; only for whoever manages members or logins.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitations_to_login: Option<InvitationsToLogin>,
    /// When the person last signed in; only for whoever manages members or logins.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    last_login_at: Option<OffsetDateTime>,
    /// Since when the person has had a login; `null` for who has none; only for whoever manages members or logins.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    login_since: Option<OffsetDateTime>,
    /// The groups the member is in, by name; where members are read and listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<GroupOfMember>>,
    /// Counts the changes; the `ETag`.
    version: u64,
    /// What the caller may do to the member now.
    allowed_actions: Vec<&'static str>,
    /// The roles the caller may give the member.
    grantable_roles: Vec<String>,
}

/// A group that a member is in.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupOfMember {
    id: Uuid,
    name: String,
}

/// What an organization keeps of a member.
#[derive(Serialize, ToSchema)]
pub(crate) struct Profile {
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    /// `en` or `fr`; `null` for the organization's.
    #[schema(required)]
    language: Option<&'static str>,
    labels: Vec<String>,
    /// The number in the organization's own books, unique in it.
    #[schema(required)]
    number: Option<String>,
    /// What the organization notes of the member; not shown to the member.
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_information: Option<Option<String>>,
}

impl Profile {
    fn of(view: &MemberView) -> Option<Self> {
        let profile = &view.member.profile;
        let noted = profile.additional_information.as_ref().map(ToString::to_string);
        (view.details != Details::None).then(|| Self {
            first_name: profile.names.first.as_ref().map(ToString::to_string),
            last_name: profile.names.last.as_ref().map(ToString::to_string),
            language: profile.language.map(Language::tag),
            labels: profile.labels.iter().map(str::to_owned).collect(),
            number: profile.number.as_ref().map(ToString::to_string),
            additional_information: (view.details == Details::All).then_some(noted),
        })
    }
}

/// How a person is brought to set up a login.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationsToLogin {
    /// How many rounds have written to them.
    rounds: usize,
    /// When the last of these did.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    last_round_at: Option<OffsetDateTime>,
    /// When the latest personal link was made; `null` if none ever was.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    link_made_at: Option<OffsetDateTime>,
    /// How the mail that carries it fares: `none`, `queued`, `sent`, `deferred`, `bounced` or `failed`.
    delivery: &'static str,
}

impl InvitationsToLogin {
    fn of(view: &MemberView) -> Option<Self> {
        let (rounds, link) = (&view.member.rounds, view.member.set_up);
        (view.details == Details::All).then(|| Self {
            rounds: rounds.numbers.len(),
            last_round_at: rounds.last_at,
            link_made_at: link.map(|link| link.issued_at),
            delivery: link.map_or(Delivery::None, |link| link.delivery).as_str(),
        })
    }
}

/// What a member has access to, and why not to everything.
#[derive(Serialize, ToSchema)]
pub(crate) struct Access {
    /// `full`, `limited` or `none`.
    level: &'static str,
    /// The rule that keeps it from being full.
    #[schema(required)]
    because: Option<&'static str>,
}

impl From<&MemberView> for Member {
    fn from(view: &MemberView) -> Self {
        let member = &view.member;
        Self {
            id: member.id.0,
            user_id: member.user.map(|user| user.0),
            name: member.name.to_string(),
            email: member.email.as_ref().map(ToString::to_string),
            role: if view.is_owner { "owner".to_owned() } else { member.role.to_string() },
            base_role: member.role.to_string(),
            status: view.status.as_str(),
            seat: view.seat,
            waits_since: member.waits_since,
            access: Access { level: view.access.level(), because: view.access.because() },
            joined_at: member.joined_at,
            deactivates_at: member.deactivates_at,
            profile: Profile::of(view),
            invitations_to_login: InvitationsToLogin::of(view),
            last_login_at: view.last_login_at,
            login_since: member.login_since.filter(|_| view.details == Details::All),
            groups: view.groups.as_ref().map(|groups| {
                groups.iter().map(|it| GroupOfMember { id: it.id.0, name: it.name.to_string() }).collect()
            }),
            version: member.version,
            allowed_actions: view.allowed_actions.clone(),
            grantable_roles: view.grantable_roles.iter().map(ToString::to_string).collect(),
        }
    }
}

/// One change to a member: `role`, `deactivates_at`, or fields of the profile. Several of these at once are refused, so
/// that each has its own answer. What a person owns (names, language) an administrator fills while it is empty; once it
/// is set and the person has a login, only the person changes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberChange {
    /// The new role's key.
    role: Option<String>,
    /// From when on the member has no access; `null` for no end.
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>, format = DateTime)]
    deactivates_at: Option<Option<String>>,
    /// What the person is called. First and last name make it while the person has no login.
    name: Option<String>,
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>)]
    first_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>)]
    last_name: Option<Option<String>>,
    /// Where the person is reached. Whoever has a login chooses one of the addresses that they have verified.
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// `en` or `fr`; `null` for the organization's.
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// All of the member's labels, at most 20.
    labels: Option<Vec<String>>,
    /// The number in the organization's own books, unique in it.
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>)]
    number: Option<Option<String>>,
    /// What the organization notes of the member, at most 2,000 characters.
    #[serde(default, deserialize_with = "field::nullable")]
    #[schema(value_type = Option<String>)]
    additional_information: Option<Option<String>>,
}

/// What a [`MemberChange`] asks for.
pub(crate) enum Change {
    Role(RoleKey),
    DeactivationDate(Option<OffsetDateTime>),
    Profile(ProfileChange),
}

impl MemberChange {
    pub(crate) fn change(&self) -> Result<Change, InvalidInput> {
        let profile = self.profile()?;
        match (&self.role, &self.deactivates_at, profile.is_empty()) {
            (Some(role), None, true) => Ok(Change::Role(RoleKey::parse(role)?)),
            (None, Some(at), true) => {
                Ok(Change::DeactivationDate(field::optional_time("deactivates_at", at.as_deref())?))
            }
            (None, None, false) => Ok(Change::Profile(profile)),
            _ => {
                let rule = "must name exactly one change: `role`, `deactivates_at`, or fields of the profile";
                Err(InvalidInput::new("body", "one-change", rule))
            }
        }
    }

    fn profile(&self) -> Result<ProfileChange, InvalidInput> {
        let name = |field, text: &str| PersonName::parse(text).map_err(|input| input.about(field));
        Ok(ProfileChange {
            name: self.name.as_deref().map(PersonName::parse).transpose()?,
            first_name: field::change(self.first_name.as_ref(), |text| name("first_name", text))?,
            last_name: field::change(self.last_name.as_ref(), |text| name("last_name", text))?,
            email: field::change(self.email.as_ref(), EmailAddress::parse)?,
            language: field::change(self.language.as_ref(), str::parse)?,
            labels: self.labels.as_ref().map(Labels::parse).transpose()?,
            number: field::change(self.number.as_ref(), MemberNumber::parse)?,
            additional_information: field::change(self.additional_information.as_ref(), AdditionalInformation::parse)?,
        })
    }
}

/// A member is named in a body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedMember {
    /// Who shall own the organization.
    #[schema(format = Uuid)]
    member_id: String,
}

impl NamedMember {
    pub(crate) fn id(&self) -> Result<MemberId, InvalidInput> {
        self.member_id.parse()
    }
}

/// Which members to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MembersAsked {
    /// Only those whose name, address, number or label contains this text.
    q: Option<String>,
    /// Only those with this role.
    role: Option<String>,
    /// Only those with this status: `active`, `suspended` or `deactivated`.
    status: Option<String>,
    /// Only those with (`true`) or without (`false`) a seat.
    seat: Option<String>,
    /// Only those with (`true`) or without (`false`) a login.
    login: Option<String>,
    /// Only those who were invited to set up a login so far, or were not: `never`, `bounced` (their last mail came back), or
    /// `round-` and the number of a round.
    invited: Option<String>,
    /// Only those who `never` signed in, or who did since a day in UTC (`2026-03-01`) or an instant.
    signed_in: Option<String>,
    /// Only those in the group of this id.
    group: Option<String>,
    /// `name` (the default); `joined_at`, the newest first; `last_login`, who signed in last first; or `login_since`, who set
    /// up a login last first.
    sort: Option<String>,
    /// How many rows, 1 to 100; 50 if none is named.
    limit: Option<String>,
    /// Where the page begins: the `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which members to export.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MembersExported {
    /// Only those whose name, address, number or label contains this text.
    q: Option<String>,
    /// Only those with this role.
    role: Option<String>,
    /// Only those with this status: `active`, `suspended` or `deactivated`.
    status: Option<String>,
    /// Only those with (`true`) or without (`false`) a seat.
    seat: Option<String>,
    /// Only those with (`true`) or without (`false`) a login.
    login: Option<String>,
    /// Only those who were invited to set up a login so far, or were not: `never`, `bounced` (their last mail came back), or
    /// `round-` and the number of a round.
    invited: Option<String>,
    /// Only those who `never` signed in, or who did since a day in UTC (`2026-03-01`) or an instant.
    signed_in: Option<String>,
    /// Only those in the group of this id.
    group: Option<String>,
    /// `name` (the default); `joined_at`, the newest first; `last_login`, who signed in last first; or `login_since`, who set
    /// up a login last first.
    sort: Option<String>,
}

impl MembersExported {
    pub(crate) fn query(self) -> Result<MemberQuery, InvalidInput> {
        let Self { q, role, status, seat, login, invited, signed_in, group, sort } = self;
        let (limit, cursor) = (None, None);
        MembersAsked { q, role, status, seat, login, invited, signed_in, group, sort, limit, cursor }.query()
    }
}

impl MembersAsked {
    pub(crate) fn query(self) -> Result<MemberQuery, InvalidInput> {
        let words = MemberStatus::ALL.map(|status| (status.as_str(), status));
        let sorts = [
            ("name", MemberSort::Name),
            ("joined_at", MemberSort::JoinedAt),
            ("last_login", MemberSort::LastLogin),
            ("login_since", MemberSort::LoginSince),
        ];
        let sort = query::one_of("sort", self.sort.as_deref(), &sorts)?.unwrap_or_default();
        let sorted_by = match sort {
            MemberSort::Name => SortedBy::Text,
            MemberSort::JoinedAt | MemberSort::LastLogin | MemberSort::LoginSince => SortedBy::Time,
        };
        Ok(MemberQuery {
            text: query::search(self.q)?,
            role: field::role(self.role.as_deref())?,
            status: query::one_of("status", self.status.as_deref(), &words)?,
            seat: query::yes_or_no("seat", self.seat.as_deref())?,
            invited: self.invited.as_deref().map(Invited::parse).transpose()?,
            login: query::yes_or_no("login", self.login.as_deref())?,
            signed_in: self.signed_in.as_deref().map(SignedIn::parse).transpose()?,
            group: self
                .group
                .as_deref()
                .map(|text| text.parse::<GroupId>().map_err(|it| it.about("group")))
                .transpose()?,
            sort,
            cursor: self.cursor.map(|text| cursor::read(&text, sorted_by)).transpose()?,
            limit: query::limit(self.limit.as_deref())?,
            uncounted: false,
        })
    }
}
