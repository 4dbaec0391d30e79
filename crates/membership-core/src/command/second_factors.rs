//! Set second factors up and give them up: an authenticator app, passkeys, recovery codes. Every change asks for a
//! fresh proof of who one is, and is told by mail.

use crate::command::Command;
use crate::command::prove::{go_on, tell};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{PasskeyId, UserId};
use crate::message::SecondFactorChange;
use crate::refusal::Refusal;
use crate::second_factor::{Assurance, CodeHash, MOST_PASSKEYS, Passkey, Proven, SecondFactors, Totp};
use crate::secret::TokenHash;
use crate::totp::TotpSecret;
use crate::user::{SignIn, User};

/// Begin to set an authenticator app up. One that was not confirmed is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginTotp {
    /// Whose.
    pub user: UserId,
    /// What they have shown of who they are.
    pub proven: Proven,
    /// The secret, sealed.
    pub sealed: String,
}

impl Command for BeginTotp {
    type Reply = ();

    fn scope(&self) -> Scope {
        of_user(self.user)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let user = freshly_known(facts, self.user, self.proven)?;
        if facts.second_factors_of(user.id).and_then(SecondFactors::confirmed_totp).is_some() {
            return Err(Refusal::TotpEnrolled);
        }
        let mut draft = Draft::new(facts, Actor::User(user.id));
        let totp = Totp { sealed: self.sealed.clone(), confirmed_at: None, last_step: 0 };
        draft.record(Event::TotpBegun { user: user.id, totp });
        Ok(draft.reply(()))
    }
}

/// A factor that a person has from now on, and the sign-in that goes on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFactor {
    /// The sign-in by which it is added: whose it is and the token's hash.
    pub from: (UserId, TokenHash),
    /// The fresh sign-in that takes its place, known by two factors.
    pub sign_in: SignIn,
    /// Recovery codes, for whoever had no second factor before.
    pub codes: Vec<CodeHash>,
}

/// What adding a factor led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorAdded {
    /// Whose it is.
    pub user: User,
    /// Whether the recovery codes hold, to be shown now.
    pub codes_made: bool,
}

/// Confirm the authenticator app by a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmTotp {
    /// The sign-in and the recovery codes.
    pub factor: NewFactor,
    /// The secret, which the caller has opened.
    pub secret: TotpSecret,
    /// The sealed text it was opened from.
    pub sealed: String,
    /// What was typed.
    pub code: String,
}

impl Command for ConfirmTotp {
    type Reply = FactorAdded;

    fn scope(&self) -> Scope {
        self.factor.scope()
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<FactorAdded>, Refusal> {
        let (user, from) = self.factor.person(facts)?;
        let totp = facts.second_factors_of(user.id).and_then(|it| it.totp.as_ref());
        let totp = totp.filter(|it| it.sealed == self.sealed).ok_or(Refusal::NothingToConfirm)?;
        if totp.confirmed_at.is_some() {
            return Err(Refusal::TotpEnrolled);
        }
        let step = self.secret.step_of(&self.code, facts.now).ok_or(Refusal::WrongCode)?;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::TotpConfirmed { user: user.id, step });
        Ok(self.factor.added(draft, facts, (user, from), SecondFactorChange::TotpAdded))
    }
}

/// Add a passkey whose answer the caller has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddPasskey {
    /// The sign-in and the recovery codes.
    pub factor: NewFactor,
    /// The passkey.
    pub passkey: Passkey,
}

impl Command for AddPasskey {
    type Reply = FactorAdded;

    fn scope(&self) -> Scope {
        self.factor.scope()
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<FactorAdded>, Refusal> {
        let (user, from) = self.factor.person(facts)?;
        let held = facts.second_factors_of(user.id).map_or(&[][..], |it| &it.passkeys);
        if held.iter().any(|it| it.credential_id == self.passkey.credential_id) {
            return Err(Refusal::PasskeyHeld);
        }
        if MOST_PASSKEYS <= held.len() {
            return Err(Refusal::TooManyPasskeys { limit: MOST_PASSKEYS });
        }
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::PasskeyAdded { user: user.id, passkey: self.passkey.clone() });
        Ok(self.factor.added(draft, facts, (user, from), SecondFactorChange::PasskeyAdded))
    }
}

