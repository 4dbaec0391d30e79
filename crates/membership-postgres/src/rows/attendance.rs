//! Rows of groups, programs and sessions, and of who attends them.

use membership_core::group::{Group, GroupMember};
use membership_core::id::{GroupId, MemberId, ProgramId, SessionId};
use membership_core::language::Language;
use membership_core::name::{GroupName, ProgramName, SessionTitle};
use membership_core::port::EnrolledMember;
use membership_core::port::StoreError;
use membership_core::program::{Enrolment, Program, Session};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Instant, MemberRow, name_key};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct GroupRow {
    id: Uuid,
    name: GroupName,
    /// Only written: the name as Unicode lower-cases it.
    #[serde(skip_deserializing)]
    name_key: String,
    created_at: Instant,
    version: u64,
}

/// The columns of [`GroupRow`], of a table called `g`.
macro_rules! group_columns {
    () => {
        concat!("g.id, g.name, ", $crate::statement::micros!("g.created_at"), " AS created_at, g.version")
    };
}

impl From<&Group> for GroupRow {
    fn from(it: &Group) -> Self {
        Self {
            id: it.id.0,
            name: it.name.clone(),
            name_key: name_key(it.name.as_str()),
            created_at: it.created_at.into(),
            version: it.version,
        }
    }
}

impl GroupRow {
    pub(crate) fn group(self) -> Group {
        Group { id: GroupId(self.id), name: self.name, created_at: self.created_at.0, version: self.version }
    }
}

/// That a member is in a group or enrolled in a session; `place_id` is the group's or session's.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlaceRow {
    place_id: Uuid,
    member_id: Uuid,
    since: Instant,
}

impl From<&GroupMember> for PlaceRow {
    fn from(it: &GroupMember) -> Self {
        Self { place_id: it.group.0, member_id: it.member.0, since: it.since.into() }
    }
}

impl From<&Enrolment> for PlaceRow {
    fn from(it: &Enrolment) -> Self {
        Self { place_id: it.session.0, member_id: it.member.0, since: it.since.into() }
    }
}

impl PlaceRow {
    pub(crate) fn group_member(self) -> GroupMember {
        GroupMember { group: GroupId(self.place_id), member: MemberId(self.member_id), since: self.since.0 }
    }

    pub(crate) fn enrolment(self) -> Enrolment {
        Enrolment { session: SessionId(self.place_id), member: MemberId(self.member_id), since: self.since.0 }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ProgramRow {
    id: Uuid,
    name: ProgramName,
    /// Only written: the name as Unicode lower-cases it.
    #[serde(skip_deserializing)]
    name_key: String,
    message: Option<String>,
    language: Option<Language>,
    groups: Vec<GroupId>,
    created_at: Instant,
    version: u64,
}

/// The columns of [`ProgramRow`], of a table called `p`.
macro_rules! program_columns {
    () => {
        concat!(
            "p.id, p.name, p.message, p.language, p.groups, ",
            $crate::statement::micros!("p.created_at"),
            " AS created_at, p.version"
        )
    };
}

impl From<&Program> for ProgramRow {
    fn from(it: &Program) -> Self {
        Self {
            id: it.id.0,
            name: it.name.clone(),
            name_key: name_key(it.name.as_str()),
            message: it.message.clone(),
            language: it.language,
            groups: it.groups.clone(),
            created_at: it.created_at.into(),
            version: it.version,
        }
    }
}

impl ProgramRow {
    pub(crate) fn program(self) -> Program {
        Program {
            id: ProgramId(self.id),
            name: self.name,
            message: self.message,
            language: self.language,
            groups: self.groups,
            created_at: self.created_at.0,
            version: self.version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    id: Uuid,
    program_id: Uuid,
    title: SessionTitle,
    starts_at: Instant,
    ends_at: Instant,
    groups: Vec<GroupId>,
    version: u64,
}

/// The columns of [`SessionRow`], of a table called `s`.
macro_rules! session_columns {
    () => {
        concat!(
            "s.id, s.program_id, s.title, ",
            $crate::statement::micros!("s.starts_at"),
            " AS starts_at, ",
            $crate::statement::micros!("s.ends_at"),
            " AS ends_at, s.groups, s.version"
        )
    };
}

impl From<&Session> for SessionRow {
    fn from(it: &Session) -> Self {
        Self {
            id: it.id.0,
            program_id: it.program.0,
            title: it.title.clone(),
            starts_at: it.starts_at.into(),
            ends_at: it.ends_at.into(),
            groups: it.groups.clone(),
            version: it.version,
        }
    }
}

impl SessionRow {
    pub(crate) fn session(self) -> Session {
        Session {
            id: SessionId(self.id),
            program: ProgramId(self.program_id),
            title: self.title,
            starts_at: self.starts_at.0,
            ends_at: self.ends_at.0,
            groups: self.groups,
            version: self.version,
        }
    }
}

/// A group with how many are in it.
#[derive(Debug, Deserialize)]
pub(crate) struct CountedGroupRow {
    #[serde(flatten)]
    group: GroupRow,
    members: u64,
}

impl CountedGroupRow {
    pub(crate) fn counted(self) -> (Group, u64) {
        (self.group.group(), self.members)
    }
}

/// A group that a member is in.
#[derive(Debug, Deserialize)]
pub(crate) struct GroupOfRow {
    member_id: Uuid,
    #[serde(flatten)]
    group: GroupRow,
}

impl GroupOfRow {
    pub(crate) fn group_of(self) -> (MemberId, Group) {
        (MemberId(self.member_id), self.group.group())
    }
}

/// A member who is enrolled, and why.
#[derive(Debug, Deserialize)]
pub(crate) struct EnrolledRow {
    #[serde(flatten)]
    member: MemberRow,
    by_name: bool,
    groups: Vec<GroupId>,
}

impl EnrolledRow {
    pub(crate) fn enrolled(self) -> Result<EnrolledMember, StoreError> {
        Ok(EnrolledMember { member: self.member.member()?, by_name: self.by_name, groups: self.groups })
    }
}

pub(crate) use {group_columns, program_columns, session_columns};
