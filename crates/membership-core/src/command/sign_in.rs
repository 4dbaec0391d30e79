//! Begin a sign-in, after the caller has checked who it is.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;
use crate::second_factor::FactorKind;
use crate::user::{SignIn, User};

/// Whom a factor has let in, and what is still to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// The person.
    pub user: User,
    /// The second factors of which one is to be shown before the sign-in is one; empty if none is asked for.
    pub awaits: Vec<FactorKind>,
}

impl From<User> for Entered {
    fn from(user: User) -> Self {
        Self { user, awaits: Vec::new() }
    }
}

/// Begin a sign-in after one factor; it waits for the second one if its user has any. An earlier one of the same browser ends with it, so that none can be planted (A64).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginSignIn {
    /// The new sign-in.
    pub sign_in: SignIn,
    /// The one it takes the place of.
    pub ends: Option<(UserId, SignInId)>,
}

impl Command for BeginSignIn {
    type Reply = Vec<FactorKind>;

    fn scope(&self) -> Scope {
        Scope { factors_of: vec![self.sign_in.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<FactorKind>>, Refusal> {
        let mut draft = Draft::new(facts, Actor::User(self.sign_in.user));
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        draft.record(Event::SignedIn { sign_in: facts.opened_by_one_factor(&self.sign_in) });
        Ok(draft.reply(facts.factors_asked_of(self.sign_in.user)))
    }
}
