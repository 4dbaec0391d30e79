//! Rows as the domain knows them: the columns of each table, and how they are read back.
//!
//! Every column has its table's letter before its name, so that tables can be joined. Macros, because a statement that
//! is put together when the program is built needs no care about what is put into it.

use std::fmt::Display;
use std::str::FromStr;

use membership_core::api_key::{ApiKey, Maker};
use membership_core::audit::{AuditActor, AuditEntry, Stream};
use membership_core::email::EmailAddress;
use membership_core::group::{Group, GroupMember};
use membership_core::id::{
    ApiKeyId, GroupId, InvitationId, MemberId, MessageId, OrganizationId, ProgramId, RoundId, SessionId, SignInId,
    SignUpId, UserId, UserLinkId, WordingId,
};
use membership_core::identity::{Identity, Subject};
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::message::{Message, MessageScope};
use membership_core::name::{
    GroupName, KeyName, Names, OrganizationName, PersonName, PlanName, ProgramName, SessionTitle, Username,
};
use membership_core::organization::{ChainEnd, Head, Organization, OrganizationState, Seats};
use membership_core::port::StoreError;
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use membership_core::program::{Enrolment, Program, Session};
use membership_core::quota::{Bucket, Cause, Spent};
use membership_core::resource::{Holder, Level, Resource, ResourceName, Share};
use membership_core::role::RoleKey;
use membership_core::roster::{Round, Rounds};
use membership_core::second_factor::{Assurance, SecondFactors};
use membership_core::secret::{LinkKind, TokenHash};
use membership_core::set_up::{InitialPassword, SetUpLink};
use membership_core::subscription::Subscription;
use membership_core::user::{PasswordHash, SignIn, SignUp, User, UserEmail};
use membership_core::user_link::UserLink;
use membership_core::wording::Wording;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::{corrupt, from_sqlx};

