//! Steps about what an organization keeps of its members, and about their logins.

use membership_core::command::{AddMember, MemberChange};
use membership_core::draft::Actor;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::language::Language;
use membership_core::profile::{Labels, MemberNumber, MemberProfile};

use super::Eye;
use crate::fixture;
use crate::memory::OrganizationRows;
use crate::strategy::people::address_of;
use crate::strategy::step::{Guest, Pick};

impl Eye<'_> {
    /// Somebody for the roster; now and then without an address.
    pub(super) fn roster(
        &self,
        rows: &OrganizationRows,
        (organization, by): (OrganizationId, Actor),
        guest: &Guest,
    ) -> AddMember {
        let email = Some(address_of(guest.person)).filter(|_| !guest.by_hand);
        AddMember {
            organization,
            by,
            id: MemberId(self.random.id()),
            name: fixture::name(&format!("Person {}", guest.person.0 % 9)),
            email,
            role: guest.role.map(|role| self.role(rows, role)),
            profile: MemberProfile::default(),
            deactivates_at: guest.deactivates_at.map(|at| self.when(at)),
        }
    }
}

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
