//! What checks passkeys (WebAuthn Level 3): challenges for the browser, and whether its answers hold.

use crate::id::UserId;
use crate::second_factor::Passkey;

/// A challenge for the browser, and what its answer is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The options for the browser's `navigator.credentials`, as JSON.
    pub options: String,
    /// What the check of the answer needs; to be sealed, for whoever knows it could answer.
    pub state: String,
}

/// A passkey whose answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredPasskey {
    /// The credential's id in base 64.
    pub credential_id: String,
    /// What is to be written down of it from now on.
    pub credential: String,
}

/// Checks passkeys. Pure computation: what is to be remembered between challenge and answer is the caller's to keep.
pub trait Passkeys: Send + Sync {
    /// A challenge to make a passkey for a person who has these already.
    fn offer(&self, user: UserId, login: &str, name: &str, held: &[Passkey]) -> Option<Ceremony>;

    /// The passkey that was made, if the answer holds.
    fn made(&self, state: &str, answer: &str) -> Option<AnsweredPasskey>;

    /// A challenge to show one of these passkeys; any discoverable one of this deployment if none are named.
    fn ask(&self, held: &[Passkey]) -> Option<Ceremony>;

    /// Whose passkey an answer to a challenge for any passkey claims to be. It proves nothing yet.
    fn claimed(&self, answer: &str) -> Option<UserId>;

    /// The passkey that was shown, if the answer holds and it is one of these. To a challenge for any passkey, only one
    /// that has verified its user holds.
    fn shown(&self, state: &str, answer: &str, held: &[Passkey]) -> Option<AnsweredPasskey>;
}
