//! Rows as the file has them. Names, addresses and the like are read as the domain reads them, so that what is no name
//! there is none here.

use data_encoding::HEXLOWER;
use membership_core::audit::{AuditActor, AuditEntry, Stream};
use membership_core::branding::Branding;
use membership_core::email::EmailAddress;
use membership_core::id::{
    ApiKeyId, GroupId, InvitationId, MemberId, OrganizationId, ProgramId, RoundId, SessionId, UserId, WordingId,
};
use membership_core::invitation::{Channel, Delivery, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::MemberStatus;
use membership_core::name::{GroupName, Names, OrganizationName, PersonName, PlanName, ProgramName, SessionTitle};
use membership_core::organization::{ChainEnd, Head, OrganizationState, Seats};
use membership_core::policy::OrganizationPolicy;
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use membership_core::resource::{Holder, Level, ResourceName};
use membership_core::role::RoleKey;
use membership_core::roster::{Audience, LeftOutCounts, Rounds};
use membership_core::set_up::{SetUpCode, SetUpLink};
use membership_core::subscription::Subscription;
use membership_core::{group, invitation, member, organization, program, resource, roster, wording};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;
use uuid::Uuid;

/// A word that stands for nothing.
#[derive(Debug, thiserror::Error)]
#[error("`{word}` is no {what}")]
pub(crate) struct Unknown {
    what: &'static str,
    word: String,
}

fn named<T: Copy>(what: &'static str, word: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Unknown> {
    let found = all.iter().copied().find(|it| name(*it) == word);
    found.ok_or_else(|| Unknown { what, word: word.to_owned() })
}

fn hash(text: &str) -> Result<[u8; 32], Unknown> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok();
    bytes.and_then(|it| it.try_into().ok()).ok_or_else(|| Unknown { what: "hash", word: text.to_owned() })
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organization {
    id: OrganizationId,
    name: OrganizationName,
    state: String,
    owner: Option<MemberId>,
    policy: OrganizationPolicy,
    language: Language,
    branding: Branding,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    version: u64,
    seat_limit: Option<u32>,
    assigned: u32,
    reserved: u32,
    waiting: u32,
    plan: Option<PlanName>,
    #[serde(with = "rfc3339::option")]
    expires_at: Option<OffsetDateTime>,
    grace_days: u16,
    #[serde(with = "rfc3339::option")]
    announces_at: Option<OffsetDateTime>,
    log_sequence: u64,
    log_hash: String,
    revision: u64,
}

impl From<&Head> for Organization {
    fn from(it: &Head) -> Self {
        let (organization, subscription) = (it.organization.clone(), it.subscription.clone());
        Self {
            id: organization.id,
            name: organization.name,
            state: organization.state.as_str().to_owned(),
            owner: organization.owner,
            policy: organization.policy,
            language: organization.language,
            branding: organization.branding,
            created_at: organization.created_at,
            version: organization.version,
            seat_limit: it.seats.limit,
            assigned: it.seats.assigned,
            reserved: it.seats.reserved,
            waiting: it.seats.waiting,
            plan: subscription.plan,
            expires_at: subscription.expires_at,
            grace_days: subscription.grace_days,
            announces_at: subscription.announces_at,
            log_sequence: it.audit.sequence,
            log_hash: HEXLOWER.encode(&it.audit.hash),
            revision: it.revision,
        }
    }
}

impl TryFrom<Organization> for Head {
    type Error = Unknown;

    fn try_from(it: Organization) -> Result<Self, Unknown> {
        Ok(Self {
            organization: organization::Organization {
                id: it.id,
                name: it.name,
                state: named("state", &it.state, &OrganizationState::ALL, OrganizationState::as_str)?,
                owner: it.owner,
                policy: it.policy,
                language: it.language,
                branding: it.branding,
                created_at: it.created_at,
                version: it.version,
            },
            seats: Seats { limit: it.seat_limit, assigned: it.assigned, reserved: it.reserved, waiting: it.waiting },
            subscription: Subscription {
                plan: it.plan,
                expires_at: it.expires_at,
                grace_days: it.grace_days,
                announces_at: it.announces_at,
            },
            audit: ChainEnd { sequence: it.log_sequence, hash: hash(&it.log_hash)? },
            revision: it.revision,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    id: MemberId,
    user_id: Option<UserId>,
    name: PersonName,
    email: Option<EmailAddress>,
    role: RoleKey,
    status: String,
    seat: bool,
    #[serde(with = "rfc3339::option")]
    waits_since: Option<OffsetDateTime>,
    #[serde(with = "rfc3339")]
    joined_at: OffsetDateTime,
    /// Files of before do not tell.
    #[serde(default, with = "rfc3339::option")]
    raised_at: Option<OffsetDateTime>,
    #[serde(with = "rfc3339::option")]
    deactivates_at: Option<OffsetDateTime>,
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
    language: Option<Language>,
    labels: Labels,
    number: Option<MemberNumber>,
    additional_information: Option<AdditionalInformation>,
    set_up_link: Option<PersonalLink>,
    /// The numbers of the rounds that wrote to the person.
    rounds: Vec<u32>,
    #[serde(with = "rfc3339::option")]
    last_round_at: Option<OffsetDateTime>,
    /// Since when the person has had their login. Files of before do not tell; the membership began no later.
    #[serde(default, with = "rfc3339::option")]
    login_since: Option<OffsetDateTime>,
    version: u64,
}

/// What a row remembers of a link. The link itself cannot be made of it without the deployment's key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonalLink {
    generation: u32,
    channel: String,
    #[serde(with = "rfc3339")]
    issued_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
    #[serde(with = "rfc3339::option")]
    used_at: Option<OffsetDateTime>,
    delivery: String,
    /// What finds the code that can be typed in its place, which cannot be made of it either. Older backups know none.
    #[serde(default)]
    code: Option<SetUpCode>,
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Hand => "hand",
    }
}

fn channel(name: &str) -> Result<Channel, Unknown> {
    named("channel", name, &[Channel::Mail, Channel::Hand], channel_name)
}

impl From<&member::Member> for Member {
    fn from(it: &member::Member) -> Self {
        let profile = it.profile.clone();
        Self {
            id: it.id,
            user_id: it.user,
            name: it.name.clone(),
            email: it.email.clone(),
            role: it.role.clone(),
            status: it.status.as_str().to_owned(),
            seat: it.seat,
            waits_since: it.waits_since,
            joined_at: it.joined_at,
            raised_at: it.raised_at,
            deactivates_at: it.deactivates_at,
            first_name: profile.names.first,
            last_name: profile.names.last,
            language: profile.language,
            labels: profile.labels,
            number: profile.number,
            additional_information: profile.additional_information,
            set_up_link: it.set_up.map(|link| PersonalLink {
                generation: link.generation,
                channel: channel_name(link.channel).to_owned(),
                issued_at: link.issued_at,
                expires_at: link.expires_at,
                used_at: link.used_at,
                delivery: link.delivery.as_str().to_owned(),
                code: link.code,
            }),
            rounds: it.rounds.numbers.clone(),
            last_round_at: it.rounds.last_at,
            login_since: it.login_since,
            version: it.version,
        }
    }
}

impl TryFrom<Member> for member::Member {
    type Error = Unknown;

    fn try_from(it: Member) -> Result<Self, Unknown> {
        let link = |link: PersonalLink| {
            Ok::<_, Unknown>(SetUpLink {
                generation: link.generation,
                channel: channel(&link.channel)?,
                issued_at: link.issued_at,
                expires_at: link.expires_at,
                used_at: link.used_at,
                delivery: named("delivery", &link.delivery, &Delivery::ALL, Delivery::as_str)?,
                code: link.code,
            })
        };
        Ok(Self {
            id: it.id,
            user: it.user_id,
            name: it.name,
            email: it.email,
            role: it.role,
            status: named("status", &it.status, &MemberStatus::ALL, MemberStatus::as_str)?,
            seat: it.seat,
            waits_since: it.waits_since,
            joined_at: it.joined_at,
            raised_at: it.raised_at,
            deactivates_at: it.deactivates_at,
            profile: MemberProfile {
                names: Names { first: it.first_name, last: it.last_name },
                language: it.language,
                labels: it.labels,
                number: it.number,
                additional_information: it.additional_information,
            },
            set_up: it.set_up_link.map(link).transpose()?,
            rounds: Rounds { numbers: it.rounds, last_at: it.last_round_at },
            login_since: it.user_id.and(it.login_since.or(Some(it.joined_at))),
            version: it.version,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invitation {
    id: InvitationId,
    email: EmailAddress,
    role: RoleKey,
    for_owner: bool,
    state: String,
    generation: u32,
    channel: String,
    reserves_seat: bool,
    /// The inviting member; `null` is the operator.
    invited_by: Option<MemberId>,
    language: Language,
    message: Option<String>,
    #[serde(with = "rfc3339::option")]
    deactivates_at: Option<OffsetDateTime>,
    groups: Vec<GroupId>,
    sessions: Vec<SessionId>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    opens_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
    #[serde(with = "rfc3339::option")]
    settled_at: Option<OffsetDateTime>,
    member_id: Option<MemberId>,
    sends: u32,
    delivery: String,
    wording: Option<WordingId>,
    version: u64,
}

impl From<&invitation::Invitation> for Invitation {
    fn from(it: &invitation::Invitation) -> Self {
        Self {
            id: it.id,
            email: it.email.clone(),
            role: it.role.clone(),
            for_owner: it.for_owner,
            state: it.state.as_str().to_owned(),
            generation: it.generation,
            channel: channel_name(it.channel).to_owned(),
            reserves_seat: it.reserves_seat,
            invited_by: match it.invited_by {
                Inviter::Member(id) => Some(id),
                Inviter::Operator => None,
            },
            language: it.language,
            message: it.message.clone(),
            deactivates_at: it.deactivates_at,
            groups: it.groups.clone(),
            sessions: it.sessions.clone(),
            created_at: it.created_at,
            opens_at: it.opens_at,
            expires_at: it.expires_at,
            settled_at: it.settled_at,
            member_id: it.member,
            sends: it.sends,
            delivery: it.delivery.as_str().to_owned(),
            wording: it.wording,
            version: it.version,
        }
    }
}

impl TryFrom<Invitation> for invitation::Invitation {
    type Error = Unknown;

    fn try_from(it: Invitation) -> Result<Self, Unknown> {
        Ok(Self {
            id: it.id,
            email: it.email,
            role: it.role,
            for_owner: it.for_owner,
            state: named("state", &it.state, &InvitationState::ALL, InvitationState::as_str)?,
            generation: it.generation,
            channel: channel(&it.channel)?,
            reserves_seat: it.reserves_seat,
            invited_by: it.invited_by.map_or(Inviter::Operator, Inviter::Member),
            language: it.language,
            message: it.message,
            deactivates_at: it.deactivates_at,
            groups: it.groups,
            sessions: it.sessions,
            created_at: it.created_at,
            opens_at: it.opens_at,
            expires_at: it.expires_at,
            settled_at: it.settled_at,
            member: it.member_id,
            sends: it.sends,
            delivery: named("delivery", &it.delivery, &Delivery::ALL, Delivery::as_str)?,
            wording: it.wording,
            version: it.version,
        })
    }
}

/// Rows whose fields are those of the domain, in both directions.
macro_rules! plain {
    ($($name:ident of $domain:path { $($field:ident : $type:ty $(, by $with:literal)? ;)+ })+) => {
        $(
            #[derive(Debug, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $name {
                $($(#[serde(with = $with)])? $field: $type,)+
            }

            impl From<&$domain> for $name {
                fn from(it: &$domain) -> Self {
                    let it = it.clone();
                    Self { $($field: it.$field,)+ }
                }
            }

            impl From<$name> for $domain {
                fn from(it: $name) -> Self {
                    Self { $($field: it.$field,)+ }
                }
            }
        )+
    };
}

plain! {
    Group of group::Group {
        id: GroupId; name: GroupName; created_at: OffsetDateTime, by "rfc3339"; version: u64;
    }
    GroupMember of group::GroupMember {
        group: GroupId; member: MemberId; since: OffsetDateTime, by "rfc3339";
    }
    Program of program::Program {
        id: ProgramId; name: ProgramName; message: Option<String>; language: Option<Language>; groups: Vec<GroupId>;
        created_at: OffsetDateTime, by "rfc3339"; version: u64;
    }
    Session of program::Session {
        id: SessionId; program: ProgramId; title: SessionTitle; starts_at: OffsetDateTime, by "rfc3339";
        ends_at: OffsetDateTime, by "rfc3339"; groups: Vec<GroupId>; version: u64;
    }
    Enrolment of program::Enrolment {
        session: SessionId; member: MemberId; since: OffsetDateTime, by "rfc3339";
    }
    Round of roster::Round {
        id: RoundId; number: u32; audience: Audience; started_by: MemberId; starter: String;
        started_at: OffsetDateTime, by "rfc3339"; moved_at: OffsetDateTime, by "rfc3339";
        finished_at: Option<OffsetDateTime>, by "rfc3339::option"; chunks: u32; after: Option<MemberId>; mailed: u64;
        left_out: LeftOutCounts; version: u64;
    }
    Wording of wording::Wording { id: WordingId; subject: String; text: String; }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    r#type: String,
    id: String,
    restricted: bool,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    version: u64,
}

fn record_name(kind: &str, id: &str) -> Result<ResourceName, Unknown> {
    ResourceName::parse(kind, id).map_err(|_| Unknown { what: "name of a record", word: format!("{kind}/{id}") })
}

impl From<&resource::Resource> for Record {
    fn from(it: &resource::Resource) -> Self {
        Self {
            r#type: it.name.kind().to_owned(),
            id: it.name.id().to_owned(),
            restricted: it.restricted,
            created_at: it.created_at,
            version: it.version,
        }
    }
}

impl TryFrom<Record> for resource::Resource {
    type Error = Unknown;

    fn try_from(it: Record) -> Result<Self, Unknown> {
        let name = record_name(&it.r#type, &it.id)?;
        Ok(Self { name, restricted: it.restricted, created_at: it.created_at, version: it.version })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Share {
    r#type: String,
    id: String,
    holder_kind: String,
    holder_id: Uuid,
    level: String,
    version: u64,
}

impl From<&resource::Share> for Share {
    fn from(it: &resource::Share) -> Self {
        Self {
            r#type: it.resource.kind().to_owned(),
            id: it.resource.id().to_owned(),
            holder_kind: it.holder.kind().to_owned(),
            holder_id: it.holder.id(),
            level: it.level.as_str().to_owned(),
            version: it.version,
        }
    }
}

impl TryFrom<Share> for resource::Share {
    type Error = Unknown;

    fn try_from(it: Share) -> Result<Self, Unknown> {
        let holder = Holder::of(&it.holder_kind, it.holder_id);
        Ok(Self {
            resource: record_name(&it.r#type, &it.id)?,
            holder: holder.ok_or(Unknown { what: "kind of holder", word: it.holder_kind })?,
            level: named("level", &it.level, &Level::ALL, Level::as_str)?,
            version: it.version,
        })
    }
}

/// An entry of the log. What was before and after is text, because it was hashed as text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogEntry {
    sequence: u64,
    #[serde(with = "rfc3339")]
    at: OffsetDateTime,
    actor_kind: String,
    actor_user: Option<UserId>,
    actor_key: Option<ApiKeyId>,
    actor_name: Option<String>,
    request: Option<String>,
    event: String,
    subject_kind: String,
    subject_id: Uuid,
    subject_name: String,
    before: String,
    after: String,
    previous: String,
    hash: String,
}

impl From<&AuditEntry> for LogEntry {
    fn from(it: &AuditEntry) -> Self {
        Self {
            sequence: it.sequence,
            at: it.at,
            actor_kind: it.actor.written_kind().to_owned(),
            actor_user: it.actor.user,
            actor_key: it.actor.key,
            actor_name: it.actor.name.clone(),
            request: it.request.clone(),
            event: it.event.clone(),
            subject_kind: it.subject_kind.clone(),
            subject_id: it.subject,
            subject_name: it.subject_name.clone(),
            before: it.before.clone(),
            after: it.after.clone(),
            previous: HEXLOWER.encode(&it.previous),
            hash: HEXLOWER.encode(&it.hash),
        }
    }
}

impl LogEntry {
    pub(crate) fn entry(self, stream: Stream) -> Result<AuditEntry, Unknown> {
        Ok(AuditEntry {
            stream,
            sequence: self.sequence,
            at: self.at,
            actor: AuditActor {
                kind: AuditActor::kind_named(&self.actor_kind, self.actor_key),
                user: self.actor_user,
                key: self.actor_key,
                name: self.actor_name,
            },
            request: self.request,
            event: self.event,
            subject_kind: self.subject_kind,
            subject: self.subject_id,
            subject_name: self.subject_name,
            before: self.before,
            after: self.after,
            previous: hash(&self.previous)?,
            hash: hash(&self.hash)?,
        })
    }
}
