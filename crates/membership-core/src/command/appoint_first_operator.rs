//! The first person of a new deployment becomes its operator, by the link that the first start prints (A71).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::refusal::Refusal;
use crate::user::{SignIn, User, UserEmail};

/// Make the deployment's first operator. Whoever can read the server's output owns the deployment, so the typed address
/// counts as verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointFirstOperator {
    /// The account to be made, still without an address.
    pub user: User,
    /// Its address.
    pub address: EmailAddress,
    /// The fresh sign-in.
    pub sign_in: SignIn,
}

impl Command for AppointFirstOperator {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { installation: true, users_at: vec![self.address.clone()], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        if facts.has_operator {
            return Err(Refusal::AlreadySetUp);
        }
        if facts.user_at(&self.address).is_some() {
            return Err(Refusal::AccountExists);
        }
        let email = UserEmail { address: self.address.clone(), verified_at: Some(facts.now) };
        let user = User { emails: vec![email], ..self.user.clone() };
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::UserRegistered { user: user.clone() });
        draft.record(Event::OperatorAppointed { user: user.id });
        draft.record(Event::SignedIn { sign_in: self.sign_in.clone() });
        let user = draft.facts().user(user.id).cloned().unwrap_or(user);
        Ok(draft.reply(user))
    }
}
