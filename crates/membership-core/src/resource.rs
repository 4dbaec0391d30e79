//! Records of a host application, as far as membership decides who reaches them: restricted or not, and shared with whom
//! (S3.4). What a record contains never comes here.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::draft::derived_id;
use crate::id::{GroupId, MemberId, OrganizationId};
use crate::input::InvalidInput;

/// A record's name within its organization: what kind of thing it is, and which one, in the host application's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName {
    kind: String,
    id: String,
}

impl ResourceName {
    /// The longest type, in bytes.
    pub const LONGEST_TYPE: usize = 40;
    /// The longest id, in bytes.
    pub const LONGEST_ID: usize = 128;

    /// Parses both parts. A type is lower-case letters, digits, `_` and `-`, beginning with a letter. An id is anything of
    /// ASCII letters, digits and `-`, `.`, `_`, `~`, `:`, `@`: what a path holds as it is (RFC 3986, section 3.3).
    ///
    /// # Errors
    /// `not-a-type`, about the field `type`; `not-an-id`, about the field `id`.
    pub fn parse(kind: &str, id: &str) -> Result<Self, InvalidInput> {
        let (kind, id) = (Self::parse_type(kind)?, id.to_owned());
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:@".contains(c);
        // What a path takes for a step elsewhere is no name.
        let is_step = matches!(id.as_str(), "." | "..");
        if id.is_empty() || Self::LONGEST_ID < id.len() || !id.chars().all(allowed) || is_step {
            let rule = "must be 1 to 128 of the characters a–z, A–Z, 0–9, `-`, `.`, `_`, `~`, `:` and `@`";
            return Err(InvalidInput::new("id", "not-an-id", rule));
        }
        Ok(Self { kind, id })
    }

    /// Parses a type alone.
    ///
    /// # Errors
    /// `not-a-type`, about the field `type`.
    pub fn parse_type(kind: &str) -> Result<String, InvalidInput> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let begins = kind.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && kind.len() <= Self::LONGEST_TYPE && kind.chars().all(allowed) {
            return Ok(kind.to_owned());
        }
        let rule = "must be 1 to 40 lower-case letters, digits, `_` or `-`, beginning with a letter, such as `report`";
        Err(InvalidInput::new("type", "not-a-type", rule))
    }

    /// What kind of thing it is.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Which one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id under which an organization's audit log knows the record: it follows from the name.
    pub fn subject(&self, organization: OrganizationId) -> Uuid {
        derived_id(&[b"resource", organization.0.as_bytes(), self.kind.as_bytes(), self.id.as_bytes()])
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// A record as this service knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its name.
    pub name: ResourceName,
    /// Whether only those reach it with whom it is shared, and those who control every record.
    pub restricted: bool,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// Counts the changes to this row: an `ETag`.
    pub version: u64,
}

impl Resource {
    /// With how many a record can be shared at most; a group counts as one.
    pub const MOST_SHARES: usize = 200;
}

/// How far somebody reaches one record. A higher level includes the lower ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Reads it.
    View,
    /// Changes it.
    Edit,
    /// Shares it, restricts it and takes it away.
    Control,
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: [Self; 3] = [Self::View, Self::Edit, Self::Control];

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Control => "control",
        }
    }

    /// The level of that name.
    ///
    /// # Errors
    /// `not-a-level`, about the field `level`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let found = Self::ALL.into_iter().find(|level| level.as_str() == text);
        found.ok_or_else(|| InvalidInput::new("level", "not-a-level", "must be `view`, `edit` or `control`"))
    }
}

/// With whom a record is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// One member.
    Member(MemberId),
    /// Whoever is in a group, as long as they are.
    Group(GroupId),
}

impl Holder {
    /// What it is, as the tables name it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Group(_) => "group",
        }
    }

    /// Its id.
    pub fn id(self) -> Uuid {
        match self {
            Self::Member(id) => id.0,
            Self::Group(id) => id.0,
        }
    }

    /// The group, if it is one.
    pub fn group(self) -> Option<GroupId> {
        match self {
            Self::Group(id) => Some(id),
            Self::Member(_) => None,
        }
    }

    /// Reads a holder back from a table.
    pub fn of(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "member" => Some(Self::Member(MemberId(id))),
            "group" => Some(Self::Group(GroupId(id))),
            _ => None,
        }
    }
}

/// A record is shared with somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Which record.
    pub resource: ResourceName,
    /// With whom.
    pub holder: Holder,
    /// How far.
    pub level: Level,
    /// Counts the changes to this row: an `ETag`.
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, id: &str, expected: Result<&str, &str>) {
        let got = ResourceName::parse(kind, id).map(|name| name.to_string());
        assert_eq!(got.as_deref().map_err(|input| input.code), expected, "{kind:?} {id:?}");
    }

    #[test]
    fn a_name_is_what_a_path_holds_as_it_is() {
        check("report", "2026-Q1", Ok("report/2026-Q1"));
        check("r2_d-2", "urn:x:1@y~z.a_b", Ok("r2_d-2/urn:x:1@y~z.a_b"));
        for kind in ["", "Report", "2d", "a/b", "réport", &"x".repeat(41)] {
            check(kind, "1", Err("not-a-type"));
        }
        for id in ["", ".", "..", "a/b", "a b", "a%2Fb", "<b>", "é", "a\n", &"x".repeat(129)] {
            check("report", id, Err("not-an-id"));
        }
    }

    #[test]
    fn levels_rise() {
        assert!(Level::View < Level::Edit && Level::Edit < Level::Control);
        for level in Level::ALL {
            assert_eq!(Level::parse(level.as_str()), Ok(level));
        }
        assert!(Level::parse("own").is_err());
    }
}
