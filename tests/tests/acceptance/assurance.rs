//! How well it is known who acts: a second factor that was shown elsewhere, keys made with one factor, and what becomes of
//! a sign-in when its owner may more than before (A32, A64, I8, S1.3, S1.10).

use http::{Method, Request};
use membership_tests::client::{Answer, Client};
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::identity_provider::{AUDIENCE, IdentityProvider, Person, TWO_FACTORS};
use membership_tests::on_every_store;
use membership_tests::visitor::Visitor;
use serde_json::{Value, json};
use time::Duration;

use crate::identity::trusting;
use crate::second_factor::enrolled;

on_every_store! {
    s1_3_a_second_factor_that_a_trusted_provider_has_seen_counts,
    what_an_untrusted_provider_says_of_a_second_factor_counts_for_nothing,
    a_claim_of_the_wrong_type_is_no_second_factor,
    a_provider_is_asked_for_a_second_factor_where_the_policy_asks_for_one,
    a_second_factor_shown_elsewhere_is_not_asked_for_again_here,
    whoever_has_a_second_factor_shows_it_to_link_a_provider,
    a_trusted_issuers_token_tells_of_a_second_factor_where_it_is_believed,
    i8_a_key_made_with_one_factor_is_refused_once_a_second_one_is_asked_for,
    a64_a_raised_role_replaces_the_cookie_on_the_next_page,
    a64_of_many_requests_at_once_one_gets_the_fresh_cookie,
    a64_an_invitation_accepted_from_the_list_replaces_the_cookie,
    a64_what_takes_nothing_more_away_replaces_nothing,
}

/// The same deployment, taking this provider's word on second factors in both of its ways to say so.
fn believing(deployment: Deployment, provider: &IdentityProvider) -> Deployment {
    trusting(deployment, provider).again(|settings| {
        for table in &mut settings.identity_providers {
            table.second_factor_acr = vec![TWO_FACTORS.to_owned(), "gold".to_owned()];
            table.second_factor_amr = vec!["mfa".to_owned()];
        }
        for table in &mut settings.trusted_issuers {
            table.second_factor_acr = vec![TWO_FACTORS.to_owned()];
            table.second_factor_amr = vec!["mfa".to_owned()];
        }
    })
}

/// Somebody who comes from the provider, which says this of how they signed in there.
async fn coming(deployment: &Deployment, provider: &IdentityProvider, name: &str, says: Value) -> Client {
    provider.say(says.clone());
    let mut visitor = Visitor::new(deployment);
    let answer = visitor.sign_in(provider, &Person::new(name)).await;
    assert_eq!(answer.status, 303, "{says}: {}", answer.text);
    visitor.as_client(deployment)
}

/// An organization of Ada's that asks its administrators for a second factor, which she shows at the provider.
async fn asking(deployment: &Deployment, provider: &IdentityProvider, of: &str) -> String {
    let ada = coming(deployment, provider, "Ada", json!({ "acr": TWO_FACTORS })).await;
    let organization = deployment.founded(&ada, "team").await;
    let policy = format!("/api/v1/organizations/{organization}/policy");
    ada.put(&policy, Some(json!({ "second_factor": of }))).await.expect(200);
    organization
}

/// What becomes of an invitation that somebody sends.
async fn invites(by: &Client, organization: &str, number: usize) -> Answer {
    let form = json!({ "email": format!("guest{number}@example.org") });
    by.post(&format!("/api/v1/organizations/{organization}/invitations"), form).await
}

