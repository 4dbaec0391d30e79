//! The server's own passwords, counted: what takes time at a sign-in is how many hashes it costs.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use membership_core::port::{Overloaded, Passwords};
use membership_core::user::PasswordHash;
use secrecy::SecretString;
use server::passwords::Argon2Passwords;

/// What a password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// As much as in a deployment.
    Real,
    /// A tenth of it or less, for thousands of them.
    Low,
    /// As little as [`Cost::Low`], and nothing at all for whoever has no account: what A61 forbids, to see that it shows.
    LowAndLeaking,
}

/// Passwords as the server hashes them, counted.
pub struct CountedPasswords {
    real: Argon2Passwords,
    leaks: bool,
    count: AtomicUsize,
}

impl CountedPasswords {
    /// None so far.
    pub(crate) fn of(cost: Cost) -> Self {
        let low = || Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1_024, 1, 1, None).expect("small"));
        let argon2 = if cost == Cost::Real { Argon2::default() } else { low() };
        Self {
            real: Argon2Passwords::with(argon2).expect("passwords can be hashed"),
            leaks: cost == Cost::LowAndLeaking,
            count: AtomicUsize::new(0),
        }
    }

    /// How many were hashed or compared.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Passwords for CountedPasswords {
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, Overloaded> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.real.hash(password).await
    }

    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool, Overloaded> {
        if self.leaks && hash.is_none() {
            return Ok(false);
        }
        self.count.fetch_add(1, Ordering::SeqCst);
        self.real.verify(password, hash).await
    }
}
