//! Passwords by argon2id, with bounded concurrency, off the threads that serve requests (A61, A67).

use std::sync::Arc;

use argon2::password_hash::phc;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use async_trait::async_trait;
use membership_core::port::{Overloaded, Passwords};
use membership_core::user::PasswordHash;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// Argon2id, by default with the library's parameters (19 MiB, two passes: OWASP's recommendation).
pub struct Argon2Passwords {
    argon2: Argon2<'static>,
    /// As many at a time as there are cores.
    working: Arc<Semaphore>,
    /// As many again may wait, times eight; more are turned away (I18).
    waiting: Arc<Semaphore>,
    /// What an unknown login is compared with, so that it takes the same time.
    dummy: String,
}

impl Argon2Passwords {
    /// A hasher for this machine.
    ///
    /// # Errors
    /// Says what the system's source of randomness said.
    pub fn new() -> Result<Self, String> {
        Self::with(Argon2::default())
    }

    /// A hasher with other parameters.
    ///
    /// # Errors
    /// Says what the system's source of randomness said.
    pub fn with(argon2: Argon2<'static>) -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let dummy = hash(&argon2, "nobody has this password").ok_or("no randomness to salt passwords with")?;
        Ok(Self {
            argon2,
            working: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(cores.saturating_mul(8))),
            dummy,
        })
    }

    async fn bounded<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Result<T, Overloaded> {
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| Overloaded)?;
        let turn = self.working.clone().acquire_owned().await.map_err(|_| Overloaded)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.ok().flatten().ok_or(Overloaded)
    }
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, Overloaded> {
        let argon2 = self.argon2.clone();
        self.bounded(move || hash(&argon2, password.expose_secret())).await.map(PasswordHash::new)
    }

    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool, Overloaded> {
        let is_known = hash.is_some();
        let phc = hash.map_or_else(|| self.dummy.clone(), |hash| hash.expose().to_owned());
        let matches = self.bounded(move || Some(matches(password.expose_secret(), &phc))).await?;
        Ok(matches && is_known)
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Option<String> {
    let hash: phc::PasswordHash = argon2.hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

fn matches(password: &str, phc: &str) -> bool {
    phc::PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Argon2Passwords::new().unwrap();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn i18_more_than_can_wait_are_turned_away() {
        let passwords = Argon2Passwords::new().unwrap();
        let places = passwords.waiting.available_permits();
        let _taken = passwords.waiting.clone().acquire_many_owned(u32::try_from(places).unwrap()).await.unwrap();
        assert_eq!(passwords.hash("correct horse".into()).await.unwrap_err(), Overloaded);
    }
}
