//! Steps of people who set second factors up, show them and give them up.

use membership_core::command::{
    AddPasskey, BeginSignIn, BeginTotp, ConfirmTotp, EnterByPasskey, Given, MakeRecoveryCodes, NewFactor, Prove,
    RemoveFactor, ReplaceSignIn, ResetSecondFactors,
};
use membership_core::draft::Actor;
use membership_core::id::{PasskeyId, UserId};
use membership_core::second_factor::{
    Assurance, CodeHash, FRESH_FOR, Passkey, Proof, Proven, RECOVERY_CODES, SecondFactors, UsedPasskey,
};
use membership_core::totp::{STEP_SECONDS, TotpSecret};
use membership_core::user::{PasswordHash, SignIn};
use time::Duration;

use super::Eye;
use crate::any_command::AnyCommand;
use crate::strategy::step::{Deed, Pick};

impl Eye<'_> {
    /// What somebody does with their second factors; nothing for other deeds.
    pub(super) fn second_factor(&self, deed: Deed) -> Option<AnyCommand> {
        Some(match deed {
            Deed::BeginTotp { user, stale } => {
                let user = *user.of(self.dump.users.keys())?;
                BeginTotp { user, proven: self.proven(stale), sealed: sealed(user) }.into()
            }
            Deed::ConfirmTotp { user, wrong } => self.confirm(user, wrong)?,
            Deed::AddPasskey { sign_in, number } => {
                let all = self.dump.sign_ins.values();
                let from = sign_in.mostly_of(all.clone().filter(|it| self.is_fresh(it)), all)?;
                AddPasskey { factor: self.new_factor(from), passkey: self.passkey(number) }.into()
            }
            Deed::Prove { user, with, wrong } => self.prove(user, with, wrong)?,
            Deed::ReplaceSignIn { sign_in } => {
                let from = sign_in.of(self.dump.sign_ins.values())?;
                ReplaceSignIn { from: (from.user, from.token), sign_in: self.sign_in(from.user) }.into()
            }
            Deed::EnterByPasskey { user, stale } => {
                let with_passkeys = self.with_factors().filter(|it| !it.passkeys.is_empty());
                let factors = user.of(with_passkeys)?;
                let passkey = factors.passkeys.last()?;
                let challenged_at = if stale { passkey.challenged_at } else { self.now };
                let used = UsedPasskey { id: passkey.id, credential: "{\"used\":true}".to_owned(), challenged_at };
                let (user, sign_in) = (factors.user, self.sign_in(factors.user));
                EnterByPasskey { user, used, sign_in, ends: None }.into()
            }
            Deed::RemoveFactor { user, passkey, stale } => {
                let factors = user.mostly_of(self.with_factors(), self.dump.second_factors.values())?;
                let passkey = passkey.and_then(|pick| pick.of(&factors.passkeys));
                let factor = passkey.map_or(Given::Totp, |it| Given::Passkey(it.id));
                RemoveFactor { user: factors.user, proven: self.proven(stale), factor }.into()
            }
            Deed::MakeRecoveryCodes { user, stale } => {
                let user = *user.mostly_of(self.with_factors().map(|it| &it.user), self.dump.users.keys())?;
                let codes = self.recovery_codes(user);
                MakeRecoveryCodes { user, proven: self.proven(stale), codes }.into()
            }
            Deed::ResetSecondFactors { user, by_operator } => {
                let user = *user.mostly_of(self.with_factors().map(|it| &it.user), self.dump.users.keys())?;
                let by = if by_operator { Actor::Operator(None) } else { Actor::TwoFactorUser(user) };
                ResetSecondFactors { by, user }.into()
            }
            _ => return None,
        })
    }

    /// Whoever has an app that waits to be confirmed does so, after signing in if that was long ago; if nobody has, somebody
    /// begins to set one up.
    fn confirm(&self, user: Pick, wrong: bool) -> Option<AnyCommand> {
        let waits = |it: &&SecondFactors| it.totp.is_some() && it.confirmed_totp().is_none();
        let waiting = self.dump.second_factors.values().filter(waits).map(|it| &it.user);
        let Some(user) = user.of(waiting).copied() else {
            let without = self.dump.users.keys().filter(|id| self.factors(**id).is_none());
            let user = *user.mostly_of(without, self.dump.users.keys())?;
            return Some(BeginTotp { user, proven: self.proven(wrong), sealed: sealed(user) }.into());
        };
        let mut own = self.dump.sign_ins.values().filter(|it| it.user == user);
        let Some(from) = own.find(|it| self.is_fresh(it)) else {
            return Some(BeginSignIn { sign_in: self.sign_in(user), ends: None }.into());
        };
        let (secret, sealed, code) = (secret(user), sealed(user), self.code(user, wrong));
        Some(ConfirmTotp { factor: self.new_factor(from), secret, sealed, code }.into())
    }

    /// Whoever has begun to sign in shows something; whoever has not, begins.
    fn prove(&self, user: Pick, with: Pick, wrong: bool) -> Option<AnyCommand> {
        let user = *user.mostly_of(self.with_factors().map(|it| &it.user), self.dump.users.keys())?;
        let own = || self.dump.sign_ins.values().filter(|it| it.user == user);
        let account = self.dump.users.get(&user)?;
        let waits = own().find(|it| it.awaits_factor(account, self.now));
        let holds = || own().find(|it| self.factors(user).is_none() && it.holds(account, self.now, Duration::MAX));
        let Some(from) = waits.or_else(holds) else {
            return Some(BeginSignIn { sign_in: self.sign_in(user), ends: None }.into());
        };
        let proof = self.proof(user, with, wrong);
        Some(Prove { from: (user, from.token), proof, sign_in: self.sign_in(user) }.into())
    }

    fn with_factors(&self) -> impl Iterator<Item = &SecondFactors> {
        self.dump.second_factors.values().filter(|it| it.is_on())
    }

    fn factors(&self, user: UserId) -> Option<&SecondFactors> {
        self.dump.second_factors.get(&user)
    }

    /// What somebody has shown a minute ago, or too long ago.
    pub(super) fn proven(&self, stale: bool) -> Proven {
        let at = if stale { self.now - FRESH_FOR } else { self.now - Duration::minutes(1) };
        Proven { at, by: Assurance::TwoFactors }
    }

    fn is_fresh(&self, it: &SignIn) -> bool {
        it.proven().is_fresh(self.dump.second_factors.get(&it.user), self.now).is_ok()
    }

    /// The code that the app shows now, or another one.
    fn code(&self, user: UserId, wrong: bool) -> String {
        let step = u64::try_from(self.now.unix_timestamp()).unwrap_or_default() / STEP_SECONDS;
        secret(user).code(if wrong { step.saturating_sub(100) } else { step })
    }

    fn new_factor(&self, from: &SignIn) -> NewFactor {
        let codes = self.recovery_codes(from.user);
        NewFactor { from: (from.user, from.token), sign_in: self.sign_in(from.user), codes }
    }

    /// Codes that follow from how many there were, so that a walk can show one of them.
    fn recovery_codes(&self, user: UserId) -> Vec<CodeHash> {
        let round = self.factors(user).map_or(0, |it| it.version);
        (0..RECOVERY_CODES).map(|number| CodeHash::of(user, &format!("{round} {number}"))).collect()
    }

    fn passkey(&self, number: Pick) -> Passkey {
        Passkey {
            id: PasskeyId(self.random.id()),
            name: format!("Key {}", number.0 % 3),
            credential_id: format!("credential {}", number.0 % 3),
            credential: "{}".to_owned(),
            created_at: self.now,
            used_at: None,
            challenged_at: self.now,
        }
    }

    fn proof(&self, user: UserId, with: Pick, wrong: bool) -> Proof {
        let factors = self.factors(user);
        match with.0 % 4 {
            0 => {
                let known = self.dump.users.get(&user).and_then(|it| it.password.clone());
                Proof::Password(known.unwrap_or_else(|| PasswordHash::new("plain$none".to_owned())))
            }
            1 => Proof::RecoveryCode(match factors.and_then(|it| it.codes.first()).filter(|_| !wrong) {
                Some(code) => code.clone(),
                None => CodeHash::of(user, "none of them"),
            }),
            2 => match factors.and_then(|it| it.passkeys.last()) {
                Some(passkey) => Proof::Passkey(UsedPasskey {
                    id: passkey.id,
                    credential: "{\"used\":true}".to_owned(),
                    challenged_at: if wrong { passkey.challenged_at } else { self.now },
                }),
                None => self.app(user, wrong),
            },
            _ => self.app(user, wrong),
        }
    }

    fn app(&self, user: UserId, wrong: bool) -> Proof {
        Proof::Totp { secret: secret(user), sealed: sealed(user), code: self.code(user, wrong) }
    }
}

fn secret(user: UserId) -> TotpSecret {
    let mut random = [3; 32];
    for (to, from) in random.iter_mut().zip(user.0.as_bytes()) {
        *to = *from;
    }
    TotpSecret::new(random)
}

fn sealed(user: UserId) -> String {
    format!("sealed for {user}")
}
