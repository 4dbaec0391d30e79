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

/// Begin a sign-in. After one factor it waits for the second one if its user has any. An earlier one of the same browser
/// ends with it, so that none can be planted (A64).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginSignIn {
    /// The new sign-in; of two factors if whoever vouches for the person is trusted to have seen two.
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
        let (sign_in, awaits) = facts.opened_as_known(&self.sign_in);
        draft.record(Event::SignedIn { sign_in });
        Ok(draft.reply(awaits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{account, sign_in, with_totp};
    use crate::second_factor::Assurance;

    #[test]
    fn a_factor_that_was_shown_elsewhere_is_not_asked_for_again() {
        for (shown, factors, opened, waits) in [
            (Assurance::OneFactor, false, Assurance::OneFactor, false),
            (Assurance::OneFactor, true, Assurance::Pending, true),
            (Assurance::TwoFactors, false, Assurance::TwoFactors, false),
            (Assurance::TwoFactors, true, Assurance::TwoFactors, false),
        ] {
            let facts = if factors { with_totp(account(Some("old"))) } else { account(Some("old")) };
            let begin = BeginSignIn { sign_in: SignIn { assurance: shown, ..sign_in(1) }, ends: None };
            let decision = begin.decide(&facts).unwrap();
            assert_eq!(decision.after.sign_ins[0].assurance, opened, "{shown:?} {factors}");
            assert_eq!(!decision.reply.is_empty(), waits, "{shown:?} {factors}");
        }
    }
}