macro_rules! head_columns {
    () => {
        "o.id AS o_id, o.name AS o_name, o.state AS o_state, o.owner_member_id AS o_owner, o.policy AS o_policy, \
         o.language AS o_language, o.branding AS o_branding, o.created_at AS o_created_at, o.version AS o_version, s.seat_limit AS s_limit, \
         s.assigned AS s_assigned, s.reserved AS s_reserved, s.waiting AS s_waiting, s.plan AS s_plan, \
         s.expires_at AS s_expires_at, s.grace_days AS s_grace_days, s.announces_at AS s_announces_at, s.audit_sequence AS s_audit_sequence, \
         s.audit_hash AS s_audit_hash, s.revision AS s_revision"
    };
}
macro_rules! member_columns {
    () => {
        "m.id AS m_id, m.user_id AS m_user, m.name AS m_name, m.email AS m_email, m.role AS m_role, \
         m.status AS m_status, m.seat AS m_seat, m.waits_since AS m_waits_since, m.joined_at AS m_joined_at, m.deactivates_at AS m_deactivates_at, \
         m.raised_at AS m_raised_at, \
         m.version AS m_version, m.first_name AS m_first_name, m.last_name AS m_last_name, \
         m.language AS m_language, m.labels AS m_labels, m.number AS m_number, \
         m.additional_information AS m_additional_information, m.set_up_generation AS m_set_up_generation, \
         m.set_up_channel AS m_set_up_channel, m.set_up_issued_at AS m_set_up_issued_at, \
         m.set_up_expires_at AS m_set_up_expires_at, m.set_up_used_at AS m_set_up_used_at, \
         m.set_up_delivery AS m_set_up_delivery, m.set_up_code AS m_set_up_code, m.rounds AS m_rounds, \
         m.last_round_at AS m_last_round_at, m.login_since AS m_login_since"
    };
}
macro_rules! invitation_columns {
    () => {
        "i.id AS i_id, i.email AS i_email, i.role AS i_role, i.for_owner AS i_for_owner, i.state AS i_state, \
         i.generation AS i_generation, i.channel AS i_channel, i.reserves_seat AS i_reserves_seat, \
         i.invited_by AS i_invited_by, i.language AS i_language, i.message AS i_message, i.wording_id AS i_wording, \
         i.deactivates_at AS i_deactivates_at, i.groups AS i_groups, i.sessions AS i_sessions, \
         i.created_at AS i_created_at, i.opens_at AS i_opens_at, \
         i.expires_at AS i_expires_at, i.settled_at AS i_settled_at, i.member_id AS i_member, i.sends AS i_sends, \
         i.delivery AS i_delivery, i.version AS i_version"
    };
}
macro_rules! group_columns {
    () => {
        "g.id AS g_id, g.name AS g_name, g.created_at AS g_created_at, g.version AS g_version"
    };
}
macro_rules! program_columns {
    () => {
        "p.id AS p_id, p.name AS p_name, p.message AS p_message, p.language AS p_language, p.groups AS p_groups, \
         p.created_at AS p_created_at, p.version AS p_version"
    };
}
macro_rules! session_columns {
    () => {
        "e.id AS e_id, e.program_id AS e_program, e.title AS e_title, e.starts_at AS e_starts_at, \
         e.ends_at AS e_ends_at, e.groups AS e_groups, e.version AS e_version"
    };
}
macro_rules! resource_columns {
    () => {
        "r.type AS r_type, r.key AS r_key, r.restricted AS r_restricted, r.created_at AS r_created_at, \
         r.version AS r_version"
    };
}
macro_rules! share_columns {
    () => {
        "x.type AS x_type, x.key AS x_key, x.holder_kind AS x_holder_kind, x.holder_id AS x_holder, \
         x.level AS x_level, x.version AS x_version"
    };
}
macro_rules! round_columns {
    () => {
        "id, number, audience, started_by, starter, started_at, moved_at, finished_at, chunks, after_member, mailed, \
         left_out, version"
    };
}
macro_rules! wording_columns {
    () => {
        "id, subject, text"
    };
}
macro_rules! user_columns {
    () => {
        "u.id AS u_id, u.name AS u_name, u.username AS u_username, u.password AS u_password, \
         u.language AS u_language, u.operator AS u_operator, u.created_at AS u_created_at, \
         u.audit_sequence AS u_audit_sequence, u.audit_hash AS u_audit_hash, u.version AS u_version, \
         u.emails AS u_emails, u.password_due AS u_password_due, u.password_generation AS u_password_generation, \
         u.identities AS u_identities, u.first_name AS u_first_name, u.last_name AS u_last_name, \
         u.home_organization_id AS u_home, u.initial_password_expires_at AS u_initial_expires_at, \
         u.initial_password_used_at AS u_initial_used_at"
    };
}
macro_rules! sign_in_columns {
    () => {
        "n.user_id, n.id, n.token_hash, n.created_at, n.expires_at, n.last_seen_at, n.description, \
         n.password_generation, n.assurance, n.proven_at"
    };
}
/// The first is the column that says who made the key, the second the one that says whether by two factors.
macro_rules! key_columns {
    ($maker:literal, $two_factors:literal) => {
        concat!(
            $maker,
            " AS maker, ",
            $two_factors,
            " AS two_factors, k.id, k.name, k.scopes, k.token_hash, k.created_at, k.expires_at, k.last_used_at, ",
            "k.revoked_at, k.version"
        )
    };
}
macro_rules! audit_columns {
    () => {
        "a.sequence AS a_sequence, a.at AS a_at, a.actor_kind AS a_actor_kind, a.actor_user AS a_actor_user, \
         a.actor_name AS a_actor_name, a.actor_key AS a_actor_key, a.request AS a_request, a.event AS a_event, a.subject_kind AS a_subject_kind, \
         a.subject_id AS a_subject_id, a.subject_name AS a_subject_name, a.\"before\" AS a_before, \
         a.\"after\" AS a_after, a.previous AS a_previous, a.hash AS a_hash"
    };
}
pub(crate) use {
    audit_columns, group_columns, head_columns, invitation_columns, key_columns, member_columns, program_columns,
    resource_columns, round_columns, session_columns, share_columns, sign_in_columns, user_columns, wording_columns,
};

/// A column as a value that the driver knows.
pub(crate) fn get<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    column: &'static str,
) -> Result<T, StoreError> {
    row.try_get(column).map_err(from_sqlx)
}

/// A column of text as what it spells.
fn parsed<T: FromStr<Err: Display>>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    get::<&str>(row, column)?.parse().map_err(|error| corrupt(format!("{column}: {error}")))
}

/// A column of text that may be empty as what it spells.
fn parsed_if_any<T: FromStr<Err: Display>>(row: &SqliteRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let text = get::<Option<&str>>(row, column)?;
    text.map(|text| text.parse().map_err(|error| corrupt(format!("{column}: {error}")))).transpose()
}

