//! End a sign-in of one's own; its token is worth nothing from the next request on (I8).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;

/// End a sign-in of one's own. Ending one that is over changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndSignIn {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub sign_in: SignInId,
}

impl Command for EndSignIn {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope::default()
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let mut draft = Draft::new(facts, Actor::User(self.user));
        draft.record(Event::SignedOut { user: self.user, sign_in: self.sign_in });
        Ok(draft.reply(()))
    }
}
