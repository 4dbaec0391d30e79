//! Groups, programs and sessions on the wire, and who attends them.

use membership_core::command::{Enrolled, Placing, ProgramTerms, SessionTerms};
use membership_core::group;
use membership_core::id::{GroupId, MemberId, SessionId};
use membership_core::input::{InvalidInput, LONGEST_MESSAGE, paragraph};
use membership_core::name::{GroupName, ProgramName, SessionTitle};
use membership_core::port::{EnrolledMember, EnrolledQuery, NamedQuery, SessionQuery};
use membership_core::program;
use membership_core::refusal::Refusal;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::cursor::{self, SortedBy};
use crate::dto::batch::{Batch, Line};
use crate::dto::field;
use crate::dto::page::PageAsked;
use crate::query;

/// The most members of one request.
const MOST_MEMBERS: usize = 1_000;

/// A group.
#[derive(Serialize, ToSchema)]
pub(crate) struct Group {
    id: Uuid,
    name: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Counts the changes; the `ETag`.
    version: u64,
    /// How many members are in it, in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<u64>,
}

impl From<&group::Group> for Group {
    fn from(it: &group::Group) -> Self {
        let (name, created_at) = (it.name.to_string(), it.created_at);
        Self { id: it.id.0, name, created_at, version: it.version, members: None }
    }
}

impl From<(group::Group, u64)> for Group {
    fn from((it, members): (group::Group, u64)) -> Self {
        Self { members: Some(members), ..Self::from(&it) }
    }
}

/// What a group shall be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupTerms {
    name: String,
}

impl GroupTerms {
    pub(crate) fn name(&self) -> Result<GroupName, InvalidInput> {
        GroupName::parse(&self.name)
    }
}

/// A program.
#[derive(Serialize, ToSchema)]
pub(crate) struct Program {
    id: Uuid,
    name: String,
    /// What its e-mail says besides the facts.
    #[schema(required)]
    message: Option<String>,
    /// The language of its e-mail; `null` is each member's own, or else the organization's.
    #[schema(required)]
    language: Option<&'static str>,
    /// The groups that attend all of its sessions.
    groups: Vec<Uuid>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Counts the changes; the `ETag`.
    version: u64,
}

impl From<&program::Program> for Program {
    fn from(it: &program::Program) -> Self {
        Self {
            id: it.id.0,
            name: it.name.to_string(),
            message: it.message.clone(),
            language: it.language.map(|it| it.tag()),
            groups: it.groups.iter().map(|id| id.0).collect(),
            created_at: it.created_at,
            version: it.version,
        }
    }
}

/// What a program shall be; what is left out is none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramBody {
    name: String,
    /// What its e-mail says besides the facts, at most 1,000 characters.
    message: Option<String>,
    /// `en` or `fr`.
    language: Option<String>,
    /// The ids of the groups that attend all of its sessions, at most 100.
    groups: Option<Vec<String>>,
}

impl ProgramBody {
    pub(crate) fn terms(&self) -> Result<ProgramTerms, InvalidInput> {
        let message = self.message.as_deref().map(|text| paragraph("message", text, LONGEST_MESSAGE)).transpose()?;
        Ok(ProgramTerms {
            name: ProgramName::parse(&self.name)?,
            message: message.flatten(),
            language: field::language(self.language.as_deref())?,
            groups: program::groups_named(field::groups(self.groups.as_deref().unwrap_or_default())?)?,
        })
    }
}

/// A dated session of a program.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    id: Uuid,
    program_id: Uuid,
    title: String,
    #[serde(with = "time::serde::rfc3339")]
    starts_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    ends_at: OffsetDateTime,
    /// The groups that attend it, besides those of the program.
    groups: Vec<Uuid>,
    /// Counts the changes; the `ETag`.
    version: u64,
}

impl From<&program::Session> for Session {
    fn from(it: &program::Session) -> Self {
        Self {
            id: it.id.0,
            program_id: it.program.0,
            title: it.title.to_string(),
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            groups: it.groups.iter().map(|id| id.0).collect(),
            version: it.version,
        }
    }
}

/// What a session shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionBody {
    title: String,
    #[schema(format = DateTime)]
    starts_at: String,
    /// After `starts_at`, and not in the past.
    #[schema(format = DateTime)]
    ends_at: String,
}

impl SessionBody {
    pub(crate) fn terms(&self) -> Result<SessionTerms, InvalidInput> {
        Ok(SessionTerms {
            title: SessionTitle::parse(&self.title)?,
            starts_at: field::time("starts_at", &self.starts_at)?,
            ends_at: field::time("ends_at", &self.ends_at)?,
        })
    }
}

/// A member who is enrolled in a session, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct Enrolment {
    member_id: Uuid,
    name: String,
    #[schema(required)]
    email: Option<String>,
    /// Whether by name; otherwise only through groups.
    by_name: bool,
    /// The groups through which.
    groups: Vec<Uuid>,
}

impl From<EnrolledMember> for Enrolment {
    fn from(it: EnrolledMember) -> Self {
        Self {
            member_id: it.member.id.0,
            name: it.member.name.to_string(),
            email: it.member.email.as_ref().map(ToString::to_string),
            by_name: it.by_name,
            groups: it.groups.iter().map(|id| id.0).collect(),
        }
    }
}