/// A column of text as the value of that name.
fn named<T: Copy>(
    row: &SqliteRow,
    column: &'static str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, StoreError> {
    let text: &str = get(row, column)?;
    let found = all.iter().copied().find(|value| name(*value) == text);
    found.ok_or_else(|| corrupt(format!("{column}: `{text}` is unknown")))
}

pub(crate) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(get(row, column)?).map_err(|error| corrupt(format!("{column}: {error}")))
}

fn json_if_any<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let text = get::<Option<&str>>(row, column)?;
    text.map(serde_json::from_str).transpose().map_err(|error| corrupt(format!("{column}: {error}")))
}

fn role(row: &SqliteRow, column: &'static str) -> Result<RoleKey, StoreError> {
    RoleKey::parse(get(row, column)?).map_err(corrupt)
}

/// A time as it is stored: microseconds since 1970.
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

fn from_micros(micros: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros).saturating_mul(1_000)).map_err(corrupt)
}

/// A column of time.
pub(crate) fn time(row: &SqliteRow, column: &'static str) -> Result<OffsetDateTime, StoreError> {
    from_micros(get(row, column)?)
}

pub(crate) fn time_if_any(row: &SqliteRow, column: &'static str) -> Result<Option<OffsetDateTime>, StoreError> {
    get::<Option<i64>>(row, column)?.map(from_micros).transpose()
}

/// A column of 32 bytes.
pub(crate) fn hash(row: &SqliteRow, column: &'static str) -> Result<[u8; 32], StoreError> {
    <[u8; 32]>::try_from(get::<&[u8]>(row, column)?).map_err(|_| corrupt(format!("{column}: not 32 bytes")))
}

/// A counter as it is stored. SQLite's integers have a sign.
pub(crate) fn counter(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(corrupt)
}

/// An organization's head, from `head_columns`.
pub(crate) fn head(row: &SqliteRow) -> Result<Head, StoreError> {
    let organization = Organization {
        id: OrganizationId(get(row, "o_id")?),
        name: parsed::<OrganizationName>(row, "o_name")?,
        state: named(row, "o_state", &OrganizationState::ALL, OrganizationState::as_str)?,
        owner: get::<Option<Uuid>>(row, "o_owner")?.map(MemberId),
        policy: json(row, "o_policy")?,
        language: parsed::<Language>(row, "o_language")?,
        branding: json(row, "o_branding")?,
        created_at: time(row, "o_created_at")?,
        version: get(row, "o_version")?,
    };
    let seats = Seats {
        limit: get(row, "s_limit")?,
        assigned: get(row, "s_assigned")?,
        reserved: get(row, "s_reserved")?,
        waiting: get(row, "s_waiting")?,
    };
    let subscription = Subscription {
        plan: parsed_if_any::<PlanName>(row, "s_plan")?,
        expires_at: time_if_any(row, "s_expires_at")?,
        grace_days: get(row, "s_grace_days")?,
        announces_at: time_if_any(row, "s_announces_at")?,
    };
    let audit = ChainEnd { sequence: get(row, "s_audit_sequence")?, hash: hash(row, "s_audit_hash")? };
    Ok(Head { organization, seats, subscription, audit, revision: get(row, "s_revision")? })
}

/// A membership, from `member_columns`.
pub(crate) fn member(row: &SqliteRow) -> Result<Member, StoreError> {
    Ok(Member {
        id: MemberId(get(row, "m_id")?),
        user: get::<Option<Uuid>>(row, "m_user")?.map(UserId),
        name: parsed::<PersonName>(row, "m_name")?,
        email: parsed_if_any::<EmailAddress>(row, "m_email")?,
        role: role(row, "m_role")?,
        status: named(row, "m_status", &MemberStatus::ALL, MemberStatus::as_str)?,
        seat: get(row, "m_seat")?,
        waits_since: time_if_any(row, "m_waits_since")?,
        joined_at: time(row, "m_joined_at")?,
        raised_at: time_if_any(row, "m_raised_at")?,
        deactivates_at: time_if_any(row, "m_deactivates_at")?,
        profile: MemberProfile {
            names: names(row, "m_first_name", "m_last_name")?,
            language: parsed_if_any::<Language>(row, "m_language")?,
            labels: json::<Labels>(row, "m_labels")?,
            number: parsed_if_any::<MemberNumber>(row, "m_number")?,
            additional_information: parsed_if_any::<AdditionalInformation>(row, "m_additional_information")?,
        },
        set_up: set_up(row)?,
        rounds: Rounds { numbers: json(row, "m_rounds")?, last_at: time_if_any(row, "m_last_round_at")? },
        login_since: time_if_any(row, "m_login_since")?,
        version: get(row, "m_version")?,
    })
}

