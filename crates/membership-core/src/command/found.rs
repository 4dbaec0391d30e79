//! Found an organization: whoever creates it owns it (S1.2).

use crate::authority::seat_is_free;
use crate::branding::Branding;
use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::language::Language;
use crate::member::{Member, MemberStatus};
use crate::name::OrganizationName;
use crate::organization::{Organization, OrganizationState, Seats};
use crate::person::Person;
use crate::policy::OrganizationPolicy;
use crate::profile::MemberProfile;
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Found an organization and become its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The new organization's id.
    pub id: OrganizationId,
    /// What it calls itself.
    pub name: OrganizationName,
    /// Its rules, usually a preset's.
    pub policy: OrganizationPolicy,
    /// Its language.
    pub language: Language,
    /// Who founds it.
    pub founder: Person,
    /// The founder's membership.
    pub member: MemberId,
    /// How many seats it begins with; `None` is unlimited.
    pub seat_limit: Option<u32>,
}

impl Command for Found {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        Scope::of(self.id)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        Seats::check_limit(self.seat_limit)?;
        let actor = Actor::User(self.founder.user);
        let mut draft = Draft::new(facts, actor);
        let organization = Organization {
            id: self.id,
            name: self.name.clone(),
            state: OrganizationState::Live,
            owner: Some(self.member),
            policy: self.policy.clone(),
            language: self.language,
            branding: Branding::default(),
            created_at: facts.now,
            version: 1,
        };
        let role = self.policy.role_scheme.top().clone();
        draft.record(Event::OrganizationFounded { organization, seat_limit: self.seat_limit });
        let seat = draft.facts().head()?.seats_on_joining();
        if seat {
            seat_is_free(draft.facts().head()?, facts.now)?;
        }
        draft.record(Event::MemberJoined {
            member: Member {
                id: self.member,
                user: Some(self.founder.user),
                name: self.founder.name.clone(),
                email: self.founder.verified.first().cloned(),
                role,
                status: MemberStatus::Active,
                seat,
                waits_since: None,
                joined_at: facts.now,
                raised_at: None,
                deactivates_at: None,
                profile: MemberProfile::default(),
                set_up: None,
                rounds: crate::roster::Rounds::default(),
                login_since: Some(facts.now),
                version: 1,
            },
        });
        let view = OrganizationView::of(draft.facts(), actor)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, OWNER, founded, member, outcome, person};
    use crate::preset::{PRESETS, Preset};

    #[test]
    fn i1_the_founder_owns_it_whatever_the_preset() {
        for preset in PRESETS {
            let facts = founded(preset.key);
            let head = facts.head().unwrap();
            assert_eq!(head.organization.owner, Some(member(OWNER)), "{}", preset.key);
            assert_eq!(facts.owner().unwrap().role, *head.organization.policy.role_scheme.top());
            assert_eq!(head.seats.assigned, u32::from(facts.owner().unwrap().seat));
        }
    }

    #[test]
    fn i2_the_founder_takes_a_seat_only_if_there_is_one() {
        let found = |preset, seat_limit| Found {
            id: ORGANIZATION,
            name: OrganizationName::parse("Acme").unwrap(),
            policy: Preset::named(preset).unwrap().policy().unwrap(),
            language: Language::English,
            founder: person(OWNER),
            member: member(OWNER),
            seat_limit,
        };
        for (preset, limit, answer) in [
            ("account", Some(0), "seat-limit-reached"),
            ("learning_platform", Some(0), "seat-limit-reached"),
            ("account", Some(1), "ok"),
            ("account", None, "ok"),
            ("group_subscription", Some(0), "ok"),
            ("team", Some(0), "ok"),
        ] {
            assert_eq!(outcome(&found(preset, limit), &Facts::nothing(NOW)), answer, "{preset} {limit:?}");
        }
    }
}
