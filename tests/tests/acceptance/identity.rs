//! People from elsewhere: sign-in with a provider, and bearer tokens of a trusted issuer (A01, A02, I8).

use axum::extract::ConnectInfo;
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::identity_provider::{AUDIENCE, Algorithm, CLIENT, IdentityProvider, Mischief, Person, SECRET};
use membership_tests::on_every_store;
use membership_tests::visitor::Visitor;
use serde_json::json;
use server::config::{Followed, IssuerTable, ProviderTable, Settings, Switch, Verified};

on_every_store! {
    a_new_person_signs_in_with_a_provider_and_is_known_the_next_time,
    a01_an_account_is_entered_only_after_its_owner_has_linked_the_provider,
    two_providers_at_once_each_speak_for_their_own_people,
    two_providers_at_once_open_the_account_that_both_are_linked_to,
    what_a_provider_must_not_say_lets_nobody_in,
    what_a_statement_leaves_out_is_asked_for,
    every_kind_of_key_that_is_named_is_believed,
    a_return_belongs_to_one_browser_and_one_departure,
    i18_returns_that_let_nobody_in_are_limited_per_client,
    an_invitation_is_accepted_with_a_provider,
    a02_a_provider_that_names_another_address_spends_nothing,
    a_trusted_issuers_token_brings_its_person,
    only_a_token_that_holds_is_believed,
    keys_rotate_and_unknown_ones_are_not_asked_for_again_and_again,
    i8_whoever_was_removed_is_refused_whatever_the_token_says,
    accounts_can_be_kept_elsewhere,
}

/// The same deployment, trusting this provider in both ways.
pub(crate) fn trusting(deployment: Deployment, provider: &IdentityProvider) -> Deployment {
    deployment.again(|settings| trust(settings, provider))
}

fn trust(settings: &mut Settings, provider: &IdentityProvider) {
    settings.identity_providers = vec![ProviderTable {
        key: "acme".to_owned(),
        name: "Acme".to_owned(),
        issuer: provider.issuer.clone(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.into()),
        client_secret_file: None,
        scopes: vec!["email".to_owned(), "profile".to_owned()],
        sign_up: true,
        second_factor_acr: Vec::new(),
        second_factor_amr: Vec::new(),
    }];
    settings.trusted_issuers = vec![IssuerTable {
        issuer: provider.issuer.clone(),
        audience: AUDIENCE.to_owned(),
        jwks_url: Some(format!("{}/keys", provider.issuer)),
        jwks_file: None,
        subject_claim: "sub".to_owned(),
        email_claim: "email".to_owned(),
        name_claim: "name".to_owned(),
        email_verified: Verified::Claim,
        second_factor_acr: Vec::new(),
        second_factor_amr: Vec::new(),
        follow: vec![Followed::Name, Followed::Email],
    }];
}