fn names(row: &SqliteRow, first: &'static str, last: &'static str) -> Result<Names, StoreError> {
    let name = |column| parsed_if_any::<PersonName>(row, column);
    Ok(Names { first: name(first)?, last: name(last)? })
}

/// A member's personal link, if one was ever made.
fn set_up(row: &SqliteRow) -> Result<Option<SetUpLink>, StoreError> {
    let Some(generation) = get(row, "m_set_up_generation")? else { return Ok(None) };
    Ok(Some(SetUpLink {
        generation,
        channel: named(row, "m_set_up_channel", &CHANNELS, channel_name)?,
        issued_at: time(row, "m_set_up_issued_at")?,
        expires_at: time(row, "m_set_up_expires_at")?,
        used_at: time_if_any(row, "m_set_up_used_at")?,
        delivery: named(row, "m_set_up_delivery", &Delivery::ALL, Delivery::as_str)?,
        code: json_if_any(row, "m_set_up_code")?,
    }))
}

/// A record, from `resource_columns`.
pub(crate) fn resource(row: &SqliteRow) -> Result<Resource, StoreError> {
    Ok(Resource {
        name: ResourceName::parse(get(row, "r_type")?, get(row, "r_key")?).map_err(corrupt)?,
        restricted: get(row, "r_restricted")?,
        created_at: time(row, "r_created_at")?,
        version: get(row, "r_version")?,
    })
}

/// A round of mail to members without a login, from `round_columns`.
pub(crate) fn round(row: &SqliteRow) -> Result<Round, StoreError> {
    Ok(Round {
        id: RoundId(get(row, "id")?),
        number: get(row, "number")?,
        audience: json(row, "audience")?,
        started_by: MemberId(get(row, "started_by")?),
        starter: get(row, "starter")?,
        started_at: time(row, "started_at")?,
        moved_at: time(row, "moved_at")?,
        finished_at: time_if_any(row, "finished_at")?,
        chunks: get(row, "chunks")?,
        after: get::<Option<Uuid>>(row, "after_member")?.map(MemberId),
        mailed: get(row, "mailed")?,
        left_out: json(row, "left_out")?,
        version: get(row, "version")?,
    })
}

/// A share, from `share_columns`.
pub(crate) fn share(row: &SqliteRow) -> Result<Share, StoreError> {
    let kind: &str = get(row, "x_holder_kind")?;
    let holder = Holder::of(kind, get(row, "x_holder")?);
    Ok(Share {
        resource: ResourceName::parse(get(row, "x_type")?, get(row, "x_key")?).map_err(corrupt)?,
        holder: holder.ok_or_else(|| corrupt(format!("holder_kind: `{kind}` is unknown")))?,
        level: named(row, "x_level", &Level::ALL, Level::as_str)?,
        version: get(row, "x_version")?,
    })
}

const CHANNELS: [Channel; 2] = [Channel::Mail, Channel::Hand];

/// A channel's name in the table.
pub(crate) fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Hand => "hand",
    }
}

/// An invitation, from `invitation_columns`.
pub(crate) fn invitation(row: &SqliteRow) -> Result<Invitation, StoreError> {
    let inviter = get::<Option<Uuid>>(row, "i_invited_by")?;
    Ok(Invitation {
        id: InvitationId(get(row, "i_id")?),
        email: parsed::<EmailAddress>(row, "i_email")?,
        role: role(row, "i_role")?,
        for_owner: get(row, "i_for_owner")?,
        state: named(row, "i_state", &InvitationState::ALL, InvitationState::as_str)?,
        generation: get(row, "i_generation")?,
        channel: named(row, "i_channel", &CHANNELS, channel_name)?,
        reserves_seat: get(row, "i_reserves_seat")?,
        invited_by: inviter.map_or(Inviter::Operator, |id| Inviter::Member(MemberId(id))),
        language: parsed::<Language>(row, "i_language")?,
        message: get(row, "i_message")?,
        wording: get::<Option<Uuid>>(row, "i_wording")?.map(WordingId),
        deactivates_at: time_if_any(row, "i_deactivates_at")?,
        groups: ids(row, "i_groups", GroupId)?,
        sessions: ids(row, "i_sessions", SessionId)?,
        created_at: time(row, "i_created_at")?,
        opens_at: time(row, "i_opens_at")?,
        expires_at: time(row, "i_expires_at")?,
        settled_at: time_if_any(row, "i_settled_at")?,
        member: get::<Option<Uuid>>(row, "i_member")?.map(MemberId),
        sends: get(row, "i_sends")?,
        delivery: named(row, "i_delivery", &Delivery::ALL, Delivery::as_str)?,
        version: get(row, "i_version")?,
    })
}

