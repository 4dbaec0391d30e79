//! Rows as they travel to and from the database, as JSON, and what they mean to the core.

use membership_core::branding::Branding;
use membership_core::email::EmailAddress;
use membership_core::id::{GroupId, InvitationId, MemberId, OrganizationId, SessionId, UserId, WordingId};
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::name::{Names, OrganizationName, PersonName, PlanName};
use membership_core::organization::{ChainEnd, Head, Organization, OrganizationState, Seats};
use membership_core::policy::OrganizationPolicy;
use membership_core::port::StoreError;
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use membership_core::role::RoleKey;
use membership_core::roster::Rounds;
use membership_core::set_up::{SetUpCode, SetUpLink};
use membership_core::subscription::Subscription;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) mod attendance;
pub(crate) mod clears;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod people;
pub(crate) mod records;
pub(crate) mod roster;
pub(crate) mod sharing;
pub(crate) mod wordings;

/// An instant. It goes to the database as RFC 3339 text, which is exact and means the same whatever the server's
/// settings, and comes back as microseconds since 1970, for the same reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) OffsetDateTime);

impl From<OffsetDateTime> for Instant {
    fn from(at: OffsetDateTime) -> Self {
        Self(at)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        time::serde::rfc3339::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let micros = i64::deserialize(deserializer)?;
        time_of(micros).map(Self).ok_or_else(|| serde::de::Error::custom(format!("`{micros}` is no time")))
    }
}

/// The time that many microseconds after 1970 began.
pub(crate) fn time_of(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros).saturating_mul(1_000)).ok()
}

/// How many microseconds after the beginning of 1970 a time is.
pub(crate) fn micros_of(at: OffsetDateTime) -> i128 {
    at.unix_timestamp_nanos().div_euclid(1_000)
}

/// 32 bytes as hexadecimal text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hex(pub(crate) String);

impl From<&[u8]> for Hex {
    fn from(bytes: &[u8]) -> Self {
        Self(data_encoding::HEXLOWER.encode(bytes))
    }
}

impl Hex {
    /// The bytes.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        data_encoding::HEXLOWER.decode(self.0.as_bytes()).map_err(|_| damaged("a hash", &self.0))
    }

    /// The bytes of a hash.
    pub(crate) fn hash(&self) -> Result<[u8; 32], StoreError> {
        self.bytes()?.try_into().map_err(|_| damaged("a hash", &self.0))
    }
}

