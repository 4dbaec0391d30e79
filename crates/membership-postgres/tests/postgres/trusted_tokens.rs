//! What a trusted issuer's token costs: every request of a host application's person shows one.

use std::sync::Arc;

use async_trait::async_trait;
use membership_core::identity::{Assertion, Subject};
use membership_core::port::{IssuerUnreachable, Overloaded, Passwords, TrustedIssuers, Vouched};
use membership_core::quota::MailLimits;
use membership_core::secret::{HmacLinks, LinkKey};
use membership_core::service::{AccountRules, Accounts, Memberships, Ports};
use membership_core::system::SystemRandom;
use membership_core::user::PasswordHash;
use secrecy::SecretString;
use time::Duration;

use crate::fixtures::*;
use crate::round_trips::counted;
use crate::server::with_database;

/// An issuer that has signed two tokens: `before`, and `after` Ada has married.
struct Issuer(Vouched);

#[async_trait]
impl TrustedIssuers for Issuer {
    async fn vouch(&self, token: &str) -> Result<Option<Vouched>, IssuerUnreachable> {
        let mut vouched = self.0.clone();
        vouched.assertion.name = match token {
            "before" => "Ada Byron".parse().ok(),
            "after" => "Ada King".parse().ok(),
            _ => return Ok(None),
        };
        Ok(Some(vouched))
    }
}

/// Nobody here has a password.
struct NoPasswords;

#[async_trait]
impl Passwords for NoPasswords {
    async fn hash(&self, _password: SecretString) -> Result<PasswordHash, Overloaded> {
        Err(Overloaded)
    }

    async fn verify(&self, _password: SecretString, _hash: Option<PasswordHash>) -> Result<bool, Overloaded> {
        Err(Overloaded)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_token_it_is_takes_one_round_trip() {
    with_database(|database| async move {
        let (proxy, store) = counted(&database).await;
        let now = found(&store).await.now;
        let vouched = Vouched {
            assertion: Assertion {
                subject: Subject::parse("https://app.example.org", "user-7").unwrap(),
                email: Some(address("ada-of-app")),
                email_verified: true,
                name: None,
                language: None,
                second_factor: false,
            },
            issued_at: now,
            expires_at: now + Duration::minutes(5),
            follows_name: true,
            follows_email: true,
        };
        let ports = Ports {
            store: Arc::new(store.clone()),
            directory: Arc::new(store.clone()),
            links: Arc::new(HmacLinks::new(LinkKey::new(1, [7; 32]), Vec::new())),
            random: Arc::new(SystemRandom::new().unwrap()),
            doorbell: None,
            limits: MailLimits::off(),
        };
        let accounts = Accounts::new(Memberships::new(ports), Arc::new(NoPasswords), AccountRules::default());
        let accounts = accounts.trusting(Arc::new(Issuer(vouched)));
        let first = accounts.authenticate("before").await.unwrap().unwrap();

        for _ in 0..3 {
            proxy.trips();
            let again = accounts.authenticate("before").await.unwrap().unwrap();
            assert_eq!(proxy.trips(), 1, "somebody known");
            assert_eq!((again.user.id, &again.user.name), (first.user.id, &first.user.name));
        }
        assert_eq!(accounts.authenticate("forged").await.unwrap(), None);
        assert_eq!(proxy.trips(), 0, "a token that is not believed");

        let renamed = accounts.authenticate("after").await.unwrap().unwrap();
        assert_eq!((renamed.user.id, renamed.user.name.as_str()), (first.user.id, "Ada King"));
        proxy.trips();
        accounts.authenticate("after").await.unwrap();
        assert_eq!(proxy.trips(), 1, "what has been followed is not followed again");
    })
    .await;
}
