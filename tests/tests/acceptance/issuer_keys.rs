//! The keys of a trusted issuer: of every kind, from an address or a file, and kept while no new ones can be had.

use std::sync::Arc;

use membership_core::identity::SecondFactorTrust;
use membership_core::port::{Clock, TrustedIssuers};
use membership_core::system::SystemClock;
use membership_oidc::{EmailTrust, IssuerOptions, JwtIssuers, KeySource};
use membership_testkit::ManualClock;
use membership_tests::identity_provider::{AUDIENCE, Algorithm, IdentityProvider, Person};
use serde_json::json;
use time::Duration;

/// An issuer that is trusted, by a clock of our own.
struct Trusted {
    issuers: JwtIssuers,
    clock: Arc<ManualClock>,
}

impl Trusted {
    fn with(provider: &IdentityProvider, keys: KeySource) -> Self {
        let options = IssuerOptions {
            issuer: provider.issuer.clone(),
            audience: AUDIENCE.to_owned(),
            keys,
            subject_claim: "sub".to_owned(),
            email_claim: "email".to_owned(),
            name_claim: "name".to_owned(),
            email_trust: EmailTrust::Claim,
            second_factor: SecondFactorTrust::default(),
            follows_name: false,
            follows_email: false,
        };
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let world: Arc<dyn Clock> = clock.clone();
        Self { issuers: JwtIssuers::new(vec![options], &world).unwrap(), clock }
    }

    fn by_address(provider: &IdentityProvider) -> Self {
        Self::with(provider, KeySource::Url(format!("{}/keys", provider.issuer)))
    }

    /// Whether Ada's token is believed; `None` if that cannot be told now.
    async fn believes(&self, token: &str) -> Option<bool> {
        self.issuers
            .vouch(token)
            .await
            .ok()
            .map(|it| it.is_some_and(|it| it.assertion.subject.subject() == "subject-of-ada"))
    }
}

fn token(provider: &IdentityProvider) -> String {
    provider.token(&Person::new("Ada"), AUDIENCE, &json!({}))
}

#[tokio::test]
async fn tokens_of_every_kind_of_key_are_believed() {
    for algorithm in [Algorithm::ES256, Algorithm::RS256, Algorithm::PS256, Algorithm::EdDSA] {
        let provider = IdentityProvider::start().await;
        provider.sign_by(algorithm);
        let trusted = Trusted::by_address(&provider);
        let good = token(&provider);
        assert_eq!(trusted.believes(&good).await, Some(true), "{algorithm:?}");
        let (head, signature) = good.rsplit_once('.').unwrap();
        let bent = format!("{head}.{}", signature.chars().rev().collect::<String>());
        assert_eq!(trusted.believes(&bent).await, Some(false), "{algorithm:?}");
    }
}

#[tokio::test]
async fn a_key_signs_by_the_algorithm_it_is_published_for_only() {
    let provider = IdentityProvider::start().await;
    provider.sign_by(Algorithm::PS256);
    let published = provider.key_set();
    let mut set = published.clone();
    set["keys"][0]["alg"] = json!("RS256");
    let folder = tempfile::tempdir().unwrap();
    for (keys, believed) in [(published, true), (set, false)] {
        let path = folder.path().join("keys.json");
        std::fs::write(&path, keys.to_string()).unwrap();
        let trusted = Trusted::with(&provider, KeySource::File(path));
        assert_eq!(trusted.believes(&token(&provider)).await, Some(believed));
    }
}

#[tokio::test]
async fn keys_in_a_file_are_read_again_when_a_token_names_a_new_one() {
    let provider = IdentityProvider::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let write = || std::fs::write(&path, provider.key_set().to_string()).unwrap();
    let trusted = Trusted::with(&provider, KeySource::File(path.clone()));
    let old = token(&provider);
    assert_eq!(trusted.believes(&old).await, None, "there is no file yet");
    trusted.clock.advance(Duration::seconds(4));
    write();
    assert_eq!(trusted.believes(&old).await, Some(true));
    provider.rotate();
    write();
    assert_eq!(trusted.believes(&token(&provider)).await, Some(true));
    assert_eq!(trusted.believes(&old).await, Some(false));
    assert_eq!(provider.key_requests(), 0, "nobody asks the issuer");
}

#[tokio::test]
async fn known_keys_stay_good_while_no_new_ones_can_be_had() {
    let provider = IdentityProvider::start().await;
    let trusted = Trusted::by_address(&provider);
    let good = token(&provider);
    assert_eq!(trusted.believes(&good).await, Some(true));
    provider.keep_keys_back(true);
    for hours in 1..4 {
        trusted.clock.advance(Duration::hours(1));
        assert_eq!(trusted.believes(&good).await, Some(true));
        assert_eq!(trusted.believes(&good).await, Some(true));
        assert_eq!(provider.key_requests(), 1 + hours, "looked for once, then there is a pause");
    }
    // A key of that hour that nobody could learn is none; it is as soon as it can be learnt.
    provider.rotate();
    let new = token(&provider);
    assert_eq!(trusted.believes(&new).await, Some(false));
    provider.keep_keys_back(false);
    trusted.clock.advance(Duration::seconds(31));
    assert_eq!((trusted.believes(&new).await, trusted.believes(&good).await), (Some(true), Some(false)));
}

#[tokio::test]
async fn without_any_keys_nothing_is_told_and_the_issuer_is_asked_now_and_then() {
    let provider = IdentityProvider::start().await;
    let trusted = Trusted::by_address(&provider);
    provider.keep_keys_back(true);
    let good = token(&provider);
    for _ in 0..5 {
        assert_eq!(trusted.believes(&good).await, None);
    }
    assert_eq!(provider.key_requests(), 1);
    provider.keep_keys_back(false);
    trusted.clock.advance(Duration::seconds(3));
    assert_eq!(trusted.believes(&good).await, Some(true));
}

#[tokio::test]
async fn whoever_has_a_known_key_waits_for_nobody_and_many_ask_once() {
    let provider = IdentityProvider::start().await;
    let trusted = Trusted::by_address(&provider);
    let good = token(&provider);
    let all = futures_util::future::join_all((0..20).map(|_| trusted.believes(&good))).await;
    assert!(all.iter().all(|it| *it == Some(true)), "{all:?}");
    assert_eq!(provider.key_requests(), 1);
}
