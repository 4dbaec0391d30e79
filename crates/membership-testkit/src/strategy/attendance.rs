//! Steps about groups, programs and sessions, and who attends them.

use proptest::option;
use proptest::prelude::{BoxedStrategy, Strategy, any, prop_oneof};

use super::pick;
use super::step::{Guest, Pick, Target, When, guest, target, when};

/// A group or a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlacePick {
    /// One of the groups.
    Group(Pick),
    /// One of the sessions.
    Session(Pick),
}

/// From when to when a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// When it begins.
    pub starts_at: When,
    /// How many hours it lasts; it may end before it begins.
    pub hours: i16,
}

/// What is done with groups, programs and sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Attend {
    CreateGroup,
    RenameGroup { group: Pick },
    DeleteGroup { group: Pick },
    CreateProgram { group: Option<Pick> },
    ChangeProgram { program: Pick, group: Option<Pick> },
    DeleteProgram { program: Pick },
    CreateSession { program: Pick, dates: Dates },
    ChangeSession { session: Pick, dates: Dates },
    DeleteSession { session: Pick },
    Enrol { into: PlacePick, group: Option<Pick>, member: Option<Target>, guest: Option<Guest>, all_or_none: bool },
    Withdraw { from: PlacePick, group: Option<Pick>, member: Option<Target>, all_or_none: bool },
}

/// Anything that is done with groups, programs and sessions.
pub(super) fn attend() -> BoxedStrategy<Attend> {
    let members = (option::weighted(0.8, target()), option::weighted(0.3, guest()));
    prop_oneof![
        3 => pick().prop_map(|_| Attend::CreateGroup),
        1 => pick().prop_map(|group| Attend::RenameGroup { group }),
        1 => pick().prop_map(|group| Attend::DeleteGroup { group }),
        3 => option::of(pick()).prop_map(|group| Attend::CreateProgram { group }),
        2 => (pick(), option::of(pick())).prop_map(|(program, group)| Attend::ChangeProgram { program, group }),
        1 => pick().prop_map(|program| Attend::DeleteProgram { program }),
        4 => (pick(), dates()).prop_map(|(program, dates)| Attend::CreateSession { program, dates }),
        2 => (pick(), dates()).prop_map(|(session, dates)| Attend::ChangeSession { session, dates }),
        1 => pick().prop_map(|session| Attend::DeleteSession { session }),
        8 => (place(), option::weighted(0.3, pick()), members, any::<bool>()).prop_map(
            |(into, group, (member, guest), all_or_none)| Attend::Enrol { into, group, member, guest, all_or_none }
        ),
        4 => (place(), option::weighted(0.3, pick()), option::weighted(0.8, target()), any::<bool>())
            .prop_map(|(from, group, member, all_or_none)| Attend::Withdraw { from, group, member, all_or_none }),
    ]
    .boxed()
}

pub(super) fn place() -> BoxedStrategy<PlacePick> {
    prop_oneof![pick().prop_map(PlacePick::Group), pick().prop_map(PlacePick::Session)].boxed()
}

pub(super) fn dates() -> BoxedStrategy<Dates> {
    (when(), -5_i16..300).prop_map(|(starts_at, hours)| Dates { starts_at, hours }).boxed()
}
