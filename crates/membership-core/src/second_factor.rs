//! What somebody shows besides a password: an authenticator app, passkeys, recovery codes. One row a person says what
//! there is and how far each was used, so that nothing of it is accepted twice.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use crate::facts::Facts;
use crate::id::{PasskeyId, UserId};
use crate::input::InvalidInput;
use crate::refusal::Refusal;
use crate::totp::TotpSecret;
use crate::user::{PasswordHash, SignIn};

/// How well it is known who began a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assurance {
    /// Not yet: a second factor is to be shown. Such a sign-in opens nothing else.
    Pending,
    /// By one factor: a password, or a link to the mailbox.
    OneFactor,
    /// By two: a second factor besides, or a passkey that has verified its user.
    TwoFactors,
}

impl Assurance {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Pending, Self::OneFactor, Self::TwoFactors];

    /// The name in tables and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::OneFactor => "one_factor",
            Self::TwoFactors => "two_factors",
        }
    }
}

/// How long somebody may take to show the second factor.
pub const PENDING_LASTS: Duration = Duration::minutes(10);

/// How long a proof of who one is counts as fresh: for removing a factor, making codes anew, changing the password.
pub const FRESH_FOR: Duration = Duration::minutes(10);

/// How many recovery codes a person is given.
pub const RECOVERY_CODES: usize = 10;

/// The most passkeys of a person.
pub const MOST_PASSKEYS: usize = 20;

/// The second factors of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactors {
    /// Whose.
    pub user: UserId,
    /// The authenticator app, confirmed or not.
    pub totp: Option<Totp>,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// The recovery codes that are left.
    pub codes: Vec<CodeHash>,
    /// Counts the changes to this row: of two who use a code at once, one finds another version.
    pub version: u64,
}

/// An authenticator app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totp {
    /// The secret, sealed with the deployment's key: a dump of the database yields no code (A27).
    pub sealed: String,
    /// When it was confirmed by a code; nothing is asked of an app that was not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub confirmed_at: Option<OffsetDateTime>,
    /// The last time step whose code was accepted; it and the ones before are no good any more (RFC 6238, section 5.2).
    pub last_step: u64,
}

/// A passkey (WebAuthn Level 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Its id here.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// The credential's id, as the authenticator made it, in base 64.
    pub credential_id: String,
    /// The public key and what belongs to it, as the library that checks it writes it down. No secret.
    pub credential: String,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last used.
    #[serde(with = "time::serde::rfc3339::option")]
    pub used_at: Option<OffsetDateTime>,
    /// When the last challenge that it answered was made; no older one is accepted any more, so that each is answered
    /// once.
    #[serde(with = "time::serde::rfc3339")]
    pub challenged_at: OffsetDateTime,
}

impl Passkey {
    /// Checks the name of a passkey.
    ///
    /// # Errors
    /// `empty`, `too-long` or `control-character`, about the field `name`.
    pub fn parse_name(text: &str) -> Result<String, InvalidInput> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidInput::new("name", "empty", "must not be empty"));
        }
        if 60 < text.chars().count() {
            return Err(InvalidInput::new("name", "too-long", "must have at most 60 characters"));
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidInput::new("name", "control-character", "must not have control characters"));
        }
        Ok(text.to_owned())
    }
}

/// What is kept of a recovery code: a hash, bound to its owner. The code has 80 random bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeHash(String);

impl CodeHash {
    /// The hash of what a person typed. Case, spaces and dashes do not count.
    pub fn of(user: UserId, typed: &str) -> Self {
        let code: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut digest = Sha256::new();
        digest.update(b"recovery code");
        digest.update(user.0.as_bytes());
        digest.update(code.to_ascii_uppercase().as_bytes());
        Self(data_encoding::HEXLOWER.encode(&digest.finalize()))
    }
}

/// A recovery code from random bytes, as its owner sees it once: `ABCD-EFGH-IJKL-MNOP`.
pub fn recovery_code(random: [u8; 32]) -> String {
    let letters = data_encoding::BASE32_NOPAD.encode(random.first_chunk::<10>().unwrap_or(&[0; 10]));
    let groups: Vec<_> = letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// A kind of second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactorKind {
    /// An authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

impl FactorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Totp, Self::Passkey, Self::RecoveryCode];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

