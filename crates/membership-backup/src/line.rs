//! A line of the file, and what a row is called in it.

use std::collections::BTreeMap;

use membership_core::audit::Stream;
use membership_core::backup::Piece;
use membership_core::id::OrganizationId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::row;

/// The version of the format that this release writes. It reads this one and all before it.
pub const VERSION: u32 = 1;

/// What the first line says the file is.
pub(crate) const FORMAT: &str = "membership-backup";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) format: String,
    pub(crate) version: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) taken_at: OffsetDateTime,
    pub(crate) organization_id: OrganizationId,
}

/// Every other line: an object with one field, the name of what it holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    Organization(Box<row::Organization>),
    Member(Box<row::Member>),
    Invitation(Box<row::Invitation>),
    Group(row::Group),
    GroupMember(row::GroupMember),
    Program(row::Program),
    Session(row::Session),
    Enrolment(row::Enrolment),
    Round(Box<row::Round>),
    Wording(Box<row::Wording>),
    Record(row::Record),
    Share(row::Share),
    LogEntry(Box<row::LogEntry>),
    End(End),
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// How many rows of each name there are.
    pub(crate) rows: BTreeMap<String, u64>,
    /// Over every byte before this line.
    pub(crate) sha256: String,
}

impl Line {
    /// The name of what it holds.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Organization(_) => "organization",
            Self::Member(_) => "member",
            Self::Invitation(_) => "invitation",
            Self::Group(_) => "group",
            Self::GroupMember(_) => "group_member",
            Self::Program(_) => "program",
            Self::Session(_) => "session",
            Self::Enrolment(_) => "enrolment",
            Self::Round(_) => "round",
            Self::Wording(_) => "wording",
            Self::Record(_) => "record",
            Self::Share(_) => "share",
            Self::LogEntry(_) => "log_entry",
            Self::End(_) => "end",
        }
    }

    /// The row in it; an end holds none.
    pub(crate) fn piece(self, organization: OrganizationId) -> Result<Option<Piece>, row::Unknown> {
        Ok(Some(match self {
            Self::Organization(it) => Piece::Head(Box::new((*it).try_into()?)),
            Self::Member(it) => Piece::Member(Box::new((*it).try_into()?)),
            Self::Invitation(it) => Piece::Invitation(Box::new((*it).try_into()?)),
            Self::Group(it) => Piece::Group(it.into()),
            Self::GroupMember(it) => Piece::GroupMember(it.into()),
            Self::Program(it) => Piece::Program(Box::new(it.into())),
            Self::Session(it) => Piece::Session(Box::new(it.into())),
            Self::Enrolment(it) => Piece::Enrolment(it.into()),
            Self::Round(it) => Piece::Round(Box::new((*it).into())),
            Self::Wording(it) => Piece::Wording(Box::new((*it).into())),
            Self::Record(it) => Piece::Record(Box::new(it.try_into()?)),
            Self::Share(it) => Piece::Share(Box::new(it.try_into()?)),
            Self::LogEntry(it) => Piece::Entry(Box::new(it.entry(Stream::Organization(organization))?)),
            Self::End(_) => return Ok(None),
        }))
    }
}

impl From<&Piece> for Line {
    fn from(piece: &Piece) -> Self {
        match piece {
            Piece::Head(it) => Self::Organization(Box::new(it.as_ref().into())),
            Piece::Member(it) => Self::Member(Box::new(it.as_ref().into())),
            Piece::Invitation(it) => Self::Invitation(Box::new(it.as_ref().into())),
            Piece::Group(it) => Self::Group(it.into()),
            Piece::GroupMember(it) => Self::GroupMember(it.into()),
            Piece::Program(it) => Self::Program(it.as_ref().into()),
            Piece::Session(it) => Self::Session(it.as_ref().into()),
            Piece::Enrolment(it) => Self::Enrolment(it.into()),
            Piece::Round(it) => Self::Round(Box::new(it.as_ref().into())),
            Piece::Wording(it) => Self::Wording(Box::new(it.as_ref().into())),
            Piece::Record(it) => Self::Record(it.as_ref().into()),
            Piece::Share(it) => Self::Share(it.as_ref().into()),
            Piece::Entry(it) => Self::LogEntry(Box::new(it.as_ref().into())),
        }
    }
}