async fn a_new_person_signs_in_with_a_provider_and_is_known_the_next_time(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let person = Person::new("Ada");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut browser = Visitor::new(&deployment);
        assert!(browser.get("/sign-in").await.text.contains("Continue with Acme"));
        let answer = browser.sign_in(&provider, &person).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/profile"), "{}", answer.text);
        let me = browser.as_client(&deployment).get("/api/v1/me").await.expect(200);
        assert_eq!(me["name"], "Ada");
        assert!(me.to_string().contains("ada@example.org"), "{me}");
        ids.push(me["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    provider.rotate();
    let unverified = Person { email_verified: false, ..Person::new("Bob") };
    let answer = Visitor::new(&deployment).sign_in(&provider, &unverified).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}

async fn a01_an_account_is_entered_only_after_its_owner_has_linked_the_provider(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = deployment.person("Ada").await;
    let person = Person::new("Ada");
    let mut stranger = Visitor::new(&deployment);
    let answer = stranger.sign_in(&provider, &person).await;
    assert_eq!((answer.status.as_u16(), stranger.token()), (409, None), "{}", answer.text);
    assert_eq!(ada.get("/api/v1/me/identities").await.expect(200)["total"], 0);

    let mut owner = Visitor::new(&deployment);
    owner.submit("/sign-in", "/sign-in", &format!("login={}&password={PASSWORD}", address("Ada"))).await;
    assert!(owner.token().is_some());
    let linked = owner.with(&provider, &person, ("/identities", "/identities/with/acme")).await;
    assert_eq!(linked.status, 303, "{}", linked.text);
    assert!(deployment.mail_to("ada@example.org").await.subject.contains("ways into your account"));
    let identities = owner.as_client(&deployment).get("/api/v1/me/identities").await.expect(200);
    assert_eq!(identities["items"][0]["issuer"], provider.issuer.as_str());

    let mut browser = Visitor::new(&deployment);
    assert_eq!(browser.sign_in(&provider, &person).await.status, 303);
    let by_provider = browser.as_client(&deployment);
    let me = by_provider.get("/api/v1/me").await.expect(200);
    assert_eq!(me["id"], ada.get("/api/v1/me").await.expect(200)["id"]);

    let id = identities["items"][0]["id"].as_str().unwrap();
    owner.as_client(&deployment).delete(&format!("/api/v1/me/identities/{id}")).await.expect(204);
    by_provider.get("/api/v1/me").await.refused(401, "not-signed-in");
    owner.as_client(&deployment).get("/api/v1/me").await.expect(200);
    assert_eq!(Visitor::new(&deployment).sign_in(&provider, &person).await.status, 409);
}

/// Two providers, and the same deployment, where people sign in with either of them.
async fn two_providers(deployment: Deployment) -> (IdentityProvider, IdentityProvider, Deployment) {
    let (acme, globex) = (IdentityProvider::start().await, IdentityProvider::start().await);
    let deployment = deployment.again(|settings| {
        trust(settings, &acme);
        let second = ProviderTable {
            key: "globex".to_owned(),
            name: "Globex".to_owned(),
            issuer: globex.issuer.clone(),
            ..settings.identity_providers[0].clone()
        };
        settings.identity_providers.push(second);
    });
    (acme, globex, deployment)
}

async fn two_providers_at_once_each_speak_for_their_own_people(deployment: Deployment) {
    let (acme, globex, deployment) = two_providers(deployment).await;
    let page = Visitor::new(&deployment).get("/sign-in").await.text;
    assert!(page.contains("Continue with Acme") && page.contains("Continue with Globex"), "{page}");
    let at_globex = ("/sign-in", "/sign-in/with/globex");
    let (mut ada, mut bob) = (Visitor::new(&deployment), Visitor::new(&deployment));
    assert_eq!(ada.sign_in(&acme, &Person::new("Ada")).await.status, 303);
    assert_eq!(bob.with(&globex, &Person::new("Bob"), at_globex).await.status, 303);
    for (browser, name, provider) in [(&ada, "Ada", &acme), (&bob, "Bob", &globex)] {
        let client = browser.as_client(&deployment);
        assert_eq!(client.get("/api/v1/me").await.expect(200)["name"], name);
        let identities = client.get("/api/v1/me/identities").await.expect(200);
        assert_eq!((&identities["total"], &identities["items"][0]["issuer"]), (&json!(1), &json!(provider.issuer)));
    }

    // Whom the other provider calls the same is somebody else: refused at Ada's address, and a new person at another.
    let mut stranger = Visitor::new(&deployment);
    let answer = stranger.with(&globex, &Person::new("Ada"), at_globex).await;
    assert_eq!((answer.status.as_u16(), stranger.token()), (409, None), "{}", answer.text);
    let namesake = Person { email: address("Namesake"), ..Person::new("Ada") };
    assert_eq!(stranger.with(&globex, &namesake, at_globex).await.status, 303);
    let mut ids = Vec::new();
    for browser in [&ada, &stranger] {
        ids.push(browser.as_client(&deployment).get("/api/v1/me").await.expect(200)["id"].clone());
    }
    assert_ne!(ids[0], ids[1]);

    // What the one hands out leads nowhere at the other.
    let mut eve = Visitor::new(&deployment);
    let departure = eve.depart("/sign-in", "/sign-in/with/acme").await;
    let by_acme = acme.sign_in(&departure, &Person::new("Eve"));
    let astray = by_acme.replace("/sign-in/back/acme", "/sign-in/back/globex");
    assert_eq!((eve.get(&astray).await.status.as_u16(), eve.token()), (400, None));
    let departure = eve.depart("/sign-in", "/sign-in/with/globex").await;
    let by_globex = globex.sign_in(&departure, &Person::new("Eve"));
    let code_in = |back: &str| back.split(['?', '&']).find_map(|it| it.strip_prefix("code=")).unwrap().to_owned();
    let swapped = by_globex.replace(&code_in(&by_globex), &code_in(&by_acme));
    let answer = eve.get(&swapped).await;
    assert!(answer.status.is_client_error() && eve.token().is_none(), "{}: {}", answer.status, answer.text);
}

async fn two_providers_at_once_open_the_account_that_both_are_linked_to(deployment: Deployment) {
    let (acme, globex, deployment) = two_providers(deployment).await;
    let me = deployment.person("Ada").await.get("/api/v1/me").await.expect(200);
    let person = Person::new("Ada");
    let mut owner = Visitor::new(&deployment);
    owner.submit("/sign-in", "/sign-in", &format!("login={}&password={PASSWORD}", address("Ada"))).await;
    for (provider, action) in [(&acme, "/identities/with/acme"), (&globex, "/identities/with/globex")] {
        let linked = owner.with(provider, &person, ("/identities", action)).await;
        assert_eq!(linked.status, 303, "{action}: {}", linked.text);
    }
    let identities = owner.as_client(&deployment).get("/api/v1/me/identities").await.expect(200);
    assert_eq!(identities["total"], 2, "{identities}");
    for (provider, action) in [(&acme, "/sign-in/with/acme"), (&globex, "/sign-in/with/globex")] {
        let mut browser = Visitor::new(&deployment);
        assert_eq!(browser.with(provider, &person, ("/sign-in", action)).await.status, 303);
        let opened = browser.as_client(&deployment).get("/api/v1/me").await.expect(200);
        assert_eq!(opened["id"], me["id"], "{action}");
    }
}

async fn what_a_provider_must_not_say_lets_nobody_in(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    for mischief in Mischief::ALL {
        provider.misbehave(Some(mischief));
        let mut browser = Visitor::new(&deployment);
        let answer = browser.sign_in(&provider, &Person::new("Ada")).await;
        assert_eq!((answer.status.as_u16(), browser.token()), (403, None), "{mischief:?}: {}", answer.text);
    }
    provider.misbehave(None);
    assert_eq!(Visitor::new(&deployment).sign_in(&provider, &Person::new("Ada")).await.status, 303);
}

async fn what_a_statement_leaves_out_is_asked_for(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    provider.say_little();
    let mut browser = Visitor::new(&deployment);
    let answer = browser.sign_in(&provider, &Person::new("Ada")).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let me = browser.as_client(&deployment).get("/api/v1/me").await.expect(200);
    assert_eq!((&me["name"], &me["emails"][0]["address"]), (&json!("Ada"), &json!("ada@example.org")));
    let unverified = Person { email_verified: false, ..Person::new("Bob") };
    assert_eq!(Visitor::new(&deployment).sign_in(&provider, &unverified).await.status, 403);
}

async fn every_kind_of_key_that_is_named_is_believed(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::EdDSA] {
        provider.sign_by(algorithm);
        // Known keys are looked at again for a new one at once, but only so often: each kind has a server of its own.
        let router = deployment.started_again();
        let token = provider.token(&Person::new("Bob"), AUDIENCE, &json!({}));
        Client::new(router.clone(), Some(token)).get("/api/v1/me").await.expect(200);
        let mut browser = Visitor::at(Client::new(router, None));
        let answer = browser.sign_in(&provider, &Person::new("Ada")).await;
        assert_eq!(answer.status, 303, "{algorithm:?}: {}", answer.text);
    }
}

async fn a_return_belongs_to_one_browser_and_one_departure(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let mut eve = Visitor::new(&deployment);
    let address = eve.depart("/sign-in", "/sign-in/with/acme").await;
    let back = provider.sign_in(&address, &Person::new("Eve"));
    let mut victim = Visitor::new(&deployment);
    assert_eq!((victim.get(&back).await.status.as_u16(), victim.token()), (400, None), "another browser");
    victim.depart("/sign-in", "/sign-in/with/acme").await;
    assert_eq!((victim.get(&back).await.status.as_u16(), victim.token()), (400, None), "another departure");
    assert_eq!(eve.get(&back).await.status, 303);
    assert_eq!(eve.get(&back).await.status, 400, "a second time");

    let mut late = Visitor::new(&deployment);
    let address = late.depart("/sign-in", "/sign-in/with/acme").await;
    let back = provider.sign_in(&address, &Person::new("Eve"));
    deployment.pass(time::Duration::minutes(11));
    assert_eq!(late.get(&back).await.status, 400, "too late");
    let mut refused = Visitor::new(&deployment);
    let address = refused.depart("/sign-in", "/sign-in/with/acme").await;
    let state = address.split('&').find_map(|it| it.strip_prefix("state=")).unwrap();
    let denied = refused.get(&format!("/sign-in/back/acme?error=access_denied&state={state}")).await;
    assert_eq!(denied.status, 403);
    assert!(denied.text.contains("broken off or refused"), "{}", denied.text);
}

async fn i18_returns_that_let_nobody_in_are_limited_per_client(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let peer = ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 4711)));
    let router = deployment.router().layer(axum::Extension(peer));
    let eve = || Visitor::at(Client::new(router.clone(), None));
    for _ in 0..5 {
        assert_eq!(eve().sign_in(&provider, &Person::new("Eve")).await.status, 303, "who is let in costs nothing");
    }
    for number in 0..60 {
        let guessed = eve().get("/sign-in/back/acme?code=guessed&state=guessed").await;
        assert_eq!(guessed.status, 400, "{number}");
    }
    let refused = eve().sign_in(&provider, &Person::new("Eve")).await;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(Visitor::new(&deployment).sign_in(&provider, &Person::new("Eve")).await.status, 303, "others go on");
}