impl SecondFactors {
    /// Nothing is set up.
    pub fn none(user: UserId) -> Self {
        Self { user, totp: None, passkeys: Vec::new(), codes: Vec::new(), version: 0 }
    }

    /// Whether a second factor is asked for when the person signs in.
    pub fn is_on(&self) -> bool {
        self.confirmed_totp().is_some() || !self.passkeys.is_empty()
    }

    /// The authenticator app, if it was confirmed.
    pub fn confirmed_totp(&self) -> Option<&Totp> {
        self.totp.as_ref().filter(|it| it.confirmed_at.is_some())
    }

    /// What can be shown when a second factor is asked for; nothing if none is.
    pub fn kinds(&self) -> Vec<FactorKind> {
        let has = |kind: &FactorKind| match kind {
            FactorKind::Totp => self.confirmed_totp().is_some(),
            FactorKind::Passkey => !self.passkeys.is_empty(),
            FactorKind::RecoveryCode => self.is_on() && !self.codes.is_empty(),
        };
        FactorKind::ALL.into_iter().filter(has).collect()
    }

    /// A passkey by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownPasskey`].
    pub fn passkey(&self, id: PasskeyId) -> Result<&Passkey, Refusal> {
        self.passkeys.iter().find(|it| it.id == id).ok_or(Refusal::UnknownPasskey)
    }
}

/// What somebody shows to prove who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The password, which the caller has checked against this hash. Enough only for whoever has no second factor.
    Password(PasswordHash),
    /// A code of the authenticator app.
    Totp {
        /// The secret, which the caller has opened.
        secret: TotpSecret,
        /// The sealed text it was opened from.
        sealed: String,
        /// What was typed.
        code: String,
    },
    /// A recovery code.
    RecoveryCode(CodeHash),
    /// A passkey, whose answer the caller has checked.
    Passkey(UsedPasskey),
}

/// A passkey whose answer to a challenge holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedPasskey {
    /// Which one.
    pub id: PasskeyId,
    /// What is to be written down of it from now on.
    pub credential: String,
    /// When the challenge was made.
    pub challenged_at: OffsetDateTime,
}

/// A second factor that was used, and is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsedFactor {
    /// The code of this time step.
    Totp(u64),
    /// This recovery code.
    RecoveryCode(CodeHash),
    /// This passkey.
    Passkey(UsedPasskey),
}

impl Facts {
    /// The second factors of a user, if a row of them is known.
    pub fn second_factors_of(&self, user: UserId) -> Option<&SecondFactors> {
        self.second_factors.iter().find(|it| it.user == user)
    }

    /// What a user has to show besides the first factor; nothing if no second factor is set up.
    pub fn factors_asked_of(&self, user: UserId) -> Vec<FactorKind> {
        self.second_factors_of(user).map(SecondFactors::kinds).unwrap_or_default()
    }

    /// The sign-in that one factor opens: itself, or one that waits for the second factor its user has.
    pub fn opened_by_one_factor(&self, sign_in: &SignIn) -> SignIn {
        let sign_in = SignIn { assurance: Assurance::OneFactor, proven_at: self.now, ..sign_in.clone() };
        if self.factors_asked_of(sign_in.user).is_empty() {
            return sign_in;
        }
        let until = self.now.saturating_add(PENDING_LASTS).min(sign_in.expires_at);
        SignIn { assurance: Assurance::Pending, expires_at: until, ..sign_in }
    }

    /// The sign-in that somebody else's word opens: as well known as they say, if that is by two factors, and otherwise
    /// what one factor opens. Besides, what is still to be shown.
    pub fn opened_as_known(&self, sign_in: &SignIn) -> (SignIn, Vec<FactorKind>) {
        match sign_in.assurance {
            Assurance::TwoFactors => (SignIn { proven_at: self.now, ..sign_in.clone() }, Vec::new()),
            _ => (self.opened_by_one_factor(sign_in), self.factors_asked_of(sign_in.user)),
        }
    }

