//! How a person sets second factors up, shows them, and gives them up.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::command::{
    AddPasskey, BeginTotp, ConfirmTotp, EnterByPasskey, FactorAdded, Given, MakeRecoveryCodes, NewFactor, Prove,
    RemoveFactor, ResetSecondFactors,
};
use crate::draft::Actor;
use crate::facts::{Facts, Receipt, Scope};
use crate::id::{PasskeyId, UserId};
use crate::password::typed_password;
use crate::port::Passkeys;
use crate::refusal::Refusal;
use crate::second_factor::{CodeHash, Passkey, Proof, RECOVERY_CODES, SecondFactors, UsedPasskey, recovery_code};
use crate::secret::{SignInToken, TokenHash};
use crate::service::{Accounts, Caller, Failure, Outcome, Request, SignedIn};
use crate::totp::TotpSecret;
use crate::user::{SignIn, User};

/// How long a challenge for a passkey can be answered.
const CHALLENGE_LASTS: Duration = Duration::minutes(5);

/// What somebody shows to prove who they are, as it was typed or sent.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// The password: for whoever has no second factor.
    Password(SecretString),
    /// A code of the authenticator app.
    Totp(String),
    /// A recovery code.
    RecoveryCode(SecretString),
    /// A passkey's answer to a challenge, as JSON, with the challenge's token.
    Passkey {
        /// The token that came with the challenge.
        challenge: String,
        /// The answer.
        answer: String,
    },
}

/// An authenticator app to be set up: shown until it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotpOffer {
    /// The secret as a person types it.
    pub secret: String,
    /// The address that a QR code carries.
    pub address: String,
}

/// A factor that was added, with the fresh sign-in.
#[derive(Debug, Clone)]
pub struct FactorSetUp {
    /// The person and the token, which takes the place of the one before.
    pub signed_in: SignedIn,
    /// The recovery codes, shown once; empty if there were some already.
    pub codes: Vec<String>,
}

/// A challenge for a passkey, as the caller keeps it until the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Comes back with the answer.
    pub token: String,
    /// The options for the browser, as JSON.
    pub options: String,
}

/// The second factors of a person, for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyFactors {
    /// What there is.
    pub factors: SecondFactors,
    /// Whether changing them is possible without showing once more who one is.
    pub fresh: bool,
    /// Whether this deployment knows passkeys.
    pub passkeys: bool,
}