/// The browser in which Bob has opened the link of his invitation to a team.
async fn opening_bobs_invitation(deployment: &Deployment, by: &Client, team: &str) -> Visitor {
    let form = json!({ "email": address("Bob"), "role": "member" });
    by.post(&format!("/api/v1/organizations/{team}/invitations"), form).await.expect(201);
    let link = deployment.link_to("bob@example.org").await;
    let mut browser = Visitor::new(deployment);
    browser.get(&format!("/i/{link}")).await;
    browser
}

async fn an_invitation_is_accepted_with_a_provider(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = deployment.person("Ada").await;
    let team = deployment.founded(&ada, "team").await;
    let mut browser = opening_bobs_invitation(&deployment, &ada, &team).await;
    let answer = browser.with(&provider, &Person::new("Bob"), ("/invitation", "/invitation/with/acme")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, &*format!("/organizations/{team}")));
    let memberships = browser.as_client(&deployment).get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(memberships["total"], 1);
}

async fn a02_a_provider_that_names_another_address_spends_nothing(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = deployment.person("Ada").await;
    let team = deployment.founded(&ada, "team").await;
    let mut browser = opening_bobs_invitation(&deployment, &ada, &team).await;
    let answer = browser.with(&provider, &Person::new("Eve"), ("/invitation", "/invitation/with/acme")).await;
    assert_eq!((answer.status.as_u16(), browser.token()), (409, None), "{}", answer.text);
    let pending = ada.get(&format!("/api/v1/organizations/{team}/invitations?state=pending")).await.expect(200);
    assert_eq!(pending["total"], 1, "nothing is spent");
    let again = browser.with(&provider, &Person::new("Bob"), ("/invitation", "/invitation/with/acme")).await;
    assert_eq!(again.status, 303, "{}", again.text);
}