async fn s1_3_a_second_factor_that_a_trusted_provider_has_seen_counts(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    let organization = asking(&deployment, &provider, "administrators").await;
    for (number, (says, counts)) in [
        (json!({ "acr": TWO_FACTORS }), true),
        (json!({ "acr": "gold" }), true),
        (json!({ "amr": ["pwd", "mfa"] }), true),
        (json!({ "acr": "1", "amr": ["mfa"] }), true),
        (json!({}), false),
        (json!({ "acr": "" }), false),
        (json!({ "acr": "GOLD" }), false),
        (json!({ "acr": format!("{TWO_FACTORS} ") }), false),
        (json!({ "acr": "mfa" }), false),
        (json!({ "amr": [] }), false),
        (json!({ "amr": ["pwd", "otp"] }), false),
        (json!({ "amr": ["MFA"] }), false),
        (json!({ "amr": [TWO_FACTORS] }), false),
        (json!({ "acr": null, "amr": null }), false),
        (json!({ "mfa": true, "second_factor": true }), false),
    ]
    .into_iter()
    .enumerate()
    {
        let ada = coming(&deployment, &provider, "Ada", says.clone()).await;
        let answer = invites(&ada, &organization, number).await;
        if counts {
            assert_eq!(answer.status, 201, "{says}: {}", answer.text);
        } else {
            answer.refused(403, "second-factor-required");
        }
    }
}

async fn what_an_untrusted_provider_says_of_a_second_factor_counts_for_nothing(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    let organization = asking(&deployment, &provider, "administrators").await;
    let deployment = trusting(deployment, &provider);
    let says = json!({ "acr": TWO_FACTORS, "amr": ["mfa", "hwk"] });
    let ada = coming(&deployment, &provider, "Ada", says).await;
    invites(&ada, &organization, 1).await.refused(403, "second-factor-required");
    let policy = format!("/api/v1/organizations/{organization}/policy");
    ada.put(&policy, Some(json!({ "second_factor": "none" }))).await.refused(403, "second-factor-required");
}

async fn a_claim_of_the_wrong_type_is_no_second_factor(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    for says in [
        json!({ "acr": 2 }),
        json!({ "acr": true }),
        json!({ "acr": [TWO_FACTORS] }),
        json!({ "acr": { "value": TWO_FACTORS } }),
        json!({ "amr": "mfa" }),
        json!({ "amr": [true, "mfa"] }),
        json!({ "amr": { "mfa": true } }),
    ] {
        provider.say(says.clone());
        let mut visitor = Visitor::new(&deployment);
        let answer = visitor.sign_in(&provider, &Person::new("Ada")).await;
        assert_eq!((answer.status.as_u16(), visitor.token()), (403, None), "{says}: {}", answer.text);
    }
    provider.say(json!({}));
    assert_eq!(Visitor::new(&deployment).sign_in(&provider, &Person::new("Ada")).await.status, 303);
}

async fn a_provider_is_asked_for_a_second_factor_where_the_policy_asks_for_one(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    let organization = asking(&deployment, &provider, "everyone").await;
    let asked = "acr_values=https%3A%2F%2Frefeds.org%2Fprofile%2Fmfa+gold";
    provider.say(json!({}));
    provider.step_up();
    // Nobody knows yet who signs in, and of whom what is asked.
    let mut ada = Visitor::new(&deployment);
    assert!(!ada.depart("/sign-in", "/sign-in/with/acme").await.contains("acr_values"));
    ada.sign_in(&provider, &Person::new("Ada")).await;
    let here = format!("/organizations/{organization}");
    let security = format!("/profile/security?next={here}");
    assert!(ada.get(&here).await.text.contains("/profile/security?next="));
    assert!(ada.get(&security).await.text.contains("Continue with Acme and its second factor"));
    let fields = format!("next={here}&second_factor=1");
    let leads = ada.depart_with(&security, "/sign-in/with/acme", &fields).await;
    assert!(leads.contains(asked), "{leads}");
    let back = provider.sign_in(&leads, &Person::new("Ada"));
    assert_eq!(ada.get(&back).await.header("location"), here);
    invites(&ada.as_client(&deployment), &organization, 1).await.expect(201);
    assert!(!ada.get(&here).await.text.contains("/profile/security?next="));
    assert!(!ada.get(&security).await.text.contains("Continue with Acme and its second factor"));

    // Of an invitation it is known who asks.
    let form = json!({ "email": address("Bob") });
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    ada.as_client(&deployment).post(&invitations, form).await.expect(201);
    let link = deployment.link_to(&address("Bob")).await;
    let mut bob = Visitor::new(&deployment);
    bob.get(&format!("/i/{link}")).await;
    let leads = bob.depart("/invitation", "/invitation/with/acme").await;
    assert!(leads.contains(asked), "{leads}");
    let accepted = bob.get(&provider.sign_in(&leads, &Person::new("Bob"))).await;
    assert_eq!(accepted.header("location"), here);
    bob.as_client(&deployment).get(&format!("/api/v1/organizations/{organization}/members")).await.expect(200);
}

