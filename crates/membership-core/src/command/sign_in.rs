//! Begin a sign-in, after the caller has checked who it is.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;
use crate::user::SignIn;

/// Begin a sign-in. An earlier one of the same browser ends with it, so that none can be planted (A64).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginSignIn {
    /// The new sign-in.
    pub sign_in: SignIn,
    /// The one it takes the place of.
    pub ends: Option<(UserId, SignInId)>,
}

impl Command for BeginSignIn {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope::default()
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let mut draft = Draft::new(facts, Actor::User(self.sign_in.user));
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        draft.record(Event::SignedIn { sign_in: self.sign_in.clone() });
        Ok(draft.reply(()))
    }
}
