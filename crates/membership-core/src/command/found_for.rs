//! The operator founds an organization for somebody: it awaits its owner until the mailed invitation is accepted.

use crate::authority::operator_may;
use crate::branding::Branding;
use crate::command::invite_owner::invite_owner;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, OrganizationId};
use crate::language::Language;
use crate::name::OrganizationName;
use crate::organization::{Organization, OrganizationState};
use crate::policy::OrganizationPolicy;
use crate::refusal::Refusal;
use crate::role::Permission;
use crate::subscription::{Subscription, Terms};
use crate::view::OrganizationView;

/// Found an organization whose owner will be whoever accepts the invitation mailed to an address (S0.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFor {
    /// The new organization's id.
    pub id: OrganizationId,
    /// What it calls itself.
    pub name: OrganizationName,
    /// Its rules, usually a preset's.
    pub policy: OrganizationPolicy,
    /// Its language.
    pub language: Language,
    /// What was bought.
    pub terms: Terms,
    /// The owner-to-be's address.
    pub owner: EmailAddress,
    /// The invitation to the owner.
    pub invitation: InvitationId,
    /// The operator.
    pub by: Actor,
}

impl Command for FoundFor {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        acting(self.id, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        operator_may(facts, self.by, &Permission::FOUND_FOR_OTHERS)?;
        self.terms.check(&Subscription::default(), facts.now)?;
        let mut draft = Draft::new(facts, self.by);
        let organization = Organization {
            id: self.id,
            name: self.name.clone(),
            state: OrganizationState::AwaitingOwner,
            owner: None,
            policy: self.policy.clone(),
            language: self.language,
            branding: Branding::default(),
            created_at: facts.now,
            version: 1,
        };
        draft.record(Event::OrganizationFounded { organization, seat_limit: self.terms.seat_limit });
        draft.sell(&self.terms);
        invite_owner(&mut draft, self.invitation, &self.owner)?;
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, by, email, invitation, outcome};
    use crate::preset::Preset;

    fn terms() -> Terms {
        Terms {
            plan: Some(crate::name::PlanName::parse("Gold").unwrap()),
            expires_at: Some(NOW + Duration::days(365)),
            grace_days: 14,
            ..Terms::default()
        }
    }

    fn command(by: Actor) -> FoundFor {
        FoundFor {
            id: ORGANIZATION,
            name: OrganizationName::parse("Acme").unwrap(),
            policy: Preset::named("account").unwrap().policy().unwrap(),
            language: Language::French,
            terms: Terms { seat_limit: Some(5), ..terms() },
            owner: email("p7@example.org"),
            invitation: invitation(7),
            by,
        }
    }

    #[test]
    fn s0_1_it_awaits_the_owner_who_is_invited() {
        let decision = command(Actor::Operator(None)).decide(&Facts::nothing(NOW)).unwrap();
        let head = decision.after.head().unwrap();
        assert_eq!(head.organization.state, OrganizationState::AwaitingOwner);
        assert_eq!(head.seats.reserved, 1);
        assert_eq!(head.subscription, terms().subscription(NOW));
        assert!(decision.after.invitation(invitation(7)).unwrap().for_owner);
        assert_eq!(decision.messages[0].content.kind(), "invitation");
    }

    #[test]
    fn an_absurd_number_of_seats_is_refused() {
        let absurd = FoundFor { terms: Terms::of_seats(Some(u32::MAX)), ..command(Actor::Operator(None)) };
        assert_eq!(outcome(&absurd, &Facts::nothing(NOW)), "invalid-input");
    }

    #[test]
    fn only_an_operator_may() {
        assert_eq!(outcome(&command(by(1)), &Facts::nothing(NOW)), "operator-only");
    }
}
