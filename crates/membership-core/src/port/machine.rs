//! What a service takes from the machine it runs on: time, randomness, slow hashes, a bell.

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::user::PasswordHash;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now, in UTC and whole microseconds.
    fn now(&self) -> OffsetDateTime;
}

/// Cuts a time to whole microseconds, which is what databases keep. Done once, where a time enters.
pub fn to_micros(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_microsecond(at.microsecond()).unwrap_or(at)
}

/// New ids and secrets.
pub trait Random: Send + Sync {
    /// A new id, version 7 (RFC 9562).
    fn id(&self) -> Uuid;

    /// 32 bytes nobody can guess.
    fn secret(&self) -> [u8; 32];
}

/// Hashes passwords. Slow on purpose; never called inside a transaction.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A new hash of a password.
    ///
    /// # Errors
    /// [`Overloaded`] if too many are waiting.
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, Overloaded>;

    /// Whether the password is the hashed one. Without a hash it takes the same time and says no (A61).
    ///
    /// # Errors
    /// [`Overloaded`] if too many are waiting.
    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool, Overloaded>;
}

/// Too much of the same work waits already (I18). Try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests of this kind are waiting; try again in a few seconds")]
pub struct Overloaded;

/// Told after each commit that left mail to be sent, so that the courier need not wait for its next round.
pub trait Doorbell: Send + Sync {
    /// There is mail.
    fn ring(&self);
}
