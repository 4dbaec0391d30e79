//! The operator sells more or fewer seats (S0.13). A limit below use removes nobody and admits nobody.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::organization::Seats;
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Set how many seats an organization has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSeatLimit {
    /// Which organization.
    pub organization: OrganizationId,
    /// The operator.
    pub by: Actor,
    /// The new limit; `None` is unlimited.
    pub limit: Option<u32>,
}

impl Command for SetSeatLimit {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::SetSeatLimit)?;
        Seats::check_limit(self.limit)?;
        let mut draft = Draft::new(facts, self.by);
        if authority.head.seats.limit != self.limit {
            draft.record(Event::SeatLimitSet { organization: self.organization, limit: self.limit });
        }
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Invite;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, offer, outcome, with};

    #[test]
    fn s0_13_below_use_nobody_goes_and_nobody_comes() {
        let account = with(with(founded("account"), 2, "viewer"), 3, "viewer");
        let set = |by, limit| SetSeatLimit { organization: ORGANIZATION, by, limit };
        assert_eq!(outcome(&set(by(OWNER), Some(5)), &account), "operator-only");
        assert_eq!(outcome(&set(Actor::Operator(None), Some(u32::MAX)), &account), "invalid-input");
        let shrunk = after(set(Actor::Operator(None), Some(1)).decide(&account));
        assert_eq!(shrunk.head().unwrap().seats.assigned, 3);
        let invite =
            Invite { organization: ORGANIZATION, by: by(OWNER), offers: vec![offer(20, None)], all_or_none: true };
        assert_eq!(outcome(&invite, &shrunk), "seat-limit-reached");
        assert_eq!(outcome(&invite, &after(set(Actor::Operator(None), None).decide(&shrunk))), "ok");
    }
}
