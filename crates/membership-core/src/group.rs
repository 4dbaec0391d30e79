//! Groups: named sets of members, and who is in them since when.

use time::OffsetDateTime;

use crate::id::{GroupId, MemberId};
use crate::name::GroupName;

/// A named set of members of an organization (S2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id, by which lists and imports name it (S2.10).
    pub id: GroupId,
    /// What it is called. Two groups may be called alike: ids tell them apart.
    pub name: GroupName,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Counts the changes to this row: an `ETag`. Members who come and go are no change of it.
    pub version: u64,
}

/// That a member is in a group. It ends with either of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupMember {
    /// Which group.
    pub group: GroupId,
    /// Which member.
    pub member: MemberId,
    /// Since when: what had ended by then, the group does not enrol the member in (S2.11).
    pub since: OffsetDateTime,
}