/// An address in the copy that a user's row keeps.
#[derive(Serialize, Deserialize)]
struct EmailCopy {
    address: EmailAddress,
    verified_at: Option<i64>,
}

/// A user's addresses as the user's row keeps them.
pub(crate) fn emails_text(emails: &[UserEmail]) -> Result<String, StoreError> {
    let copy =
        |email: &UserEmail| EmailCopy { address: email.address.clone(), verified_at: email.verified_at.map(micros) };
    serde_json::to_string(&emails.iter().map(copy).collect::<Vec<_>>()).map_err(corrupt)
}

/// The addresses in such a column.
pub(crate) fn emails(row: &SqliteRow, column: &'static str) -> Result<Vec<UserEmail>, StoreError> {
    let read = |copy: EmailCopy| {
        let verified_at = copy.verified_at.map(from_micros).transpose()?;
        Ok(UserEmail { address: copy.address, verified_at })
    };
    json::<Vec<EmailCopy>>(row, column)?.into_iter().map(read).collect()
}

/// The username in a column.
pub(crate) fn username_if_any(row: &SqliteRow, column: &'static str) -> Result<Option<Username>, StoreError> {
    get::<Option<&str>>(row, column)?.map(Username::parse).transpose().map_err(corrupt)
}

/// An identity in the copy that a user's row keeps.
#[derive(Serialize, Deserialize)]
struct IdentityCopy {
    issuer: String,
    subject: String,
    email: Option<EmailAddress>,
    linked_at: i64,
}

/// A user's identities as the user's row keeps them.
pub(crate) fn identities_text(identities: &[Identity]) -> Result<String, StoreError> {
    let copy = |it: &Identity| IdentityCopy {
        issuer: it.subject.issuer().to_owned(),
        subject: it.subject.subject().to_owned(),
        email: it.email.clone(),
        linked_at: micros(it.linked_at),
    };
    serde_json::to_string(&identities.iter().map(copy).collect::<Vec<_>>()).map_err(corrupt)
}

/// The identities in such a column.
pub(crate) fn identities(row: &SqliteRow, column: &'static str) -> Result<Vec<Identity>, StoreError> {
    json::<Vec<IdentityCopy>>(row, column)?.into_iter().map(identity).collect()
}

fn identity(copy: IdentityCopy) -> Result<Identity, StoreError> {
    let subject = Subject::parse(&copy.issuer, &copy.subject).map_err(corrupt)?;
    Ok(Identity { subject, email: copy.email, linked_at: from_micros(copy.linked_at)? })
}

/// A column of ids as JSON of hexadecimal texts.
pub(crate) fn ids<T>(row: &SqliteRow, column: &'static str, id: impl Fn(Uuid) -> T) -> Result<Vec<T>, StoreError> {
    Ok(json::<Vec<Uuid>>(row, column)?.into_iter().map(id).collect())
}

/// A group, from `group_columns`.
pub(crate) fn group(row: &SqliteRow) -> Result<Group, StoreError> {
    Ok(Group {
        id: GroupId(get(row, "g_id")?),
        name: parsed::<GroupName>(row, "g_name")?,
        created_at: time(row, "g_created_at")?,
        version: get(row, "g_version")?,
    })
}

/// A place in a group, from the columns of its table.
pub(crate) fn group_member(row: &SqliteRow) -> Result<GroupMember, StoreError> {
    Ok(GroupMember {
        group: GroupId(get(row, "group_id")?),
        member: MemberId(get(row, "member_id")?),
        since: time(row, "since")?,
    })
}

