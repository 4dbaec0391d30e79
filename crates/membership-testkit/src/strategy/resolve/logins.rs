//! Steps about what an organization keeps of its members, and about their logins.

use membership_core::command::MemberChange;
use membership_core::language::Language;
use membership_core::profile::{Labels, MemberNumber};

use crate::fixture;
use crate::strategy::people::address_of;
use crate::strategy::step::Pick;

/// A change of few fields to few values, so that they meet again.
pub(super) fn change_of(what: Pick) -> MemberChange {
    let (kind, value) = (what.0 % 7, what.0 / 7);
    let name = || Some(fixture::name(&format!("Name {}", value % 3)));
    let nothing = MemberChange::default();
    match kind {
        0 => MemberChange { name: name(), ..nothing },
        1 => MemberChange { first_name: Some(name()), ..nothing },
        2 => MemberChange { last_name: Some(name().filter(|_| value % 2 == 0)), ..nothing },
        3 => MemberChange {
            language: Some(Some(if value % 2 == 0 { Language::English } else { Language::French })),
            ..nothing
        },
        4 => MemberChange { labels: Labels::parse([format!("label {}", value % 3)]).ok(), ..nothing },
        5 => MemberChange { email: Some(Some(address_of(Pick(value))).filter(|_| value % 4 != 0)), ..nothing },
        _ => MemberChange { number: Some(MemberNumber::parse(&(value % 4).to_string()).ok()), ..nothing },
    }
}