async fn a_second_factor_shown_elsewhere_is_not_asked_for_again_here(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    let ada = coming(&deployment, &provider, "Ada", json!({})).await;
    enrolled(&deployment, &ada).await;
    let mut visitor = Visitor::new(&deployment);
    let waits = visitor.sign_in(&provider, &Person::new("Ada")).await;
    assert!(waits.header("location").starts_with("/sign-in/second-factor"), "{:?}", waits.headers);
    visitor.as_client(&deployment).get("/api/v1/me").await.refused(401, "not-signed-in");
    coming(&deployment, &provider, "Ada", json!({ "amr": ["mfa"] })).await.get("/api/v1/me").await.expect(200);
}

/// A sign-in by the password alone, begun before the app was set up, makes no way in that is believed to be of two.
async fn whoever_has_a_second_factor_shows_it_to_link_a_provider(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    let ada = deployment.person("Ada").await;
    let form = json!({ "login": address("Ada"), "password": PASSWORD });
    let signed_in = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    let by_password = signed_in["token"].as_str().expect("a token").to_owned();
    let (ada, ..) = enrolled(&deployment, &ada).await;
    let by_both = ada.token.clone().expect("a token");
    let (person, link) = (Person::new("Ada"), ("/identities", "/identities/with/acme"));
    let mut browser = Visitor::signed_in(&deployment, &ada);
    let hold = |browser: &mut Visitor, token: &str| browser.cookies.insert("membership".to_owned(), token.to_owned());

    hold(&mut browser, &by_password);
    let sent = browser.submit(link.0, link.1, "next=/profile").await;
    assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/profile/proof?next=/identities"));
    // Nor does it come back with what another sign-in has left with.
    hold(&mut browser, &by_both);
    let leads = browser.depart(link.0, link.1).await;
    hold(&mut browser, &by_password);
    let back = browser.get(&provider.sign_in(&leads, &person)).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/profile/proof?next=/identities"));
    assert_eq!(ada.get("/api/v1/me/identities").await.expect(200)["total"], 0);

    hold(&mut browser, &by_both);
    let linked = browser.with(&provider, &person, link).await;
    assert_eq!(linked.header("location"), "/identities?done=identity-linked", "{}", linked.text);
}

async fn a_trusted_issuers_token_tells_of_a_second_factor_where_it_is_believed(deployment: Deployment) {
    let provider = IdentityProvider::start().await;
    let deployment = believing(deployment, &provider);
    let organization = asking(&deployment, &provider, "administrators").await;
    let bearing = |deployment: &Deployment, says: &Value| {
        let token = provider.token(&Person::new("Ada"), AUDIENCE, says);
        Client::new(deployment.router(), Some(token))
    };
    for (number, says) in [json!({ "acr": TWO_FACTORS }), json!({ "amr": ["otp", "mfa"] })].into_iter().enumerate() {
        invites(&bearing(&deployment, &says), &organization, number).await.expect(201);
    }
    for says in [
        json!({}),
        json!({ "acr": "gold" }),
        json!({ "acr": 2, "amr": "mfa" }),
        json!({ "acr": [TWO_FACTORS] }),
        json!({ "amr": { "mfa": true } }),
        json!({ "amr": [["mfa"]] }),
    ] {
        invites(&bearing(&deployment, &says), &organization, 9).await.refused(403, "second-factor-required");
    }
    let deployment = trusting(deployment, &provider);
    let says = json!({ "acr": TWO_FACTORS, "amr": ["mfa"] });
    invites(&bearing(&deployment, &says), &organization, 9).await.refused(403, "second-factor-required");
}

