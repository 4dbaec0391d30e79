//! Give an organization other rules, as far as rules can change while people are in it.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::policy::OrganizationPolicy;
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Give an organization other rules. Its roles and what takes a seat stay: members hold those roles and seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePolicy {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The rules from now on.
    pub policy: OrganizationPolicy,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for ChangePolicy {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ChangePolicy { policy: &self.policy })?;
        let organization = &facts.head()?.organization;
        unchanged(self.expected, organization.version)?;
        if organization.policy.role_scheme != self.policy.role_scheme {
            return Err(Refusal::PolicyPartIsFixed { part: "role_scheme" });
        }
        if organization.policy.seat_policy != self.policy.seat_policy {
            return Err(Refusal::PolicyPartIsFixed { part: "seat_policy" });
        }
        let mut draft = Draft::new(facts, self.by);
        if organization.policy != self.policy {
            draft.record(Event::PolicyChanged { organization: self.organization, policy: self.policy.clone() });
        }
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Leave, Rename};
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, member_view_code, outcome, user, with};
    use crate::name::OrganizationName;
    use crate::policy::{SeatPolicy, SecondFactorPolicy};

    fn change(facts: &Facts, by: Actor, second_factor: SecondFactorPolicy) -> ChangePolicy {
        let policy = OrganizationPolicy { second_factor, ..facts.head.as_ref().unwrap().organization.policy.clone() };
        ChangePolicy { organization: ORGANIZATION, by, policy, expected: None }
    }

    fn rename(by: Actor) -> Rename {
        Rename { organization: ORGANIZATION, by, name: OrganizationName::parse("Other").unwrap(), expected: None }
    }

    fn team() -> Facts {
        with(with(founded("team"), 11, "admin"), 12, "member")
    }

    const TWO: Actor = Actor::TwoFactorUser(crate::id::UserId(uuid::Uuid::from_u128(OWNER)));

    #[test]
    fn who_may_change_the_rules_and_which() {
        let facts = team();
        let everyone = SecondFactorPolicy::Everyone;
        assert_eq!(outcome(&change(&facts, by(12), everyone), &facts), "permission-missing");
        assert_eq!(outcome(&change(&facts, by(13), everyone), &facts), "unknown-organization");
        assert_eq!(outcome(&change(&facts, Actor::TwoFactorUser(user(11)), everyone), &facts), "ok");
        let mut other = change(&facts, TWO, everyone);
        other.policy.seat_policy = SeatPolicy::ByHand;
        assert_eq!(outcome(&other, &facts), "policy-part-is-fixed");
        other = change(&facts, TWO, everyone);
        other.policy.role_scheme = founded("account").head.unwrap().organization.policy.role_scheme;
        assert_eq!(outcome(&other, &facts), "policy-part-is-fixed");
        let stale = ChangePolicy { expected: Some(7), ..change(&facts, TWO, everyone) };
        assert_eq!(outcome(&stale, &facts), "changed-meanwhile");
    }

    #[test]
    fn whoever_asks_a_second_factor_of_others_shows_one() {
        let facts = team();
        for policy in [SecondFactorPolicy::Administrators, SecondFactorPolicy::Everyone] {
            assert_eq!(outcome(&change(&facts, by(OWNER), policy), &facts), "second-factor-required");
            assert_eq!(outcome(&change(&facts, TWO, policy), &facts), "ok");
        }
        assert_eq!(outcome(&change(&facts, by(OWNER), SecondFactorPolicy::None), &facts), "ok");
    }

    #[test]
    fn without_a_second_factor_whoever_administers_reads_and_changes_nothing() {
        let facts = after(change(&team(), TWO, SecondFactorPolicy::Administrators).decide(&team()));
        for actor in [by(OWNER), by(11)] {
            assert_eq!(outcome(&rename(actor), &facts), "second-factor-required");
            assert_eq!(member_view_code(&facts, actor, 12), "ok", "reading stays");
        }
        assert_eq!(outcome(&rename(TWO), &facts), "ok");
        assert_eq!(outcome(&rename(by(12)), &facts), "permission-missing", "the rule that a factor would not lift");
        assert_eq!(member_view_code(&facts, by(12), 11), "ok", "who only sees is asked for nothing");
        let banner = |actor| OrganizationView::of(&facts, actor).unwrap().second_factor_required;
        assert_eq!([by(OWNER), by(11), by(12), TWO].map(banner), [true, true, false, false]);
        let laxer = change(&facts, by(OWNER), SecondFactorPolicy::None);
        assert_eq!(outcome(&laxer, &facts), "second-factor-required");
        assert_eq!(outcome(&rename(Actor::Operator(None)), &facts), "permission-missing");
    }

    #[test]
    fn where_everybody_is_asked_nobody_reads_without_and_everybody_can_leave() {
        let facts = after(change(&team(), TWO, SecondFactorPolicy::Everyone).decide(&team()));
        assert_eq!(member_view_code(&facts, by(12), 11), "second-factor-required");
        assert_eq!(member_view_code(&facts, Actor::TwoFactorUser(user(12)), 11), "ok");
        assert_eq!(outcome(&Leave { organization: ORGANIZATION, by: by(12) }, &facts), "ok");
        assert!(OrganizationView::of(&facts, by(12)).unwrap().second_factor_required);
    }
}
