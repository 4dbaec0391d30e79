//! Show who one is: complete a sign-in that waits for the second factor, or show it once more before a step that asks
//! for a fresh proof. Either way a fresh sign-in takes the place of the present one (A64).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::UserId;
use crate::message::{Content, MessageScope, Recipient, SecondFactorChange};
use crate::refusal::Refusal;
use crate::second_factor::{Assurance, Proof, UsedFactor};
use crate::secret::TokenHash;
use crate::user::{SignIn, User};

/// Show who one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prove {
    /// The sign-in that goes on, if its token holds: whose it is and the token's hash.
    pub from: (UserId, TokenHash),
    /// What is shown.
    pub proof: Proof,
    /// The fresh sign-in.
    pub sign_in: SignIn,
}

impl Command for Prove {
    type Reply = User;

    fn scope(&self) -> Scope {
        let user = self.from.0;
        Scope { users: vec![user], factors_of: vec![user], sign_in: Some(self.from), ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.from.0).ok_or(Refusal::PendingSignInOver)?;
        let from = facts.sign_ins.iter().find(|it| (it.user, it.token) == self.from);
        let from = from.ok_or(Refusal::PendingSignInOver)?;
        // Whether a complete one has rested for too long was asked when it was shown.
        let goes_on = from.awaits_factor(user, facts.now) || from.holds(user, facts.now, time::Duration::MAX);
        if !goes_on {
            return Err(Refusal::PendingSignInOver);
        }
        let used = facts.check_proof(user.id, &self.proof)?;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        if let Some(used) = &used {
            draft.record(Event::SecondFactorUsed { user: user.id, used: used.clone() });
        }
        if let Some(UsedFactor::RecoveryCode(_)) = used {
            tell(&mut draft, user, SecondFactorChange::CodeUsed);
        }
        let assurance = if used.is_some() { Assurance::TwoFactors } else { Assurance::OneFactor };
        go_on(&mut draft, from, &self.sign_in, assurance);
        Ok(draft.reply(user.clone()))
    }
}

/// A fresh sign-in takes the place of another, which ends.
pub(super) fn go_on(draft: &mut Draft, from: &SignIn, fresh: &SignIn, assurance: Assurance) {
    let proven_at = draft.facts().now;
    draft.record(Event::SignedOut { user: from.user, sign_in: from.id });
    let password_generation = from.password_generation;
    let sign_in = SignIn { assurance, proven_at, password_generation, ..fresh.clone() };
    draft.record(Event::SignedIn { sign_in });
}

/// Tells a person what has changed of their second factors.
pub(super) fn tell(draft: &mut Draft, user: &User, change: SecondFactorChange) {
    let version = draft.facts().second_factors_of(user.id).map_or(0, |it| it.version);
    if let Some(address) = user.primary_email() {
        draft.mail(Mail {
            scope: MessageScope::User(user.id),
            cause: (user.id.0, version),
            to: Recipient::Address(address.clone()),
            language: user.language,
            content: Content::SecondFactorChanged { name: user.name.to_string(), change },
            due_at: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{NOW, account, after, at, code_of, codes, hash, outcome, sign_in, user, with_totp};
    use crate::second_factor::{CodeHash, PENDING_LASTS};

    fn prove(proof: Proof) -> Prove {
        Prove { from: (user(1), sign_in(1).token), proof, sign_in: sign_in(3) }
    }

    /// Person 1 has an authenticator app and has shown the password.
    fn pending() -> Facts {
        let mut facts = with_totp(account(Some("old")));
        let opened = facts.opened_by_one_factor(&sign_in(1));
        assert_eq!((opened.assurance, opened.expires_at), (Assurance::Pending, NOW + PENDING_LASTS));
        facts.sign_ins.push(opened);
        facts
    }

    #[test]
    fn the_second_factor_completes_the_sign_in_once() {
        let facts = pending();
        let decision = prove(code_of(&facts)).decide(&facts).unwrap();
        let done = decision.after;
        assert_eq!(
            done.sign_ins.iter().map(|it| (it.id, it.assurance)).collect::<Vec<_>>(),
            [(sign_in(3).id, Assurance::TwoFactors)]
        );
        assert!(decision.messages.is_empty());
        let other = SignIn { token: TokenHash([8; 32]), ..sign_in(3) };
        let again = Prove { sign_in: other, ..prove(code_of(&done)) };
        // The same token finds the fresh sign-in of this fixture; a code of the same step is used up.
        assert_eq!(outcome(&again, &done), "code-used");
        let mut gone = done;
        gone.sign_ins.clear();
        assert_eq!(outcome(&prove(code_of(&gone)), &gone), "pending-sign-in-over");
    }

    #[test]
    fn what_waits_is_no_sign_in_and_waits_ten_minutes() {
        let facts = pending();
        let person = facts.user(user(1)).unwrap();
        assert!(!facts.sign_ins[0].holds(person, NOW, Duration::days(1)));
        let late = at(facts.clone(), NOW + PENDING_LASTS);
        assert_eq!(outcome(&prove(code_of(&late)), &late), "pending-sign-in-over");
        let mut changed = facts;
        changed.users[0].password_generation = 1;
        assert_eq!(outcome(&prove(code_of(&changed)), &changed), "pending-sign-in-over", "another password");
    }

    #[test]
    fn a_wrong_code_and_the_password_complete_nothing() {
        let facts = pending();
        let Proof::Totp { secret, sealed, .. } = code_of(&facts) else { panic!("an app's code") };
        let wrong = Proof::Totp { secret: secret.clone(), sealed, code: "000000".to_owned() };
        assert_eq!(outcome(&prove(wrong), &facts), "wrong-code");
        let other = Proof::Totp { code: secret.code(0), sealed: "other".to_owned(), secret };
        assert_eq!(outcome(&prove(other), &facts), "wrong-code", "of an app that was replaced");
        assert_eq!(outcome(&prove(Proof::Password(hash("old"))), &facts), "wrong-code");
    }

    #[test]
    fn a_recovery_code_works_once_and_its_owner_is_told() {
        let facts = pending();
        let proof = Proof::RecoveryCode(codes()[3].clone());
        let decision = prove(proof.clone()).decide(&facts).unwrap();
        assert!(matches!(
            decision.messages[0].content,
            Content::SecondFactorChanged { change: SecondFactorChange::CodeUsed, .. }
        ));
        assert_eq!(decision.accounts.iter().map(|it| it.event).collect::<Vec<_>>(), ["recovery-code-used"]);
        let mut used = decision.after;
        assert_eq!(used.second_factors[0].codes.len(), 9);
        used.sign_ins = facts.sign_ins.clone();
        assert_eq!(outcome(&prove(proof), &used), "wrong-code");
        let strange = Proof::RecoveryCode(CodeHash::of(user(2), "recovery 3"));
        assert_eq!(outcome(&prove(strange), &facts), "wrong-code", "somebody else's");
    }

    #[test]
    fn the_password_is_a_fresh_proof_of_whoever_has_no_second_factor() {
        let mut facts = account(Some("old"));
        facts.sign_ins.push(sign_in(1));
        let done = after(prove(Proof::Password(hash("old"))).decide(&facts));
        assert_eq!((done.sign_ins[0].id, done.sign_ins[0].assurance), (sign_in(3).id, Assurance::OneFactor));
        assert_eq!(outcome(&prove(Proof::Password(hash("older"))), &facts), "wrong-password");
        assert_eq!(outcome(&prove(Proof::RecoveryCode(codes()[0].clone())), &facts), "wrong-code");
    }
}