fn bearer(deployment: &Deployment, token: &str) -> Client {
    Client::new(deployment.router(), Some(token.to_owned()))
}

async fn a_trusted_issuers_token_brings_its_person(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = Person::new("Ada");
    let first = bearer(&deployment, &provider.token(&ada, AUDIENCE, &json!({})));
    let me = first.get("/api/v1/me").await.expect(200);
    let team = deployment.founded(&first, "team").await;
    let later = bearer(&deployment, &provider.token(&ada, AUDIENCE, &json!({ "name": "Ada King", "jti": "2" })));
    let renamed = later.get("/api/v1/me").await.expect(200);
    assert_eq!((&renamed["id"], &renamed["name"]), (&me["id"], &json!("Ada King")));
    assert_eq!(later.get("/api/v1/me/memberships").await.expect(200)["total"], 1);
    later.delete("/api/v1/sign-ins/current").await.refused(409, "issued-elsewhere");

    let invitations = format!("/api/v1/organizations/{team}/invitations");
    later.post(&invitations, json!({ "email": address("Bob"), "role": "member" })).await.expect(201);
    let link = deployment.link_to("bob@example.org").await;
    let bob = bearer(&deployment, &provider.token(&Person::new("Bob"), AUDIENCE, &json!({})));
    let accepted = bob.post("/api/v1/invitations/accept", json!({ "token": link })).await.expect(201);
    assert_eq!(accepted["token"], serde_json::Value::Null, "no token of ours outlives the issuer's");
    let elsewhere = json!({ "email": "king@example.org", "jti": "3" });
    let moved = bearer(&deployment, &provider.token(&ada, AUDIENCE, &elsewhere));
    let members = moved.get(&format!("/api/v1/organizations/{team}/members?q=ada")).await.expect(200);
    assert_eq!(members["items"][0]["email"], "king@example.org", "organizations write where the issuer says");
}