/// A row to be written, with the version that the stored one must have; `None` if there must be none.
#[derive(Debug, Serialize)]
pub(crate) struct Guarded<R> {
    pub(crate) expected: Option<u64>,
    #[serde(flatten)]
    pub(crate) row: R,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OrganizationRow {
    id: Uuid,
    name: OrganizationName,
    state: String,
    owner_member_id: Option<Uuid>,
    policy: OrganizationPolicy,
    language: Language,
    branding: Branding,
    created_at: Instant,
    version: u64,
}

/// The columns of [`OrganizationRow`], of a table called `o`.
macro_rules! organization_columns {
    () => {
        concat!(
            "o.id, o.name, o.state, o.owner_member_id, o.policy, o.language, o.branding, ",
            $crate::statement::micros!("o.created_at"),
            " AS created_at, o.version"
        )
    };
}

impl From<&Organization> for OrganizationRow {
    fn from(it: &Organization) -> Self {
        Self {
            id: it.id.0,
            name: it.name.clone(),
            state: it.state.as_str().to_owned(),
            owner_member_id: it.owner.map(|id| id.0),
            policy: it.policy.clone(),
            language: it.language,
            branding: it.branding.clone(),
            created_at: it.created_at.into(),
            version: it.version,
        }
    }
}

impl OrganizationRow {
    fn organization(self) -> Result<Organization, StoreError> {
        Ok(Organization {
            id: OrganizationId(self.id),
            name: self.name,
            state: named("a state", &self.state, &OrganizationState::ALL, |it| it.as_str())?,
            owner: self.owner_member_id.map(MemberId),
            policy: self.policy,
            language: self.language,
            branding: self.branding,
            created_at: self.created_at.0,
            version: self.version,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SeatsRow {
    seat_limit: Option<u32>,
    assigned: u32,
    reserved: u32,
    waiting: u32,
    plan: Option<PlanName>,
    expires_at: Option<Instant>,
    grace_days: u16,
    announces_at: Option<Instant>,
    audit_sequence: u64,
    audit_hash: Hex,
    pub(crate) revision: u64,
}

/// The columns of [`SeatsRow`], of a table called `s`.
macro_rules! seats_columns {
    () => {
        concat!(
            "s.seat_limit, s.assigned, s.reserved, s.waiting, s.plan, ",
            $crate::statement::micros!("s.expires_at"),
            " AS expires_at, s.grace_days, ",
            $crate::statement::micros!("s.announces_at"),
            " AS announces_at, s.audit_sequence, encode(s.audit_hash, 'hex') AS audit_hash, s.revision"
        )
    };
}

impl From<&Head> for SeatsRow {
    fn from(it: &Head) -> Self {
        Self {
            seat_limit: it.seats.limit,
            assigned: it.seats.assigned,
            reserved: it.seats.reserved,
            waiting: it.seats.waiting,
            plan: it.subscription.plan.clone(),
            expires_at: it.subscription.expires_at.map(Instant::from),
            grace_days: it.subscription.grace_days,
            announces_at: it.subscription.announces_at.map(Instant::from),
            audit_sequence: it.audit.sequence,
            audit_hash: Hex::from(it.audit.hash.as_slice()),
            revision: it.revision,
        }
    }
}

/// An organization's wide and narrow row, joined.
#[derive(Debug, Deserialize)]
pub(crate) struct HeadRow {
    #[serde(flatten)]
    organization: OrganizationRow,
    #[serde(flatten)]
    pub(crate) seats: SeatsRow,
}

impl HeadRow {
    pub(crate) fn head(self) -> Result<Head, StoreError> {
        Ok(Head {
            organization: self.organization.organization()?,
            seats: Seats {
                limit: self.seats.seat_limit,
                assigned: self.seats.assigned,
                reserved: self.seats.reserved,
                waiting: self.seats.waiting,
            },
            subscription: Subscription {
                plan: self.seats.plan,
                expires_at: self.seats.expires_at.map(|it| it.0),
                grace_days: self.seats.grace_days,
                announces_at: self.seats.announces_at.map(|it| it.0),
            },
            audit: ChainEnd { sequence: self.seats.audit_sequence, hash: self.seats.audit_hash.hash()? },
            revision: self.seats.revision,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MemberRow {
    id: Uuid,
    user_id: Option<Uuid>,
    name: PersonName,
    /// Only written: the name as Unicode lower-cases it.
    #[serde(skip_deserializing)]
    name_key: String,
    /// Only written: what a search looks through.
    #[serde(skip_deserializing)]
    search_key: String,
    email: Option<EmailAddress>,
    role: RoleKey,
    status: String,
    seat: bool,
    waits_since: Option<Instant>,
    joined_at: Instant,
    raised_at: Option<Instant>,
    deactivates_at: Option<Instant>,
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
    language: Option<Language>,
    labels: Labels,
    number: Option<MemberNumber>,
    additional_information: Option<AdditionalInformation>,
    set_up_generation: Option<u32>,
    set_up_channel: Option<String>,
    set_up_issued_at: Option<Instant>,
    set_up_expires_at: Option<Instant>,
    set_up_used_at: Option<Instant>,
    set_up_delivery: String,
    set_up_code: Option<SetUpCode>,
    rounds: Vec<u32>,
    last_round_at: Option<Instant>,
    login_since: Option<Instant>,
    version: u64,
}

/// The columns of [`MemberRow`], of a table called `m`.
macro_rules! member_columns {
    () => {
        concat!(
            "m.id, m.user_id, m.name, m.email, m.role, m.status, m.seat, ",
            $crate::statement::micros!("m.waits_since"),
            " AS waits_since, ",
            $crate::statement::micros!("m.joined_at"),
            " AS joined_at, ",
            $crate::statement::micros!("m.raised_at"),
            " AS raised_at, ",
            $crate::statement::micros!("m.deactivates_at"),
            " AS deactivates_at, m.first_name, m.last_name, m.language, m.labels, m.number, ",
            "m.additional_information, m.set_up_generation, m.set_up_channel, ",
            $crate::statement::micros!("m.set_up_issued_at"),
            " AS set_up_issued_at, ",
            $crate::statement::micros!("m.set_up_expires_at"),
            " AS set_up_expires_at, ",
            $crate::statement::micros!("m.set_up_used_at"),
            " AS set_up_used_at, m.set_up_delivery, m.set_up_code, m.rounds, ",
            $crate::statement::micros!("m.last_round_at"),
            " AS last_round_at, ",
            $crate::statement::micros!("m.login_since"),
            " AS login_since, m.version"
        )
    };
}

/// The name as lists sort and search it.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

impl From<&Member> for MemberRow {
    fn from(it: &Member) -> Self {
        Self {
            id: it.id.0,
            user_id: it.user.map(|id| id.0),
            name: it.name.clone(),
            name_key: name_key(it.name.as_str()),
            search_key: it.search_key(),
            email: it.email.clone(),
            role: it.role.clone(),
            status: it.status.as_str().to_owned(),
            seat: it.seat,
            waits_since: it.waits_since.map(Instant::from),
            joined_at: it.joined_at.into(),
            raised_at: it.raised_at.map(Instant::from),
            deactivates_at: it.deactivates_at.map(Instant::from),
            first_name: it.profile.names.first.clone(),
            last_name: it.profile.names.last.clone(),
            language: it.profile.language,
            labels: it.profile.labels.clone(),
            number: it.profile.number.clone(),
            additional_information: it.profile.additional_information.clone(),
            set_up_generation: it.set_up.map(|link| link.generation),
            set_up_channel: it.set_up.map(|link| channel_name(link.channel).to_owned()),
            set_up_issued_at: it.set_up.map(|link| link.issued_at.into()),
            set_up_expires_at: it.set_up.map(|link| link.expires_at.into()),
            set_up_used_at: it.set_up.and_then(|link| link.used_at).map(Instant::from),
            set_up_delivery: it.set_up.map_or(Delivery::None, |link| link.delivery).as_str().to_owned(),
            set_up_code: it.set_up.and_then(|link| link.code),
            rounds: it.rounds.numbers.clone(),
            last_round_at: it.rounds.last_at.map(Instant::from),
            login_since: it.login_since.map(Instant::from),
            version: it.version,
        }
    }
}

impl MemberRow {
    /// Whose membership it is.
    pub(crate) fn user_id(&self) -> Option<Uuid> {
        self.user_id
    }

    /// The personal link, if one was ever made.
    fn set_up(&self) -> Result<Option<SetUpLink>, StoreError> {
        let (Some(generation), Some(channel), Some(issued_at), Some(expires_at)) =
            (self.set_up_generation, &self.set_up_channel, self.set_up_issued_at, self.set_up_expires_at)
        else {
            return Ok(None);
        };
        Ok(Some(SetUpLink {
            generation,
            channel: named("a channel", channel, &[Channel::Mail, Channel::Hand], channel_name)?,
            issued_at: issued_at.0,
            expires_at: expires_at.0,
            used_at: self.set_up_used_at.map(|it| it.0),
            delivery: named("a delivery", &self.set_up_delivery, &Delivery::ALL, |it| it.as_str())?,
            code: self.set_up_code,
        }))
    }

    pub(crate) fn member(self) -> Result<Member, StoreError> {
        let set_up = self.set_up()?;
        Ok(Member {
            id: MemberId(self.id),
            user: self.user_id.map(UserId),
            name: self.name,
            email: self.email,
            role: self.role,
            status: named("a status", &self.status, &MemberStatus::ALL, |it| it.as_str())?,
            seat: self.seat,
            waits_since: self.waits_since.map(|it| it.0),
            joined_at: self.joined_at.0,
            raised_at: self.raised_at.map(|it| it.0),
            deactivates_at: self.deactivates_at.map(|it| it.0),
            profile: MemberProfile {
                names: Names { first: self.first_name, last: self.last_name },
                language: self.language,
                labels: self.labels,
                number: self.number,
                additional_information: self.additional_information,
            },
            set_up,
            rounds: Rounds { numbers: self.rounds, last_at: self.last_round_at.map(|it| it.0) },
            login_since: self.login_since.map(|it| it.0),
            version: self.version,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct InvitationRow {
    id: Uuid,
    email: EmailAddress,
    role: RoleKey,
    for_owner: bool,
    state: String,
    generation: u32,
    channel: String,
    reserves_seat: bool,
    invited_by: Option<Uuid>,
    language: Language,
    message: Option<String>,
    wording_id: Option<WordingId>,
    deactivates_at: Option<Instant>,
    groups: Vec<GroupId>,
    sessions: Vec<SessionId>,
    created_at: Instant,
    opens_at: Instant,
    expires_at: Instant,
    settled_at: Option<Instant>,
    member_id: Option<Uuid>,
    sends: u32,
    delivery: String,
    version: u64,
}

/// The columns of [`InvitationRow`], of a table called `i`.
macro_rules! invitation_columns {
    () => {
        concat!(
            "i.id, i.email, i.role, i.for_owner, i.state, i.generation, i.channel, i.reserves_seat, i.invited_by, ",
            "i.language, i.message, i.wording_id, ",
            $crate::statement::micros!("i.deactivates_at"),
            " AS deactivates_at, i.groups, i.sessions, ",
            $crate::statement::micros!("i.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("i.opens_at"),
            " AS opens_at, ",
            $crate::statement::micros!("i.expires_at"),
            " AS expires_at, ",
            $crate::statement::micros!("i.settled_at"),
            " AS settled_at, i.member_id, i.sends, i.delivery, i.version"
        )
    };
}

impl From<&Invitation> for InvitationRow {
    fn from(it: &Invitation) -> Self {
        Self {
            id: it.id.0,
            email: it.email.clone(),
            role: it.role.clone(),
            for_owner: it.for_owner,
            state: it.state.as_str().to_owned(),
            generation: it.generation,
            channel: channel_name(it.channel).to_owned(),
            reserves_seat: it.reserves_seat,
            invited_by: match it.invited_by {
                Inviter::Member(id) => Some(id.0),
                Inviter::Operator => None,
            },
            language: it.language,
            message: it.message.clone(),
            wording_id: it.wording,
            deactivates_at: it.deactivates_at.map(Instant::from),
            groups: it.groups.clone(),
            sessions: it.sessions.clone(),
            created_at: it.created_at.into(),
            opens_at: it.opens_at.into(),
            expires_at: it.expires_at.into(),
            settled_at: it.settled_at.map(Instant::from),
            member_id: it.member.map(|id| id.0),
            sends: it.sends,
            delivery: it.delivery.as_str().to_owned(),
            version: it.version,
        }
    }
}

impl InvitationRow {
    pub(crate) fn invitation(self) -> Result<Invitation, StoreError> {
        Ok(Invitation {
            id: InvitationId(self.id),
            email: self.email,
            role: self.role,
            for_owner: self.for_owner,
            state: named("a state", &self.state, &InvitationState::ALL, |it| it.as_str())?,
            generation: self.generation,
            channel: named("a channel", &self.channel, &[Channel::Mail, Channel::Hand], channel_name)?,
            reserves_seat: self.reserves_seat,
            invited_by: self.invited_by.map_or(Inviter::Operator, |id| Inviter::Member(MemberId(id))),
            language: self.language,
            message: self.message,
            wording: self.wording_id,
            deactivates_at: self.deactivates_at.map(|it| it.0),
            groups: self.groups,
            sessions: self.sessions,
            created_at: self.created_at.0,
            opens_at: self.opens_at.0,
            expires_at: self.expires_at.0,
            settled_at: self.settled_at.map(|it| it.0),
            member: self.member_id.map(MemberId),
            sends: self.sends,
            delivery: named("a delivery", &self.delivery, &Delivery::ALL, |it| it.as_str())?,
            version: self.version,
        })
    }
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Hand => "hand",
    }
}

/// Reads a name that stands for one of a few values.
pub(crate) fn named<T: Copy>(
    what: &str,
    text: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, StoreError> {
    all.iter().copied().find(|it| name(*it) == text).ok_or_else(|| damaged(what, text))
}

pub(crate) fn damaged(what: &str, text: &str) -> StoreError {
    StoreError::Corrupt(format!("`{text}` is stored where {what} must be"))
}

pub(crate) use {invitation_columns, member_columns, organization_columns, seats_columns};