async fn i8_a_key_made_with_one_factor_is_refused_once_a_second_one_is_asked_for(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let scopes = ["members:invite", "members:view", "records:read", "records:write", "organization:edit"];
    let made = async |by: &Client| {
        let form = json!({ "name": "Nightly import", "scopes": scopes });
        let made = by.post(&format!("{path}/keys"), form).await.expect(201);
        Client::new(deployment.router(), Some(made["secret"].as_str().expect("a key").to_owned()))
    };
    let weak = made(&ada).await;
    invites(&weak, &organization, 1).await.expect(201);
    let (known, ..) = enrolled(&deployment, &ada).await;
    let strong = made(&known).await;
    let policy = format!("{path}/policy");
    let asks = async |of: &str| known.put(&policy, Some(json!({ "second_factor": of }))).await.expect(200);

    asks("administrators").await;
    let refused = invites(&weak, &organization, 2).await.refused(403, "key-needs-second-factor");
    assert!(refused["detail"].as_str().expect("a text").contains("make a new key"), "{refused}");
    weak.get(&format!("{path}/members")).await.expect(200);
    weak.patch(&path, json!({ "name": "Other" })).await.refused(403, "key-needs-second-factor");
    invites(&strong, &organization, 3).await.expect(201);
    let listed = known.get(&format!("{path}/keys")).await.expect(200);
    let needs: Vec<_> = listed["items"].as_array().expect("keys").iter().map(|it| &it["needs_second_factor"]).collect();
    assert_eq!(needs, [&json!(false), &json!(true)], "{listed}");
    let shown = Visitor::signed_in(&deployment, &known).get(&format!("/organizations/{organization}/keys")).await;
    assert!(shown.text.contains("Made without a second factor"), "{}", shown.text);

    asks("everyone").await;
    weak.get(&format!("{path}/members")).await.refused(403, "key-needs-second-factor");
    strong.get(&format!("{path}/members")).await.expect(200);
    asks("none").await;
    invites(&weak, &organization, 4).await.expect(201);
}

/// The owner, the organization, and Bob, who is a member of it, with his member's id.
async fn with_bob(deployment: &Deployment) -> (Client, String, Client, String) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "member").await;
    let found = ada.get(&format!("/api/v1/organizations/{organization}/members?q=bob")).await.expect(200);
    let member = found["items"][0]["id"].as_str().expect("an id").to_owned();
    deployment.pass(Duration::hours(1));
    (ada, organization, bob, member)
}

async fn give_role(by: &Client, organization: &str, member: &str, role: &str) {
    let path = format!("/api/v1/organizations/{organization}/members/{member}");
    by.patch(&path, json!({ "role": role })).await.expect(200);
}

async fn a64_a_raised_role_replaces_the_cookie_on_the_next_page(deployment: Deployment) {
    let (ada, organization, bob, member) = with_bob(&deployment).await;
    let (page, mut browser) = (format!("/organizations/{organization}"), Visitor::signed_in(&deployment, &bob));
    browser.get(&page).await;
    assert_eq!(browser.token(), bob.token, "nothing has changed");
    give_role(&ada, &organization, &member, "admin").await;
    // The role holds at once for whoever holds the token; a client's token is not taken away from it.
    invites(&bob, &organization, 1).await.expect(201);
    // A part of a page that is shown keeps the cookie its forms belong to.
    let part = Request::get(&page).header("host", "localhost:8080").header("hx-request", "true");
    let part = part.header("cookie", format!("membership={}", bob.token.clone().expect("a token")));
    let answer = deployment.nobody().raw(part.body(String::new().into()).expect("a request")).await;
    assert_eq!((answer.status.as_u16(), answer.headers.get("set-cookie")), (200, None));

    let lasts_until = deployment.now() - Duration::hours(1) + Duration::days(30);
    assert_eq!(browser.get(&page).await.status, 200);
    let fresh = browser.token().expect("a cookie");
    assert_ne!(Some(&fresh), bob.token.as_ref());
    assert!(fresh.starts_with("mst_"));
    // What the browser asked for meanwhile is answered, once more and without another cookie.
    let mut meanwhile = Visitor::signed_in(&deployment, &bob);
    assert_eq!(meanwhile.get(&page).await.status, 200);
    assert_eq!(meanwhile.token(), bob.token);
    deployment.pass(Duration::seconds(10));
    bob.get("/api/v1/me").await.refused(401, "not-signed-in");
    assert_eq!(meanwhile.get(&page).await.status, 303);
    // The fresh one goes on, is not replaced again, and its forms are the page's.
    assert_eq!(browser.get(&page).await.status, 200);
    assert_eq!(browser.token().as_ref(), Some(&fresh));
    let sign_ins = browser.as_client(&deployment).get("/api/v1/sign-ins").await.expect(200);
    assert_eq!(sign_ins["total"], 1, "{sign_ins}");
    let until =
        deployment.app.accounts.authenticate(&fresh).await.expect("an answer").expect("it holds").sign_in.expires_at;
    assert!((until - lasts_until).abs() < Duration::minutes(1), "{until} is not {lasts_until}");
    assert_eq!(browser.submit("/profile", "/sign-out", "").await.status, 303);
    Client::new(deployment.router(), Some(fresh)).get("/api/v1/me").await.refused(401, "not-signed-in");
}