impl NewFactor {
    fn scope(&self) -> Scope {
        Scope { sign_in: Some(self.from), ..of_user(self.from.0) }
    }

    fn person<'a>(&self, facts: &'a Facts) -> Result<(&'a User, &'a SignIn), Refusal> {
        let from = facts.sign_ins.iter().find(|it| (it.user, it.token) == self.from).ok_or(Refusal::NotSignedIn)?;
        let user = freshly_known(facts, from.user, from.proven())?;
        let holds = from.holds(user, facts.now, time::Duration::MAX);
        if holds { Ok((user, from)) } else { Err(Refusal::NotSignedIn) }
    }

    fn added(
        &self,
        mut draft: Draft,
        before: &Facts,
        (user, from): (&User, &SignIn),
        change: SecondFactorChange,
    ) -> Decision<FactorAdded> {
        let codes_made = before.factors_asked_of(user.id).is_empty();
        if codes_made {
            draft.record(Event::RecoveryCodesMade { user: user.id, codes: self.codes.clone() });
        }
        go_on(&mut draft, from, &self.sign_in, Assurance::TwoFactors);
        tell(&mut draft, user, change);
        draft.reply(FactorAdded { user: user.clone(), codes_made })
    }
}

/// Which factor is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// The authenticator app.
    Totp,
    /// This passkey.
    Passkey(PasskeyId),
}

/// Give a factor up. With the last one the recovery codes go, and every sign-in ends: none of them is what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveFactor {
    /// Whose.
    pub user: UserId,
    /// What they have shown of who they are.
    pub proven: Proven,
    /// Which one.
    pub factor: Given,
}

impl Command for RemoveFactor {
    type Reply = SecondFactors;

    fn scope(&self) -> Scope {
        of_user(self.user)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<SecondFactors>, Refusal> {
        let user = freshly_known(facts, self.user, self.proven)?;
        let factors = facts.second_factors_of(user.id).ok_or(Refusal::NoSecondFactor)?;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        let change = match self.factor {
            Given::Totp if factors.totp.is_none() => return Err(Refusal::NoSecondFactor),
            Given::Totp => {
                draft.record(Event::TotpRemoved { user: user.id });
                SecondFactorChange::TotpRemoved
            }
            Given::Passkey(id) => {
                factors.passkey(id)?;
                draft.record(Event::PasskeyRemoved { user: user.id, passkey: id });
                SecondFactorChange::PasskeyRemoved
            }
        };
        let left = draft.facts().second_factors_of(user.id).cloned().unwrap_or_else(|| SecondFactors::none(user.id));
        if factors.is_on() && !left.is_on() {
            draft.record(Event::SignedOutElsewhere { user: user.id, kept: None });
        }
        // An app that was never confirmed was nothing yet.
        if factors.is_on() {
            tell(&mut draft, user, change);
        }
        Ok(draft.reply(left))
    }
}

/// Make the recovery codes anew; the older ones are void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakeRecoveryCodes {
    /// Whose.
    pub user: UserId,
    /// What they have shown of who they are.
    pub proven: Proven,
    /// The new ones.
    pub codes: Vec<CodeHash>,
}

impl Command for MakeRecoveryCodes {
    type Reply = ();

    fn scope(&self) -> Scope {
        of_user(self.user)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let user = freshly_known(facts, self.user, self.proven)?;
        if !facts.second_factors_of(user.id).is_some_and(SecondFactors::is_on) {
            return Err(Refusal::NoSecondFactor);
        }
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::RecoveryCodesMade { user: user.id, codes: self.codes.clone() });
        tell(&mut draft, user, SecondFactorChange::CodesMade);
        Ok(draft.reply(()))
    }
}

