//! The server's own passwords, counted: what takes time at a sign-in is how many hashes it costs.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use membership_core::port::{Overloaded, Passwords};
use membership_core::user::PasswordHash;
use secrecy::SecretString;
use server::passwords::Argon2Passwords;

/// Passwords as the server hashes them, counted.
pub struct CountedPasswords {
    real: Argon2Passwords,
    count: AtomicUsize,
}

impl CountedPasswords {
    /// None so far.
    pub(crate) fn new() -> Self {
        Self { real: Argon2Passwords::new().expect("passwords can be hashed"), count: AtomicUsize::new(0) }
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
        self.count.fetch_add(1, Ordering::SeqCst);
        self.real.verify(password, hash).await
    }
}