    /// Refuses whoever has a second factor and has not shown it a moment ago; of others nothing is asked.
    ///
    /// # Errors
    /// [`Refusal::FreshProofRequired`].
    pub fn has_shown_own_factor(&self, user: UserId, proven: Proven) -> Result<(), Refusal> {
        let factors = self.second_factors_of(user).filter(|it| it.is_on());
        factors.map_or(Ok(()), |factors| proven.is_fresh(Some(factors), self.now))
    }

    /// Whether a proof holds now: what it uses up, or nothing where a password is enough.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], and [`Refusal::CodeUsed`] for what was right once.
    pub fn check_proof(&self, user: UserId, proof: &Proof) -> Result<Option<UsedFactor>, Refusal> {
        let factors = self.second_factors_of(user);
        let on = factors.filter(|it| it.is_on());
        match (proof, on) {
            (Proof::Password(known), None) => {
                let is_the_password = self.user(user).and_then(|it| it.password.as_ref()) == Some(known);
                if is_the_password { Ok(None) } else { Err(Refusal::WrongPassword) }
            }
            (Proof::Password(_), Some(_)) | (_, None) => Err(Refusal::WrongCode),
            (Proof::Totp { secret, sealed, code }, Some(factors)) => {
                let totp = factors.confirmed_totp().filter(|it| it.sealed == *sealed).ok_or(Refusal::WrongCode)?;
                let step = secret.step_of(code, self.now).ok_or(Refusal::WrongCode)?;
                if step <= totp.last_step {
                    return Err(Refusal::CodeUsed);
                }
                Ok(Some(UsedFactor::Totp(step)))
            }
            (Proof::RecoveryCode(hash), Some(factors)) => {
                let is_left = factors.codes.contains(hash);
                if is_left { Ok(Some(UsedFactor::RecoveryCode(hash.clone()))) } else { Err(Refusal::WrongCode) }
            }
            (Proof::Passkey(used), Some(factors)) => {
                let passkey = factors.passkey(used.id)?;
                if used.challenged_at <= passkey.challenged_at {
                    return Err(Refusal::CodeUsed);
                }
                Ok(Some(UsedFactor::Passkey(used.clone())))
            }
        }
    }
}

/// What the owner of a sign-in has shown of who they are, and when they last did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// When.
    pub at: OffsetDateTime,
    /// By how much.
    pub by: Assurance,
}

impl Proven {
    /// Refuses what was shown too long ago; and one factor alone, however lately, where a second one is set up by now.
    ///
    /// # Errors
    /// [`Refusal::FreshProofRequired`].
    pub fn is_fresh(self, factors: Option<&SecondFactors>, now: OffsetDateTime) -> Result<(), Refusal> {
        let is_whole = self.by == Assurance::TwoFactors || !factors.is_some_and(SecondFactors::is_on);
        let is_recent = now < self.at.saturating_add(FRESH_FOR);
        if is_whole && is_recent { Ok(()) } else { Err(Refusal::FreshProofRequired) }
    }
}

impl SignIn {
    /// What its owner has shown, and when.
    pub fn proven(&self) -> Proven {
        Proven { at: self.proven_at, by: self.assurance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::user;

    #[test]
    fn a_recovery_code_is_found_however_it_is_typed_and_only_by_its_owner() {
        let code = recovery_code([7; 32]);
        assert_eq!((code.len(), code.matches('-').count()), (19, 3));
        let hash = CodeHash::of(user(1), &code);
        assert_eq!(CodeHash::of(user(1), &code.to_lowercase().replace('-', " ")), hash);
        assert_ne!(CodeHash::of(user(2), &code), hash);
        assert!(!format!("{hash:?}").contains(&code));
        assert_ne!(recovery_code([8; 32]), code);
    }

    #[test]
    fn the_name_of_a_passkey_is_short_and_plain() {
        let check = |text: &str| Passkey::parse_name(text).map_err(|it| it.code);
        assert_eq!(check(" Blue key "), Ok("Blue key".to_owned()));
        assert_eq!(check(" "), Err("empty"));
        assert_eq!(check(&"x".repeat(61)), Err("too-long"));
        assert_eq!(check("a\nb"), Err("control-character"));
    }
}