/// Who is brought into a session: groups, members, and addresses, of whom new ones are invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEnrolments {
    /// Ids of groups, at most 100.
    groups: Option<Vec<String>>,
    /// Ids of members, at most 1,000.
    members: Option<Vec<String>>,
    /// Addresses, at most 1,000.
    addresses: Option<Vec<String>>,
    /// Whether to say only what would become of each.
    dry_run: Option<bool>,
}

impl NewEnrolments {
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    pub(crate) fn groups(&self) -> Result<Vec<GroupId>, InvalidInput> {
        program::groups_named(field::groups(self.groups.as_deref().unwrap_or_default())?)
    }

    pub(crate) fn members(&self) -> Result<Vec<MemberId>, InvalidInput> {
        members(self.members.as_deref().unwrap_or_default())
    }

    pub(crate) fn lines(&self) -> Result<Vec<Line>, InvalidInput> {
        match self.addresses.as_deref() {
            None | Some([]) => Ok(Vec::new()),
            Some(addresses) => Batch::of(addresses.to_vec()).lines().map_err(|it| it.about("addresses")),
        }
    }
}

/// Members who are named in a body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedMembers {
    /// Ids of members, at most 1,000.
    members: Vec<String>,
    /// Whether to say only what would become of each.
    dry_run: Option<bool>,
}

impl NamedMembers {
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    pub(crate) fn ids(&self) -> Result<Vec<MemberId>, InvalidInput> {
        members(&self.members)
    }
}

fn members(texts: &[String]) -> Result<Vec<MemberId>, InvalidInput> {
    if MOST_MEMBERS < texts.len() {
        return Err(InvalidInput::new("members", "out-of-range", format!("must name at most {MOST_MEMBERS} members")));
    }
    texts.iter().map(|text| text.parse().map_err(|it: InvalidInput| it.about("members"))).collect()
}

/// What became of each that was named.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttendanceResult {
    /// Whether nothing was written.
    dry_run: bool,
    groups: Vec<AttendanceItem>,
    members: Vec<AttendanceItem>,
    addresses: Vec<AttendanceItem>,
}

/// What became of one.
#[derive(Serialize, ToSchema)]
struct AttendanceItem {
    /// The id, or the address as it was written.
    named: String,
    /// `added`, `invited`, `added-to-invitation`, or the code of the rule that said no; `invalid-address` if it
    /// is no address.
    outcome: &'static str,
    /// Why not, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl AttendanceItem {
    fn of<T>(named: &impl ToString, outcome: &Result<T, Refusal>, word: impl Fn(&T) -> &'static str) -> Self {
        let named = named.to_string();
        match outcome {
            Ok(it) => Self { named, outcome: word(it), detail: None },
            Err(refusal) => Self { named, outcome: refusal.code(), detail: Some(refusal.to_string()) },
        }
    }
}

impl AttendanceResult {
    pub(crate) fn enrolled(
        dry_run: bool,
        (groups, members, lines): (&[GroupId], &[MemberId], &[Line]),
        outcomes: &Enrolled,
    ) -> Self {
        let mut addresses = outcomes.addresses.iter();
        let item = |(written, line): &Line| match line {
            Err(complaint) => {
                let detail = Some(complaint.to_string());
                Some(AttendanceItem { named: written.clone(), outcome: "invalid-address", detail })
            }
            Ok(_) => addresses.next().map(|outcome| AttendanceItem::of(written, outcome, placing)),
        };
        Self {
            dry_run,
            addresses: lines.iter().filter_map(item).collect(),
            groups: items(groups, &outcomes.groups, "added"),
            members: items(members, &outcomes.members, "added"),
        }
    }
}

fn items<I: ToString>(ids: &[I], outcomes: &[Result<(), Refusal>], word: &'static str) -> Vec<AttendanceItem> {
    ids.iter().zip(outcomes).map(|(id, outcome)| AttendanceItem::of(id, outcome, |()| word)).collect()
}

fn placing(placing: &Placing) -> &'static str {
    match placing {
        Placing::Added(_) => "added",
        Placing::Invited(_) => "invited",
        Placing::Promised(_) => "added-to-invitation",
    }
}

/// Which rows of a list that is sorted by name.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NamedAsked {
    /// Only those whose name contains this text.
    q: Option<String>,
    /// How many rows, 1 to 100; 50 if none is named.
    limit: Option<String>,
    /// Where the page begins: the `next_cursor` of the page before.
    cursor: Option<String>,
}

impl NamedAsked {
    pub(crate) fn query(self) -> Result<NamedQuery, InvalidInput> {
        Ok(NamedQuery {
            text: query::search(self.q)?,
            cursor: self.cursor.map(|text| cursor::read(&text, SortedBy::Text)).transpose()?,
            limit: query::limit(self.limit.as_deref())?,
            uncounted: false,
        })
    }
}

impl PageAsked {
    pub(crate) fn sessions(&self) -> Result<SessionQuery, InvalidInput> {
        let (cursor, limit) = self.read(SortedBy::Time)?;
        Ok(SessionQuery { cursor, limit, ..SessionQuery::default() })
    }

    pub(crate) fn enrolled(&self, session: SessionId) -> Result<EnrolledQuery, InvalidInput> {
        let (cursor, limit) = self.read(SortedBy::Text)?;
        Ok(EnrolledQuery { session, members: None, group: None, after: cursor.map(|it| MemberId(it.id)), limit })
    }
}
