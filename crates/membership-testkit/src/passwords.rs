//! Passwords without the work, so that tests are fast.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use membership_core::port::{Overloaded, Passwords};
use membership_core::user::PasswordHash;
use secrecy::{ExposeSecret, SecretString};

/// Keeps passwords as they are. Of no worth but in tests.
#[derive(Debug, Default)]
pub struct PlainPasswords {
    overloaded: AtomicBool,
}

impl PlainPasswords {
    /// From now on says that too many passwords are waiting, or no longer.
    pub fn overload(&self, overloaded: bool) {
        self.overloaded.store(overloaded, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), Overloaded> {
        if self.overloaded.load(Ordering::SeqCst) { Err(Overloaded) } else { Ok(()) }
    }
}

#[async_trait]
impl Passwords for PlainPasswords {
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, Overloaded> {
        self.check()?;
        Ok(PasswordHash::new(format!("plain${}", password.expose_secret())))
    }

    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool, Overloaded> {
        self.check()?;
        Ok(hash.is_some_and(|hash| hash.expose().strip_prefix("plain$") == Some(password.expose_secret())))
    }
}