/// What the answer to a challenge is checked against. Sealed, it goes to the browser and comes back.
#[derive(Serialize, Deserialize)]
struct Asked {
    user: Option<UserId>,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    state: String,
}

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// The second factors of whoever is signed in.
    pub async fn my_factors(&self, caller: &Caller) -> Result<MyFactors, Failure> {
        let (factors, now) = self.factors_of(caller.user.id).await?;
        let fresh = caller.sign_in.proven().is_fresh(Some(&factors), now).is_ok();
        Ok(MyFactors { factors, fresh, passkeys: self.passkeys.is_some() })
    }

    /// Shows who one is: completes a sign-in that waits for the second factor, or begins a fresh sign-in in place of one
    /// that holds. `from` is the token of either. A wrong code changes nothing; to be called behind a limit on guesses.
    ///
    /// Refuses [`Refusal::PendingSignInOver`], [`Refusal::WrongCode`], [`Refusal::CodeUsed`],
    /// [`Refusal::WrongPassword`] and [`Refusal::PasskeyRefused`].
    pub async fn prove(
        &self,
        from: (UserId, TokenHash),
        evidence: Evidence,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let user = from.0;
        let scope = Scope { users: vec![user], factors_of: vec![user], sign_in: Some(from), ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let person = facts.user(user).ok_or(Refusal::PendingSignInOver)?;
        // Nothing is hashed or computed for a token that is worth nothing, as one is that has rested for too long.
        let idles = self.rules.sign_in_idles;
        let goes_on = |it: &SignIn| it.awaits_factor(person, facts.now) || it.holds(person, facts.now, idles);
        if !facts.sign_ins.iter().any(goes_on) {
            return Err(Refusal::PendingSignInOver.into());
        }
        let proof = self.proof(&facts, person, evidence).await?;
        let (sign_in, token) = self.new_sign_in(user, person.password_generation, request).await?;
        self.run_signing_in(&Prove { from, proof, sign_in }, token, request, receipt).await
    }

    /// Begins to set an authenticator app up. `issuer` is what the app shows as the service's name.
    ///
    /// Refuses [`Refusal::FreshProofRequired`] and [`Refusal::TotpEnrolled`].
    pub async fn begin_totp(&self, caller: &Caller, issuer: &str) -> Result<TotpOffer, Failure> {
        let ports = &self.memberships.ports;
        let user = &caller.user;
        let secret = TotpSecret::new(ports.random.secret());
        let sealed = ports.links.seal(&context(user.id), ports.random.secret(), secret.expose());
        let command = BeginTotp { user: user.id, proven: caller.sign_in.proven(), sealed };
        self.memberships.execute(&command).await?;
        Ok(TotpOffer { secret: secret.text(), address: secret.address(issuer, &login_of(user)) })
    }

    /// The authenticator app that waits to be confirmed, to be shown again.
    pub async fn waiting_totp(&self, caller: &Caller, issuer: &str) -> Result<Option<TotpOffer>, Failure> {
        let (factors, _) = self.factors_of(caller.user.id).await?;
        let waiting = factors.totp.filter(|it| it.confirmed_at.is_none());
        let secret = waiting.and_then(|it| self.opened(caller.user.id, &it.sealed));
        Ok(secret.map(|it| TotpOffer { secret: it.text(), address: it.address(issuer, &login_of(&caller.user)) }))
    }

    /// Confirms the authenticator app by a code; from now on it is asked for. The sign-in is replaced by a fresh one.
    ///
    /// Refuses [`Refusal::WrongCode`], [`Refusal::NothingToConfirm`], [`Refusal::TotpEnrolled`] and
    /// [`Refusal::FreshProofRequired`].
    pub async fn confirm_totp(
        &self,
        caller: &Caller,
        code: &str,
        request: Request<'_>,
        receipt: impl Fn(&FactorSetUp) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<FactorSetUp>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let (factors, _) = self.factors_of(caller.user.id).await?;
        let sealed = factors.totp.map(|it| it.sealed).ok_or(Refusal::NothingToConfirm)?;
        let secret = self.opened(caller.user.id, &sealed).ok_or(Refusal::NothingToConfirm)?;
        let (factor, token, codes) = self.new_factor(caller, request).await?;
        let command = ConfirmTotp { factor, secret, sealed, code: code.to_owned() };
        self.run_adding(&command, (token, codes), request, receipt).await
    }

    /// A challenge to make a passkey.
    ///
    /// Refuses [`Refusal::FreshProofRequired`] and [`Refusal::PasskeyRefused`].
    pub async fn offer_passkey(&self, caller: &Caller) -> Result<Challenge, Failure> {
        let user = &caller.user;
        let (factors, now) = self.factors_of(user.id).await?;
        caller.sign_in.proven().is_fresh(Some(&factors), now)?;
        let ceremony = self.passkeys()?.offer(user.id, &login_of(user), user.name.as_str(), &factors.passkeys);
        let ceremony = ceremony.ok_or(Refusal::PasskeyRefused)?;
        let asked = Asked { user: Some(user.id), at: now, state: ceremony.state };
        Ok(Challenge { token: self.sealed(b"passkey to be made", &asked), options: ceremony.options })
    }

    /// Adds the passkey that was made. The sign-in is replaced by a fresh one.
    ///
    /// Refuses [`Refusal::PasskeyRefused`], [`Refusal::PasskeyHeld`], [`Refusal::TooManyPasskeys`],
    /// [`Refusal::FreshProofRequired`] and [`Refusal::Invalid`].
    pub async fn add_passkey(
        &self,
        caller: &Caller,
        (name, challenge, answer): (&str, &str, &str),
        request: Request<'_>,
        receipt: impl Fn(&FactorSetUp) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<FactorSetUp>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let name = Passkey::parse_name(name)?;
        let now = self.now().await?;
        let asked = self.asked(b"passkey to be made", challenge, now)?;
        if asked.user != Some(caller.user.id) {
            return Err(Refusal::PasskeyRefused.into());
        }
        let made = self.passkeys()?.made(&asked.state, answer).ok_or(Refusal::PasskeyRefused)?;
        let passkey = Passkey {
            id: PasskeyId(self.memberships.ports.random.id()),
            name,
            credential_id: made.credential_id,
            credential: made.credential,
            created_at: now,
            used_at: None,
            challenged_at: asked.at,
        };
        let (factor, token, codes) = self.new_factor(caller, request).await?;
        self.run_adding(&AddPasskey { factor, passkey }, (token, codes), request, receipt).await
    }

    /// A challenge to show a passkey: one of the user's whose sign-in goes on, or any of this deployment, to sign in
    /// with nothing else.
    ///
    /// Refuses [`Refusal::PasskeyRefused`] where there are none.
    pub async fn ask_passkey(&self, of: Option<UserId>) -> Result<Challenge, Failure> {
        let (held, at) = match of {
            Some(user) => {
                let (factors, now) = self.factors_of(user).await?;
                (factors.passkeys, now)
            }
            None => (Vec::new(), self.now().await?),
        };
        if of.is_some() && held.is_empty() {
            return Err(Refusal::NoSecondFactor.into());
        }
        let ceremony = self.passkeys()?.ask(&held).ok_or(Refusal::PasskeyRefused)?;
        let asked = Asked { user: of, at, state: ceremony.state };
        Ok(Challenge { token: self.sealed(b"passkey to be shown", &asked), options: ceremony.options })
    }

    /// Signs in whoever shows a passkey and has typed no name: `challenge` is one of [`Accounts::ask_passkey`] for nobody in
    /// particular. To be called behind a limit on guesses.
    ///
    /// Refuses [`Refusal::PasskeyRefused`] and [`Refusal::CodeUsed`].
    pub async fn sign_in_by_passkey(
        &self,
        (challenge, answer): (&str, &str),
        ends: Option<&SignIn>,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let asked = self.asked(b"passkey to be shown", challenge, self.now().await?)?;
        let claimed = self.passkeys()?.claimed(answer).filter(|_| asked.user.is_none());
        let user = claimed.ok_or(Refusal::PasskeyRefused)?;
        let (factors, _) = self.factors_of(user).await?;
        let used = self.shown(&asked, answer, &factors.passkeys)?;
        // Under which password generation is read with the decision.
        let (sign_in, token) = self.new_sign_in(user, 0, request).await?;
        let ends = ends.map(|it| (it.user, it.id));
        self.run_signing_in(&EnterByPasskey { user, used, sign_in, ends }, token, request, receipt).await
    }

    /// Gives a factor up.
    ///
    /// Refuses [`Refusal::FreshProofRequired`], [`Refusal::NoSecondFactor`] and [`Refusal::UnknownPasskey`].
    pub async fn remove_factor(&self, caller: &Caller, factor: Given) -> Result<SecondFactors, Failure> {
        let (user, proven) = (caller.user.id, caller.sign_in.proven());
        self.memberships.execute(&RemoveFactor { user, proven, factor }).await
    }

    /// Makes the recovery codes anew; shown once.
    ///
    /// Refuses [`Refusal::FreshProofRequired`] and [`Refusal::NoSecondFactor`].
    pub async fn make_recovery_codes(
        &self,
        caller: &Caller,
        request: Request<'_>,
        receipt: impl Fn(&Vec<String>) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<Vec<String>>, Failure> {
        let (user, proven) = (caller.user.id, caller.sign_in.proven());
        let (texts, codes) = self.new_codes(user);
        let command = MakeRecoveryCodes { user, proven, codes };
        let outcome = self.memberships.run(&command, request, |()| receipt(&texts)).await?;
        Ok(outcome.map(|()| texts))
    }

    /// Takes all second factors away from somebody who has lost them, as the operator; never one's own.
    ///
    /// Refuses [`Refusal::OperatorOnly`], [`Refusal::NotOnYourself`], [`Refusal::UnknownUser`] and
    /// [`Refusal::NoSecondFactor`].
    pub async fn reset_second_factors(&self, by: Actor, user: UserId) -> Result<(), Failure> {
        self.memberships.execute(&ResetSecondFactors { by, user }).await
    }

    /// The user whose sign-in a token is of, if it waits for the second factor or holds; and what it waits for.
    ///
    /// Refuses [`Refusal::PendingSignInOver`].
    pub async fn pending(&self, from: (UserId, TokenHash)) -> Result<(User, SecondFactors), Failure> {
        let scope = Scope { sign_in: Some(from), factors_of: vec![from.0], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let user = facts.user(from.0).ok_or(Refusal::PendingSignInOver)?;
        let waits = facts.sign_ins.iter().any(|it| it.awaits_factor(user, facts.now));
        let factors = facts.second_factors_of(user.id).filter(|it| waits && it.is_on());
        let factors = factors.ok_or(Refusal::PendingSignInOver)?;
        Ok((user.clone(), factors.clone()))
    }

    async fn proof(&self, facts: &Facts, user: &User, evidence: Evidence) -> Result<Proof, Failure> {
        let factors = facts.second_factors_of(user.id);
        match evidence {
            Evidence::Password(password) => {
                let known = user.password.clone();
                let is_it = self.passwords.verify(typed_password(&password)?, known.clone()).await?;
                let known = known.filter(|_| is_it).ok_or(Refusal::WrongPassword)?;
                Ok(Proof::Password(known))
            }
            Evidence::Totp(code) => {
                let totp = factors.and_then(SecondFactors::confirmed_totp).ok_or(Refusal::WrongCode)?;
                let secret = self.opened(user.id, &totp.sealed).ok_or(Refusal::WrongCode)?;
                Ok(Proof::Totp { secret, sealed: totp.sealed.clone(), code })
            }
            Evidence::RecoveryCode(code) => Ok(Proof::RecoveryCode(CodeHash::of(user.id, code.expose_secret()))),
            Evidence::Passkey { challenge, answer } => {
                let asked = self.asked(b"passkey to be shown", &challenge, facts.now)?;
                let held = factors.map_or(&[][..], |it| &it.passkeys);
                if asked.user != Some(user.id) {
                    return Err(Refusal::PasskeyRefused.into());
                }
                Ok(Proof::Passkey(self.shown(&asked, &answer, held)?))
            }
        }
    }

    fn shown(&self, asked: &Asked, answer: &str, held: &[Passkey]) -> Result<UsedPasskey, Failure> {
        let shown = self.passkeys()?.shown(&asked.state, answer, held).ok_or(Refusal::PasskeyRefused)?;
        let passkey = held.iter().find(|it| it.credential_id == shown.credential_id).ok_or(Refusal::PasskeyRefused)?;
        Ok(UsedPasskey { id: passkey.id, credential: shown.credential, challenged_at: asked.at })
    }

    async fn run_adding<C: crate::command::Command<Reply = FactorAdded>>(
        &self,
        command: &C,
        (token, codes): (SignInToken, Vec<String>),
        request: Request<'_>,
        receipt: impl Fn(&FactorSetUp) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<FactorSetUp>, Failure> {
        let set_up = |added: &FactorAdded| FactorSetUp {
            signed_in: SignedIn { user: added.user.clone(), token: token.clone(), awaits: Vec::new() },
            codes: if added.codes_made { codes.clone() } else { Vec::new() },
        };
        let outcome = self.memberships.run(command, request, |added| receipt(&set_up(added))).await?;
        Ok(outcome.map(|added| set_up(&added)))
    }

    async fn new_factor(
        &self,
        caller: &Caller,
        request: Request<'_>,
    ) -> Result<(NewFactor, SignInToken, Vec<String>), Failure> {
        let user = caller.user.id;
        let (sign_in, token) = self.new_sign_in(user, caller.user.password_generation, request).await?;
        let (texts, codes) = self.new_codes(user);
        Ok((NewFactor { from: (user, caller.sign_in.token), sign_in, codes }, token, texts))
    }

    fn new_codes(&self, user: UserId) -> (Vec<String>, Vec<CodeHash>) {
        let random = &self.memberships.ports.random;
        let texts: Vec<_> = (0..RECOVERY_CODES).map(|_| recovery_code(random.secret())).collect();
        let codes = texts.iter().map(|text| CodeHash::of(user, text)).collect();
        (texts, codes)
    }

    async fn factors_of(&self, user: UserId) -> Result<(SecondFactors, OffsetDateTime), Failure> {
        let scope = Scope { factors_of: vec![user], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let factors = facts.second_factors_of(user).cloned().unwrap_or_else(|| SecondFactors::none(user));
        Ok((factors, facts.now))
    }

    fn passkeys(&self) -> Result<&dyn Passkeys, Refusal> {
        self.passkeys.as_deref().ok_or(Refusal::PasskeyRefused)
    }

    fn opened(&self, user: UserId, sealed: &str) -> Option<TotpSecret> {
        TotpSecret::from_bytes(&self.memberships.ports.links.open(&context(user), sealed)?)
    }

    fn sealed(&self, purpose: &[u8], asked: &Asked) -> String {
        let ports = &self.memberships.ports;
        let text = serde_json::to_string(asked).unwrap_or_default();
        ports.links.seal(purpose, ports.random.secret(), text.as_bytes())
    }

    fn asked(&self, purpose: &[u8], token: &str, now: OffsetDateTime) -> Result<Asked, Refusal> {
        let opened = self.memberships.ports.links.open(purpose, token);
        let asked: Option<Asked> = opened.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        asked.filter(|it| now < it.at.saturating_add(CHALLENGE_LASTS)).ok_or(Refusal::PasskeyRefused)
    }
}

fn context(user: UserId) -> Vec<u8> {
    [b"totp".as_slice(), user.0.as_bytes()].concat()
}

/// What an app or authenticator shows as the account's name.
fn login_of(user: &User) -> String {
    let address = user.primary_email().map(ToString::to_string);
    address.or_else(|| user.username.as_ref().map(ToString::to_string)).unwrap_or_else(|| user.name.to_string())
}