async fn a64_of_many_requests_at_once_one_gets_the_fresh_cookie(deployment: Deployment) {
    let (ada, organization, bob, member) = with_bob(&deployment).await;
    give_role(&ada, &organization, &member, "admin").await;
    let cookie = format!("membership={}", bob.token.clone().expect("a token"));
    let asked = (0..16).map(|_| {
        let (nobody, cookie, page) = (deployment.nobody(), cookie.clone(), format!("/organizations/{organization}"));
        tokio::spawn(async move {
            let request = Request::builder().method(Method::GET).uri(page).header("host", "localhost:8080");
            let request = request.header("cookie", cookie).body(String::new().into()).expect("a request");
            nobody.raw(request).await
        })
    });
    let mut fresh = 0;
    for answer in asked.collect::<Vec<_>>() {
        let answer = answer.await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text);
        fresh += answer.headers.get_all("set-cookie").iter().count();
    }
    assert_eq!(fresh, 1);
}

async fn a64_an_invitation_accepted_from_the_list_replaces_the_cookie(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let bob = deployment.person("Bob").await;
    let (path, form) = (format!("/organizations/{organization}"), json!({ "email": address("Bob") }));
    let made = ada.post(&format!("/api/v1{path}/invitations"), form).await.expect(201);
    let mut browser = Visitor::signed_in(&deployment, &bob);
    let fields = format!("organization={organization}&invitation={}", made["id"].as_str().expect("an id"));
    let accepted = browser.submit("/organizations", "/organizations/accept", &fields).await;
    assert_eq!((accepted.status.as_u16(), accepted.header("location")), (303, path.as_str()));
    assert_ne!(browser.token(), bob.token);
    deployment.pass(Duration::seconds(10));
    bob.get("/api/v1/me").await.refused(401, "not-signed-in");
    assert_eq!(browser.get(&path).await.status, 200);
}

async fn a64_what_takes_nothing_more_away_replaces_nothing(deployment: Deployment) {
    let (ada, organization, bob, member) = with_bob(&deployment).await;
    let page = format!("/organizations/{organization}");
    give_role(&ada, &organization, &member, "admin").await;
    let mut browser = Visitor::signed_in(&deployment, &bob);
    browser.get(&page).await;
    let (raised, kept) = (browser.token(), bob.token.clone());
    assert_ne!(raised, kept);
    deployment.pass(Duration::minutes(1));
    give_role(&ada, &organization, &member, "member").await;
    browser.get(&page).await;
    assert_eq!(browser.token(), raised, "whoever may less keeps the cookie");
    let ownership = format!("/api/v1/organizations/{organization}/ownership");
    ada.post(&ownership, json!({ "member_id": member })).await.expect(200);
    browser.get(&page).await;
    assert_ne!(browser.token(), raised, "the owner may more than a member");
    // Signing in again has a cookie of its own already.
    let form = json!({ "login": address("Bob"), "password": PASSWORD });
    let token = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201)["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let mut another = Visitor::signed_in(&deployment, &Client::new(deployment.router(), Some(token.clone())));
    another.get(&page).await;
    assert_eq!(another.token(), Some(token));
}
