//! Sign in with nothing but a passkey that has verified who holds it: two factors in one press (WebAuthn Level 3).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;
use crate::second_factor::{Assurance, Proof, UsedPasskey};
use crate::user::{SignIn, User};

/// Sign in with a passkey, whose answer to a challenge for any passkey the caller has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterByPasskey {
    /// Whose passkey it is.
    pub user: UserId,
    /// The passkey.
    pub used: UsedPasskey,
    /// The fresh sign-in.
    pub sign_in: SignIn,
    /// The one it takes the place of (A64).
    pub ends: Option<(UserId, SignInId)>,
}

impl Command for EnterByPasskey {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], factors_of: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        // Which accounts and passkeys there are is nothing that a stranger is told.
        let user = facts.user(self.user).ok_or(Refusal::PasskeyRefused)?;
        let used = facts.check_proof(user.id, &Proof::Passkey(self.used.clone())).map_err(|refusal| match refusal {
            Refusal::CodeUsed => refusal,
            _ => Refusal::PasskeyRefused,
        })?;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        if let Some(used) = used {
            draft.record(Event::SecondFactorUsed { user: user.id, used });
        }
        let password_generation = user.password_generation;
        let (assurance, proven_at) = (Assurance::TwoFactors, facts.now);
        let sign_in = SignIn { user: user.id, assurance, proven_at, password_generation, ..self.sign_in.clone() };
        draft.record(Event::SignedIn { sign_in });
        Ok(draft.reply(user.clone()))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::fixture::{NOW, account, after, at, outcome, sign_in, user};
    use crate::id::PasskeyId;
    use crate::second_factor::Passkey;

    fn enter(challenged_at: time::OffsetDateTime) -> EnterByPasskey {
        let used = UsedPasskey { id: PasskeyId(Uuid::from_u128(1)), credential: "{}".to_owned(), challenged_at };
        EnterByPasskey { user: user(1), used, sign_in: sign_in(3), ends: Some((user(1), sign_in(1).id)) }
    }

    /// Person 1 has a passkey and is signed in by one browser.
    fn with_passkey() -> Facts {
        let mut facts = account(Some("old"));
        let passkey = Passkey {
            id: PasskeyId(Uuid::from_u128(1)),
            name: "Phone".to_owned(),
            credential_id: "phone".to_owned(),
            credential: "{}".to_owned(),
            created_at: NOW,
            used_at: None,
            challenged_at: NOW,
        };
        facts.apply(&Event::PasskeyAdded { user: user(1), passkey });
        facts.sign_ins.push(sign_in(1));
        facts
    }

    #[test]
    fn it_is_both_factors_and_takes_the_present_sign_ins_place() {
        let later = NOW + Duration::seconds(1);
        let facts = at(with_passkey(), later);
        let entered = after(enter(later).decide(&facts));
        let known: Vec<_> = entered.sign_ins.iter().map(|it| (it.id, it.assurance, it.proven_at)).collect();
        assert_eq!(known, [(sign_in(3).id, Assurance::TwoFactors, later)]);
        assert_eq!(outcome(&enter(later), &entered), "code-used", "a challenge is answered once");
    }

    #[test]
    fn a_stranger_learns_nothing() {
        let later = NOW + Duration::seconds(1);
        assert_eq!(outcome(&enter(later), &account(Some("old"))), "passkey-refused", "no passkey");
        assert_eq!(outcome(&enter(later), &Facts::nothing(NOW)), "passkey-refused", "nobody");
        assert_eq!(outcome(&enter(NOW), &with_passkey()), "code-used", "a challenge of before it was made");
    }
}
