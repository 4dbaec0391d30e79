//! Second factors on the wire.

use membership_core::id::{PasskeyId, UserId};
use membership_core::input::InvalidInput;
use membership_core::refusal::Refusal;
use membership_core::second_factor;
use membership_core::secret::{SignInToken, TokenHash};
use membership_core::service::{Challenge, Evidence, FactorSetUp, MyFactors, TotpOffer};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// What somebody shows to prove who they are: exactly one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// The password: for whoever has no second factor.
    #[schema(format = Password)]
    password: Option<String>,
    /// The code that the authenticator app shows.
    totp: Option<String>,
    /// One of the recovery codes.
    recovery_code: Option<String>,
    /// A passkey's answer to a challenge of `POST /me/proof/challenge`.
    passkey: Option<PasskeyAnswer>,
}

impl Proof {
    pub(crate) fn evidence(&self) -> Result<Evidence, InvalidInput> {
        shown(self.password.as_deref(), self.totp.as_deref(), self.recovery_code.as_deref(), self.passkey.as_ref())
    }
}

/// A passkey's answer to a challenge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyAnswer {
    /// What came with the challenge.
    pub(crate) challenge: String,
    /// What `navigator.credentials` gave, by its `toJSON()`.
    #[schema(value_type = Object)]
    pub(crate) credential: Value,
}

/// A challenge for a passkey.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyChallenge {
    /// Goes back with the answer, within five minutes.
    challenge: String,
    /// The options for `navigator.credentials`, as `PublicKeyCredential.parse…OptionsFromJSON` reads them.
    #[schema(value_type = Object)]
    options: Value,
}

impl From<Challenge> for PasskeyChallenge {
    fn from(challenge: Challenge) -> Self {
        // The core hands on what the library wrote, which is JSON.
        let options = serde_json::from_str(&challenge.options).unwrap_or_default();
        Self { challenge: challenge.token, options }
    }
}

/// A passkey that was made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPasskey {
    /// What its owner calls it.
    pub(crate) name: String,
    /// What came with the challenge.
    pub(crate) challenge: String,
    /// What `navigator.credentials.create` gave, by its `toJSON()`.
    #[schema(value_type = Object)]
    pub(crate) credential: Value,
}

/// A sign-in that waits for the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pending {
    /// What the answer to the first factor gave.
    pub(crate) pending_token: String,
}

/// The second factor of a sign-in that waits for it: exactly one of these besides the token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PendingProof {
    /// What the answer to the first factor gave.
    pending_token: String,
    /// The code that the authenticator app shows.
    totp: Option<String>,
    /// One of the recovery codes.
    recovery_code: Option<String>,
    /// A passkey's answer to a challenge of `POST /sign-ins/passkey-challenge`.
    passkey: Option<PasskeyAnswer>,
}

impl PendingProof {
    pub(crate) fn evidence(&self) -> Result<Evidence, InvalidInput> {
        shown(None, self.totp.as_deref(), self.recovery_code.as_deref(), self.passkey.as_ref())
    }

    /// The sign-in that goes on.
    ///
    /// # Errors
    /// [`Refusal::PendingSignInOver`] for what is no such token.
    pub(crate) fn from(&self) -> Result<(UserId, TokenHash), Refusal> {
        pending(&self.pending_token)
    }
}

/// The sign-in that goes on with a pending token.
///
/// # Errors
/// [`Refusal::PendingSignInOver`] for what is no such token.
pub(crate) fn pending(token: &str) -> Result<(UserId, TokenHash), Refusal> {
    SignInToken::read_pending(token.trim()).ok_or(Refusal::PendingSignInOver)
}

fn shown(
    password: Option<&str>,
    totp: Option<&str>,
    code: Option<&str>,
    passkey: Option<&PasskeyAnswer>,
) -> Result<Evidence, InvalidInput> {
    match (password, totp, code, passkey) {
        (Some(password), None, None, None) => Ok(Evidence::Password(SecretString::from(password))),
        (None, Some(code), None, None) => Ok(Evidence::Totp(code.to_owned())),
        (None, None, Some(code), None) => Ok(Evidence::RecoveryCode(SecretString::from(code))),
        (None, None, None, Some(it)) => {
            Ok(Evidence::Passkey { challenge: it.challenge.clone(), answer: it.credential.to_string() })
        }
        _ => Err(InvalidInput::new("body", "not-one-proof", "must name exactly one thing that is shown")),
    }
}

/// One's second factors.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactors {
    /// Whether an authenticator app is set up.
    totp: bool,
    passkeys: Vec<Passkey>,
    /// How many recovery codes are left.
    recovery_codes: usize,
    /// Whether one has shown a moment ago who one is, so that all of it can be changed.
    fresh: bool,
}

/// One of one's passkeys.
#[derive(Serialize, ToSchema)]
struct Passkey {
    id: Uuid,
    name: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    used_at: Option<OffsetDateTime>,
}

impl SecondFactors {
    pub(crate) fn of(factors: &second_factor::SecondFactors, fresh: bool) -> Self {
        let passkey = |it: &second_factor::Passkey| {
            let PasskeyId(id) = it.id;
            Passkey { id, name: it.name.clone(), created_at: it.created_at, used_at: it.used_at }
        };
        Self {
            totp: factors.confirmed_totp().is_some(),
            passkeys: factors.passkeys.iter().map(passkey).collect(),
            recovery_codes: factors.codes.len(),
            fresh,
        }
    }
}

impl From<&MyFactors> for SecondFactors {
    fn from(mine: &MyFactors) -> Self {
        Self::of(&mine.factors, mine.fresh)
    }
}

/// An authenticator app to be set up.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewTotp {
    /// The secret, as it is typed into an app.
    secret: String,
    /// The same as an address for a QR code (`otpauth://totp/…`).
    address: String,
}

impl From<TotpOffer> for NewTotp {
    fn from(offer: TotpOffer) -> Self {
        Self { secret: offer.secret, address: offer.address }
    }
}

/// A code that shows that the app was set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// Six digits.
    pub(crate) code: String,
}

/// A factor that was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactorAdded {
    /// The bearer token that takes the place of the one the request came with.
    token: String,
    /// Ten codes for when the factor is lost, shown once; empty if there are some already.
    recovery_codes: Vec<String>,
}

impl From<&FactorSetUp> for FactorAdded {
    fn from(set_up: &FactorSetUp) -> Self {
        Self { token: set_up.signed_in.token.expose().to_owned(), recovery_codes: set_up.codes.clone() }
    }
}

/// Recovery codes, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    pub(crate) recovery_codes: Vec<String>,
}
