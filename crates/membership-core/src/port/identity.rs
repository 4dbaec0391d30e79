//! Who vouches for people from elsewhere: providers that a browser is sent to, and issuers whose tokens are accepted.

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::identity::Assertion;

/// An identity provider as its button shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Names it in addresses and settings.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Its issuer, by which an account's identities name it.
    pub issuer: String,
    /// Whether the operator takes its word that somebody has shown a second factor.
    pub second_factor: bool,
    /// Whether somebody without an account gets one by signing in; otherwise an invitation must come first.
    pub sign_up: bool,
}

/// What begins at a provider.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Where the browser goes.
    pub address: String,
    /// What it must come back with, to be kept where only that browser has it.
    pub pending: Pending,
}

/// What binds a browser's return to its departure.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Comes back in the address (RFC 6749, section 10.12).
    pub state: SecretString,
    /// Comes back inside the signed statement (OpenID Connect Core, section 3.1.2.1).
    pub nonce: SecretString,
    /// Shows that whoever redeems the code is who asked for it (RFC 7636).
    pub verifier: SecretString,
}

/// What a browser comes back with.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// The state it was sent with.
    pub state: Option<String>,
    /// The code to be redeemed, once.
    pub code: Option<SecretString>,
    /// Who says so (RFC 9207), if the provider tells.
    pub issuer: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// Why a provider's sign-in came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// There is no provider of that key.
    #[error("there is no such provider")]
    Unknown,
    /// The person, or the provider, said no.
    #[error("the provider let nobody in: {0}")]
    Denied(String),
    /// The return does not belong to this browser's departure, or came twice or too late.
    #[error("the return from the provider does not belong to a sign-in that this browser began")]
    Astray,
    /// What the provider said cannot be believed: signature, issuer, audience, nonce or time is not right.
    #[error("what the provider said cannot be believed: {0}")]
    Disbelieved(String),
    /// The provider cannot be reached, or does not answer as one.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
}

/// The identity providers of this deployment.
#[async_trait]
pub trait IdentityProviders: Send + Sync {
    /// All of them, in the order in which they are shown.
    fn all(&self) -> &[Provider];

    /// Begins a sign-in at a provider. `second_factor` asks it for one (`acr_values`), where it is trusted for that; a wish,
    /// of which only the answer tells whether it was granted.
    ///
    /// # Errors
    /// [`ProviderError::Unknown`] and [`ProviderError::Unreachable`].
    async fn depart(&self, key: &str, second_factor: bool) -> Result<Departure, ProviderError>;

    /// Learns who it is that has come back.
    ///
    /// # Errors
    /// Any [`ProviderError`]; then nothing is known of anybody.
    async fn arrive(&self, key: &str, pending: &Pending, arrival: &Arrival) -> Result<Assertion, ProviderError>;
}

/// Somebody for whom a trusted issuer's token vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// What the token says.
    pub assertion: Assertion,
    /// When it was issued, as far as it says.
    pub issued_at: OffsetDateTime,
    /// From this instant on it is worth nothing.
    pub expires_at: OffsetDateTime,
    /// Whether the account's name follows the token's.
    pub follows_name: bool,
    /// Whether the account's address follows the token's.
    pub follows_email: bool,
}

/// The keys of an issuer cannot be had now, so that its token can be neither believed nor refused. Try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the keys of `{issuer}` cannot be had now: {reason}")]
pub struct IssuerUnreachable {
    /// Which issuer.
    pub issuer: String,
    /// Why, for the log.
    pub reason: String,
}

/// The issuers whose tokens are accepted instead of our own.
#[async_trait]
pub trait TrustedIssuers: Send + Sync {
    /// Whom a bearer token vouches for; `None` if it is none of a trusted issuer, or does not hold.
    ///
    /// # Errors
    /// [`IssuerUnreachable`].
    async fn vouch(&self, token: &str) -> Result<Option<Vouched>, IssuerUnreachable>;
}