/// Take all second factors away from somebody who has lost them. Only the operator does; every sign-in ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetSecondFactors {
    /// Who does it.
    pub by: Actor,
    /// Whose.
    pub user: UserId,
}

impl Command for ResetSecondFactors {
    type Reply = ();

    fn scope(&self) -> Scope {
        let mut scope = of_user(self.user);
        if let Actor::Operator(Some(operator)) = self.by {
            scope.users.push(operator);
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        if !matches!(self.by, Actor::Operator(_)) {
            return Err(Refusal::OperatorOnly);
        }
        // One's own are given up by whoever shows them; a sign-in alone does not get around that.
        if self.by == Actor::Operator(Some(self.user)) {
            return Err(Refusal::NotOnYourself);
        }
        let user = facts.user(self.user).ok_or(Refusal::UnknownUser)?;
        if !facts.second_factors_of(user.id).is_some_and(SecondFactors::is_on) {
            return Err(Refusal::NoSecondFactor);
        }
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::SecondFactorsReset { user: user.id });
        draft.record(Event::SignedOutElsewhere { user: user.id, kept: None });
        tell(&mut draft, user, SecondFactorChange::Reset);
        Ok(draft.reply(()))
    }
}

fn of_user(user: UserId) -> Scope {
    Scope { users: vec![user], factors_of: vec![user], ..Scope::default() }
}

