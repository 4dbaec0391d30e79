//! Sign in by an initial password, once and in time: one's own must be chosen next (S2.6).

use crate::command::{Command, Entered};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;
use crate::user::{PasswordHash, SignIn};

/// Sign in by an initial password, after the caller has checked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseInitialPassword {
    /// The password that was shown to be known.
    pub known: PasswordHash,
    /// The fresh sign-in.
    pub sign_in: SignIn,
    /// The sign-in it takes the place of (A64).
    pub ends: Option<(UserId, SignInId)>,
}

impl Command for UseInitialPassword {
    type Reply = Entered;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.sign_in.user], factors_of: vec![self.sign_in.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Entered>, Refusal> {
        let user = facts.user(self.sign_in.user).ok_or(Refusal::WrongCredentials)?;
        let is_alive = user.initial_password.is_some_and(|it| it.is_alive(facts.now));
        // Spent, late or replaced, it is as wrong as any other.
        if !is_alive || user.password.as_ref() != Some(&self.known) {
            return Err(Refusal::WrongCredentials);
        }
        let password_generation = user.password_generation;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::InitialPasswordUsed { user: user.id });
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        let sign_in = SignIn { password_generation, ..self.sign_in.clone() };
        draft.record(Event::SignedIn { sign_in: facts.opened_by_one_factor(&sign_in) });
        let user = draft.facts().user(user.id).cloned().ok_or(Refusal::WrongCredentials)?;
        Ok(draft.reply(Entered { user, awaits: facts.factors_asked_of(self.sign_in.user) }))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{NOW, account, after, at, hash, outcome, sign_in, user};

    fn sign_in_by(password: &str) -> UseInitialPassword {
        UseInitialPassword { known: hash(password), sign_in: sign_in(1), ends: None }
    }

    #[test]
    fn s2_6_it_lets_in_once_and_for_fourteen_days() {
        let mut facts = account(Some("old"));
        assert_eq!(outcome(&sign_in_by("old"), &facts), "wrong-credentials", "a password of one's own is none");
        facts.apply(&Event::InitialPasswordSet { user: user(1), password: hash("initial") });
        assert_eq!(outcome(&sign_in_by("old"), &facts), "wrong-credentials");
        let just_before = at(facts.clone(), NOW + Duration::days(14) - Duration::microseconds(1));
        assert_eq!(outcome(&sign_in_by("initial"), &just_before), "ok");
        assert_eq!(outcome(&sign_in_by("initial"), &at(facts.clone(), NOW + Duration::days(14))), "wrong-credentials");
        let used = after(sign_in_by("initial").decide(&facts));
        assert!(used.user(user(1)).unwrap().password_due);
        assert_eq!(outcome(&sign_in_by("initial"), &used), "wrong-credentials");
    }
}
