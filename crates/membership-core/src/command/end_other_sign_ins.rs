//! End all sign-ins of one's own but the present one, after a device was lost.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;

/// End all sign-ins of one's own but one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndOtherSignIns {
    /// Whose.
    pub user: UserId,
    /// The one that stays.
    pub keeps: SignInId,
}

impl Command for EndOtherSignIns {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        let mut draft = Draft::new(facts, Actor::User(self.user));
        draft.record(Event::SignedOutElsewhere { user: self.user, kept: Some(self.keeps) });
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{account, after, outcome, sign_in, signed_in_twice, user};

    #[test]
    fn only_the_one_that_asks_stays() {
        let end = EndOtherSignIns { user: user(1), keeps: sign_in(1).id };
        let facts = after(end.decide(&signed_in_twice(account(Some("old")))));
        assert_eq!(facts.sign_ins, [sign_in(1)]);
        assert_eq!(outcome(&EndOtherSignIns { user: user(2), ..end }, &facts), "not-signed-in");
    }
}