async fn only_a_token_that_holds_is_believed(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = Person::new("Ada");
    let over = |claims: serde_json::Value| provider.token(&ada, AUDIENCE, &claims);
    let mut bad = vec![
        provider.token(&ada, "somebody else", &json!({})),
        over(json!({ "iss": "https://other.example" })),
        over(json!({ "exp": 1_000_000 })),
        over(json!({ "nbf": 99_999_999_999_i64 })),
        over(json!({ "sub": "" })),
        provider.forged(&ada, AUDIENCE, "none"),
        provider.forged(&ada, AUDIENCE, "HS256"),
    ];
    let good = over(json!({}));
    let (head, signature) = good.rsplit_once('.').unwrap();
    bad.push(format!("{head}.{}", signature.chars().rev().collect::<String>()));
    for token in bad {
        bearer(&deployment, &token).get("/api/v1/me").await.refused(401, "not-signed-in");
    }
    bearer(&deployment, &good).get("/api/v1/me").await.expect(200);
}

async fn keys_rotate_and_unknown_ones_are_not_asked_for_again_and_again(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = Person::new("Ada");
    let old = provider.token(&ada, AUDIENCE, &json!({}));
    bearer(&deployment, &old).get("/api/v1/me").await.expect(200);
    provider.rotate();
    bearer(&deployment, &provider.token(&ada, AUDIENCE, &json!({}))).get("/api/v1/me").await.expect(200);
    bearer(&deployment, &old).get("/api/v1/me").await.refused(401, "not-signed-in");
    let asked = provider.key_requests();
    for _ in 0..5 {
        bearer(&deployment, &old).get("/api/v1/me").await.refused(401, "not-signed-in");
    }
    assert_eq!(provider.key_requests(), asked);
}

async fn i8_whoever_was_removed_is_refused_whatever_the_token_says(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = trusting(deployment, &provider);
    let ada = deployment.person("Ada").await;
    let team = deployment.founded(&ada, "team").await;
    let invitations = format!("/api/v1/organizations/{team}/invitations");
    ada.post(&invitations, json!({ "email": address("Bob"), "role": "admin" })).await.expect(201);
    let link = deployment.link_to("bob@example.org").await;
    let bob = bearer(&deployment, &provider.token(&Person::new("Bob"), AUDIENCE, &json!({})));
    let accepted = bob.post("/api/v1/invitations/accept", json!({ "token": link })).await.expect(201);
    let members = format!("/api/v1/organizations/{team}/members");
    bob.get(&members).await.expect(200);
    let member = accepted["membership"]["id"].as_str().unwrap();
    ada.delete(&format!("{members}/{member}")).await.expect(204);
    bob.get(&members).await.refused(404, "unknown-organization");
}

async fn accounts_can_be_kept_elsewhere(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let ada = deployment.person("Ada").await;
    let deployment = deployment.again(|settings| {
        trust(settings, &provider);
        settings.accounts = Switch::Off;
    });
    drop(ada);
    let nobody = deployment.nobody();
    let login = json!({ "login": address("Ada"), "password": PASSWORD });
    nobody.post("/api/v1/sign-ins", login).await.refused(403, "own-accounts-off");
    let form = json!({ "email": address("Bob"), "name": "Bob", "password": PASSWORD });
    nobody.post("/api/v1/users", form).await.refused(403, "own-accounts-off");
    let recovery = json!({ "login": address("Ada") });
    nobody.post("/api/v1/password-resets", recovery).await.refused(403, "own-accounts-off");
    assert!(!Visitor::new(&deployment).get("/sign-in").await.text.contains("type=\"password\""));
    let bob = bearer(&deployment, &provider.token(&Person::new("Bob"), AUDIENCE, &json!({})));
    bob.get("/api/v1/me").await.expect(200);
    bob.put("/api/v1/me/password", Some(json!({ "password": PASSWORD }))).await.refused(403, "own-accounts-off");
}