/// A program, from `program_columns`.
pub(crate) fn program(row: &SqliteRow) -> Result<Program, StoreError> {
    Ok(Program {
        id: ProgramId(get(row, "p_id")?),
        name: parsed::<ProgramName>(row, "p_name")?,
        message: get(row, "p_message")?,
        language: parsed_if_any::<Language>(row, "p_language")?,
        groups: ids(row, "p_groups", GroupId)?,
        created_at: time(row, "p_created_at")?,
        version: get(row, "p_version")?,
    })
}

/// A session of a program, from `session_columns`.
pub(crate) fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId(get(row, "e_id")?),
        program: ProgramId(get(row, "e_program")?),
        title: parsed::<SessionTitle>(row, "e_title")?,
        starts_at: time(row, "e_starts_at")?,
        ends_at: time(row, "e_ends_at")?,
        groups: ids(row, "e_groups", GroupId)?,
        version: get(row, "e_version")?,
    })
}

/// An enrolment by name, from the columns of its table.
pub(crate) fn enrolment(row: &SqliteRow) -> Result<Enrolment, StoreError> {
    Ok(Enrolment {
        session: SessionId(get(row, "session_id")?),
        member: MemberId(get(row, "member_id")?),
        since: time(row, "since")?,
    })
}

/// A user, from `user_columns`.
pub(crate) fn user(row: &SqliteRow) -> Result<User, StoreError> {
    let used_at = time_if_any(row, "u_initial_used_at")?;
    let initial_password = time_if_any(row, "u_initial_expires_at")?;
    Ok(User {
        id: UserId(get(row, "u_id")?),
        name: parsed::<PersonName>(row, "u_name")?,
        names: names(row, "u_first_name", "u_last_name")?,
        username: username_if_any(row, "u_username")?,
        emails: emails(row, "u_emails")?,
        password: get::<Option<String>>(row, "u_password")?.map(PasswordHash::new),
        password_due: get(row, "u_password_due")?,
        initial_password: initial_password.map(|expires_at| InitialPassword { expires_at, used_at }),
        password_generation: get(row, "u_password_generation")?,
        identities: identities(row, "u_identities")?,
        language: parsed::<Language>(row, "u_language")?,
        operator: get(row, "u_operator")?,
        home: get::<Option<Uuid>>(row, "u_home")?.map(OrganizationId),
        created_at: time(row, "u_created_at")?,
        audit: ChainEnd { sequence: get(row, "u_audit_sequence")?, hash: hash(row, "u_audit_hash")? },
        version: get(row, "u_version")?,
    })
}

/// A sign-in, from `sign_in_columns`.
pub(crate) fn sign_in(row: &SqliteRow) -> Result<SignIn, StoreError> {
    Ok(SignIn {
        id: SignInId(get(row, "id")?),
        user: UserId(get(row, "user_id")?),
        token: TokenHash(hash(row, "token_hash")?),
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
        last_seen_at: time(row, "last_seen_at")?,
        description: get(row, "description")?,
        password_generation: get(row, "password_generation")?,
        assurance: named(row, "assurance", &Assurance::ALL, Assurance::as_str)?,
        proven_at: time(row, "proven_at")?,
    })
}

/// The second factors of a user, from the columns of their table.
pub(crate) fn second_factors(row: &SqliteRow) -> Result<SecondFactors, StoreError> {
    let totp = get::<Option<&str>>(row, "totp")?;
    Ok(SecondFactors {
        user: UserId(get(row, "user_id")?),
        totp: totp.map(serde_json::from_str).transpose().map_err(corrupt)?,
        passkeys: json(row, "passkeys")?,
        codes: json(row, "codes")?,
        version: get(row, "version")?,
    })
}

/// A link of a user, from the columns of its table.
pub(crate) fn user_link(row: &SqliteRow) -> Result<UserLink, StoreError> {
    Ok(UserLink {
        id: UserLinkId(get(row, "id")?),
        user: UserId(get(row, "user_id")?),
        kind: named(row, "kind", &LinkKind::ALL, LinkKind::as_str)?,
        generation: get(row, "generation")?,
        address: parsed::<EmailAddress>(row, "address")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
        used_at: time_if_any(row, "used_at")?,
        version: get(row, "version")?,
    })
}