/// The person, if they have shown a moment ago who they are.
fn freshly_known(facts: &Facts, user: UserId, proven: Proven) -> Result<&User, Refusal> {
    let user = facts.user(user).ok_or(Refusal::NotSignedIn)?;
    proven.is_fresh(facts.second_factors_of(user.id), facts.now)?;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{
        NOW, account, after, at, code_of, codes, outcome, passkey, shown, sign_in, signed_in_twice, totp_secret, user,
        with_totp,
    };
    use crate::second_factor::{FRESH_FOR, FactorKind, Proof};

    fn factor() -> NewFactor {
        NewFactor { from: (user(1), sign_in(1).token), sign_in: sign_in(3), codes: codes() }
    }

    fn confirm(code: String) -> ConfirmTotp {
        ConfirmTotp { factor: factor(), secret: totp_secret(), sealed: "sealed".to_owned(), code }
    }

    fn begin() -> BeginTotp {
        BeginTotp { user: user(1), proven: shown(NOW), sealed: "sealed".to_owned() }
    }

    fn present_code() -> String {
        let Proof::Totp { code, .. } = code_of(&with_totp(account(None))) else { panic!("an app's code") };
        code
    }

    fn signed_in() -> Facts {
        let mut facts = account(Some("old"));
        facts.sign_ins.push(sign_in(1));
        facts
    }

    #[test]
    fn an_app_counts_once_a_code_confirms_it() {
        let begun = after(begin().decide(&signed_in()));
        assert!(!begun.second_factors[0].is_on(), "nothing is asked of an app that was not confirmed");
        assert_eq!(outcome(&confirm("000000".to_owned()), &begun), "wrong-code");
        assert_eq!(outcome(&confirm(present_code()), &signed_in()), "nothing-to-confirm");
        let decision = confirm(present_code()).decide(&begun).unwrap();
        assert!(decision.reply.codes_made);
        assert_eq!((decision.messages.len(), decision.after.sign_ins.len()), (1, 1));
        assert_eq!(decision.after.sign_ins[0].assurance, Assurance::TwoFactors);
        assert_eq!(decision.after.factors_asked_of(user(1)), [FactorKind::Totp, FactorKind::RecoveryCode]);
        assert_eq!(outcome(&confirm(present_code()), &decision.after), "totp-enrolled");
        assert_eq!(outcome(&begin(), &decision.after), "totp-enrolled");
    }

    #[test]
    fn every_change_asks_for_a_fresh_proof() {
        let facts = at(with_totp(signed_in()), NOW + FRESH_FOR);
        let remove = RemoveFactor { user: user(1), proven: shown(NOW), factor: Given::Totp };
        let make = MakeRecoveryCodes { user: user(1), proven: shown(NOW), codes: codes() };
        let add = AddPasskey { factor: factor(), passkey: passkey(1) };
        let stale =
            [outcome(&begin(), &facts), outcome(&remove, &facts), outcome(&make, &facts), outcome(&add, &facts)];
        assert_eq!(stale, ["fresh-proof-required"; 4]);
        let fresh = RemoveFactor { proven: shown(NOW + FRESH_FOR), ..remove };
        assert_eq!(outcome(&fresh, &facts), "ok");
    }

    #[test]
    fn one_factor_shown_a_moment_ago_is_not_enough_where_there_are_two() {
        let facts = with_totp(signed_in());
        let proven = Proven { at: NOW, by: Assurance::OneFactor };
        let remove = RemoveFactor { user: user(1), proven, factor: Given::Totp };
        let make = MakeRecoveryCodes { user: user(1), proven, codes: codes() };
        let add = AddPasskey { factor: factor(), passkey: passkey(1) };
        let refused = [outcome(&remove, &facts), outcome(&make, &facts), outcome(&add, &facts)];
        assert_eq!(refused, ["fresh-proof-required"; 3]);
        assert_eq!(outcome(&BeginTotp { proven, ..begin() }, &signed_in()), "ok");
    }

    #[test]
    fn with_the_last_factor_codes_and_sign_ins_go() {
        let mut facts = signed_in_twice(with_totp(account(Some("old"))));
        facts.sign_ins[0].assurance = Assurance::TwoFactors;
        let with_key = after(AddPasskey { factor: factor(), passkey: passkey(1) }.decide(&facts));
        assert_eq!(with_key.second_factors[0].codes.len(), 10, "they were made with the app");
        let remove = |factor| RemoveFactor { user: user(1), proven: shown(NOW), factor };
        let one_left = after(remove(Given::Totp).decide(&with_key));
        assert!(!one_left.sign_ins.is_empty());
        assert_eq!(outcome(&remove(Given::Totp), &one_left), "no-second-factor");
        assert_eq!(outcome(&remove(Given::Passkey(passkey(2).id)), &one_left), "unknown-passkey");
        let none = remove(Given::Passkey(passkey(1).id)).decide(&one_left).unwrap();
        assert!(none.after.sign_ins.is_empty() && none.reply.codes.is_empty() && !none.reply.is_on());
        assert_eq!(none.messages.len(), 1);
    }

    #[test]
    fn a_passkey_is_added_once_and_twenty_at_most() {
        let add = |number| AddPasskey { factor: factor(), passkey: passkey(number) };
        let mut facts = after(add(1).decide(&signed_in()));
        facts.sign_ins = vec![SignIn { assurance: Assurance::TwoFactors, ..sign_in(1) }];
        assert_eq!(outcome(&add(1), &facts), "passkey-held");
        facts.second_factors[0].passkeys = (1..=20).map(passkey).collect();
        assert_eq!(outcome(&add(21), &facts), "too-many-passkeys");
        assert_eq!(outcome(&add(1), &account(None)), "not-signed-in");
    }

    #[test]
    fn only_the_operator_resets_and_everybody_is_signed_out() {
        let facts = signed_in_twice(with_totp(account(Some("old"))));
        let reset = |by| ResetSecondFactors { by, user: user(1) };
        assert_eq!(outcome(&reset(Actor::TwoFactorUser(user(1))), &facts), "operator-only");
        assert_eq!(outcome(&reset(Actor::Operator(Some(user(1)))), &facts), "not-on-yourself");
        assert_eq!(outcome(&reset(Actor::Operator(None)), &account(None)), "no-second-factor");
        let decision = reset(Actor::Operator(None)).decide(&facts).unwrap();
        assert!(decision.after.sign_ins.is_empty() && !decision.after.second_factors[0].is_on());
        assert_eq!((decision.messages.len(), decision.accounts[0].event), (1, "second-factors-reset"));
        assert_eq!(decision.actor.kind, "operator");
    }
}
