//! Programs, their dated sessions, and who is enrolled: by name, or through a group.
//!
//! Who is enrolled through a group is not written down but follows from being in it
//! (`docs/decisions/0021-enrolment-follows-from-groups.md`).

use time::OffsetDateTime;

use crate::group::GroupMember;
use crate::id::{GroupId, MemberId, ProgramId, SessionId};
use crate::input::InvalidInput;
use crate::language::Language;
use crate::name::{ProgramName, SessionTitle};

/// Something that members attend, in dated sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its id.
    pub id: ProgramId,
    /// What it is called.
    pub name: ProgramName,
    /// What its e-mail says besides the facts (S2.4).
    pub message: Option<String>,
    /// The language of its e-mail; each member's own if none is named, or else the organization's.
    pub language: Option<Language>,
    /// The groups that attend all of its sessions. One that is gone enrols nobody.
    pub groups: Vec<GroupId>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Counts the changes to this row: an `ETag`.
    pub version: u64,
}

/// A dated run of a program. Not to be taken for a person's sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Of which program.
    pub program: ProgramId,
    /// What it is called.
    pub title: SessionTitle,
    /// When it begins; its mails go out then, and not before (S2.5).
    pub starts_at: OffsetDateTime,
    /// When it ends, after it has begun.
    pub ends_at: OffsetDateTime,
    /// The groups that attend it, besides those of the program. One that is gone enrols nobody.
    pub groups: Vec<GroupId>,
    /// Counts the changes to this row: an `ETag`. Members who come and go are no change of it.
    pub version: u64,
}

/// That a member was enrolled in a session by name. It ends with either of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolment {
    /// Which session.
    pub session: SessionId,
    /// Which member.
    pub member: MemberId,
    /// Since when.
    pub since: OffsetDateTime,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It has not begun.
    Ahead,
    /// It has begun and not ended.
    Running,
    /// It is over.
    Over,
}

impl Phase {
    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Running => "running",
            Self::Over => "over",
        }
    }
}

/// The most groups that a program, a session or an invitation names.
pub const MOST_GROUPS: usize = 100;

impl Session {
    /// Where it stands at an instant.
    pub fn phase_at(&self, now: OffsetDateTime) -> Phase {
        match now {
            now if now < self.starts_at => Phase::Ahead,
            now if now < self.ends_at => Phase::Running,
            _ => Phase::Over,
        }
    }

    /// Checks that it ends after it has begun.
    ///
    /// # Errors
    /// `ends-before-start`, about the field `ends_at`.
    pub fn check_dates(starts_at: OffsetDateTime, ends_at: OffsetDateTime) -> Result<(), InvalidInput> {
        if starts_at < ends_at {
            return Ok(());
        }
        Err(InvalidInput::new("ends_at", "ends-before-start", "must lie after `starts_at`"))
    }

    /// Whether being in a group enrols a member in this session: the group attends it, or all of its program, and the
    /// member was in it before the session ended.
    pub fn enrols(&self, program: &Program, place: &GroupMember) -> bool {
        let attends = self.groups.contains(&place.group) || program.groups.contains(&place.group);
        attends && place.since < self.ends_at
    }
}

/// Names each group once, in order of their ids, so that equal sets are equal rows.
///
/// # Errors
/// `too-many`, about the field `groups`.
pub fn groups_named(mut groups: Vec<GroupId>) -> Result<Vec<GroupId>, InvalidInput> {
    groups.sort_unstable();
    groups.dedup();
    if groups.len() <= MOST_GROUPS {
        return Ok(groups);
    }
    Err(InvalidInput::new("groups", "too-many", format!("must name at most {MOST_GROUPS} groups")))
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::fixture::{NOW, member};

    #[test]
    fn s2_11_a_group_enrols_in_what_had_not_ended_when_one_joined() {
        let (mine, other) = (GroupId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)));
        let program = Program {
            id: ProgramId(Uuid::from_u128(1)),
            name: ProgramName::parse("Photography").unwrap(),
            message: None,
            language: None,
            groups: vec![],
            created_at: NOW,
            version: 1,
        };
        let session = Session {
            id: SessionId(Uuid::from_u128(1)),
            program: program.id,
            title: SessionTitle::parse("Spring").unwrap(),
            starts_at: NOW,
            ends_at: NOW + Duration::days(2),
            groups: vec![mine],
            version: 1,
        };
        let place = |group, since| GroupMember { group, member: member(1), since };
        assert!(session.enrols(&program, &place(mine, NOW + Duration::days(1))));
        assert!(!session.enrols(&program, &place(mine, NOW + Duration::days(2))), "it was over by then");
        assert!(!session.enrols(&program, &place(other, NOW)));
        let attached = Program { groups: vec![other], ..program };
        assert!(session.enrols(&attached, &place(other, NOW)), "the group attends the whole program");
        assert_eq!(session.phase_at(NOW - Duration::microseconds(1)), Phase::Ahead);
        assert_eq!((session.phase_at(NOW), session.phase_at(session.ends_at)), (Phase::Running, Phase::Over));
    }
}