/// A sign-up, from the columns of its table.
pub(crate) fn sign_up(row: &SqliteRow) -> Result<SignUp, StoreError> {
    Ok(SignUp {
        id: SignUpId(get(row, "id")?),
        email: parsed::<EmailAddress>(row, "email")?,
        name: parsed::<PersonName>(row, "name")?,
        password: PasswordHash::new(get(row, "password")?),
        language: parsed::<Language>(row, "language")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
    })
}

/// A key of an organization, from `key_columns`.
pub(crate) fn organization_key(row: &SqliteRow) -> Result<ApiKey, StoreError> {
    key(row, Maker::Member(MemberId(get(row, "maker")?)))
}

/// A key of the operator, from `key_columns`.
pub(crate) fn operator_key(row: &SqliteRow) -> Result<ApiKey, StoreError> {
    key(row, Maker::Operator(get::<Option<Uuid>>(row, "maker")?.map(UserId)))
}

fn key(row: &SqliteRow, made_by: Maker) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: ApiKeyId(get(row, "id")?),
        name: parsed::<KeyName>(row, "name")?,
        scopes: json(row, "scopes")?,
        made_by,
        two_factors: get(row, "two_factors")?,
        token: TokenHash(hash(row, "token_hash")?),
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
        last_used_at: time_if_any(row, "last_used_at")?,
        revoked_at: time_if_any(row, "revoked_at")?,
        version: get(row, "version")?,
    })
}

/// How far a quota of a bucket is used up.
pub(crate) fn spent(row: &SqliteRow, bucket: Bucket) -> Result<Spent, StoreError> {
    let cause = named(row, "cause", &Cause::ALL, Cause::as_str)?;
    Ok(Spent { bucket, cause, seconds: get(row, "seconds")?, empties_at: time(row, "empties_at")? })
}

/// An audit entry, from `audit_columns`.
pub(crate) fn audit_entry(row: &SqliteRow, stream: Stream) -> Result<AuditEntry, StoreError> {
    let key = get::<Option<Uuid>>(row, "a_actor_key")?.map(ApiKeyId);
    let actor = AuditActor {
        kind: AuditActor::kind_named(get(row, "a_actor_kind")?, key),
        user: get::<Option<Uuid>>(row, "a_actor_user")?.map(UserId),
        key,
        name: get(row, "a_actor_name")?,
    };
    Ok(AuditEntry {
        stream,
        sequence: get(row, "a_sequence")?,
        at: time(row, "a_at")?,
        actor,
        request: get(row, "a_request")?,
        event: get(row, "a_event")?,
        subject_kind: get(row, "a_subject_kind")?,
        subject: get(row, "a_subject_id")?,
        subject_name: get(row, "a_subject_name")?,
        before: get(row, "a_before")?,
        after: get(row, "a_after")?,
        previous: hash(row, "a_previous")?,
        hash: hash(row, "a_hash")?,
    })
}

/// A wording, from the columns of its table.
pub(crate) fn wording(row: &SqliteRow) -> Result<Wording, StoreError> {
    Ok(Wording { id: WordingId(get(row, "id")?), subject: get(row, "subject")?, text: get(row, "text")? })
}

/// What kind of scope a message has, as the table names it.
pub(crate) fn scope_kind(scope: MessageScope) -> &'static str {
    match scope {
        MessageScope::Organization(_) => "organization",
        MessageScope::User(_) => "user",
        MessageScope::SignUp(_) => "sign_up",
    }
}

/// A message's scope, from the columns `scope_kind` and `scope_id`.
pub(crate) fn message_scope(row: &SqliteRow) -> Result<MessageScope, StoreError> {
    let id = get::<Uuid>(row, "scope_id")?;
    match get::<&str>(row, "scope_kind")? {
        "organization" => Ok(MessageScope::Organization(OrganizationId(id))),
        "user" => Ok(MessageScope::User(UserId(id))),
        "sign_up" => Ok(MessageScope::SignUp(SignUpId(id))),
        other => Err(corrupt(format!("scope_kind: `{other}` is unknown"))),
    }
}

/// A message, from the columns of the outbox.
pub(crate) fn message(row: &SqliteRow) -> Result<Message, StoreError> {
    Ok(Message {
        id: MessageId(get(row, "id")?),
        scope: message_scope(row)?,
        to: json(row, "recipient")?,
        language: parsed::<Language>(row, "language")?,
        content: json(row, "content")?,
        branding: json(row, "branding")?,
        created_at: time(row, "created_at")?,
        due_at: time(row, "due_at")?,
    })
}
