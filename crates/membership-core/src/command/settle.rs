//! Write down what time has ended. Nothing depends on it (I16): it keeps counters and lists tidy and the log complete,
//! and it is when administrators are told that the subscription ends.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;

/// Write down which invitations and memberships of an organization have ended by their dates, at most
/// [`Scope::MOST_LAPSED`] of each, give the seats that are free to those who wait, and tell the administrators that the
/// subscription ends, if it is time; answers how much has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    /// Which organization.
    pub organization: OrganizationId,
}

impl Command for Settle {
    type Reply = usize;

    fn scope(&self) -> Scope {
        Scope { lapsed: true, ..Scope::of(self.organization) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<usize>, Refusal> {
        facts.head()?;
        let mut draft = Draft::new(facts, Actor::System);
        draft.settle_lapsed();
        draft.announce_end();
        let mut decision = draft.reply(0);
        decision.reply = decision.events.len();
        Ok(decision)
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, at, founded, invited};

    #[test]
    fn only_what_has_ended_is_written_down() {
        let facts = invited(founded("account"), 20, "viewer");
        let settle = Settle { organization: ORGANIZATION };
        assert_eq!(settle.decide(&facts).unwrap().reply, 0);
        let late = at(facts, NOW + Duration::days(7));
        let decision = settle.decide(&late).unwrap();
        assert_eq!(decision.reply, 1);
        assert_eq!(decision.after.head().unwrap().seats.reserved, 0);
        assert_eq!(settle.decide(&decision.after).unwrap().reply, 0);
    }
}
