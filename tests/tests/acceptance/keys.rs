//! Keys by which programs act: narrow, bound to one organization or to the operator, and dead with whoever made them
//! (I8, I9, I10, I12, A32, A43, A44).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, OPERATOR_TOKEN};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    a32_a_key_does_what_it_is_for_and_nothing_else,
    a43_a_key_is_unknown_in_every_other_organization,
    a44_a_key_is_always_ones_own,
    i8_a_key_holds_no_more_than_its_maker_holds_now,
    i8_a_revoked_or_expired_key_is_refused_at_once,
    i12_a_keys_text_is_in_one_answer_and_nowhere_else,
    i14_making_a_key_twice_makes_one,
    that_a_key_is_used_shows_within_the_hour,
    the_operators_keys_do_what_they_are_for,
    every_credential_is_refused_where_it_does_not_belong,
}

struct Made {
    id: String,
    client: Client,
    text: String,
}

fn bearing(deployment: &Deployment, text: &str) -> Client {
    Client::new(deployment.router(), Some(text.to_owned()))
}

async fn key_at(deployment: &Deployment, by: &Client, path: &str, scopes: &[&str]) -> Made {
    let form = json!({ "name": "Nightly import", "scopes": scopes });
    let made = by.post(path, form).await.expect(201);
    let text = made["secret"].as_str().unwrap().to_owned();
    Made { id: made["id"].as_str().unwrap().to_owned(), client: bearing(deployment, &text), text }
}

async fn key(deployment: &Deployment, by: &Client, organization: &str, scopes: &[&str]) -> Made {
    key_at(deployment, by, &format!("/api/v1/organizations/{organization}/keys"), scopes).await
}

async fn member_id(by: &Client, organization: &str, name: &str) -> String {
    let found = by.get(&format!("/api/v1/organizations/{organization}/members?q={name}")).await.expect(200);
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn a32_a_key_does_what_it_is_for_and_nothing_else(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let made =
        key(&deployment, &ada, &organization, &["members:invite", "members:view", "records:read", "records:write"])
            .await;
    assert!(made.text.starts_with("mka_"));
    let invite = |email: &str, role: &str| json!({ "email": email, "role": role });
    made.client.post(&format!("{path}/invitations"), invite("bob@example.org", "member")).await.expect(201);
    let refused = made.client.post(&format!("{path}/invitations"), invite("eve@example.org", "admin")).await;
    refused.refused(403, "role-above-yours");
    made.client.get(&format!("{path}/members")).await.expect(200);
    let refused = made.client.patch(&path, json!({ "name": "Other" })).await.refused(403, "permission-missing");
    assert_eq!(refused["permission"], "organization:edit");
    made.client.get(&format!("{path}/events")).await.refused(403, "permission-missing");
    // What takes a person, no key does, whoever made it.
    made.client.delete(&path).await.refused(403, "not-by-key");
    made.client.post_nothing(&format!("{path}/leave")).await.refused(403, "not-by-key");
    let form = json!({ "name": "Another", "scopes": ["members:view"] });
    made.client.post(&format!("{path}/keys"), form).await.refused(403, "not-by-key");

    let events = ada.get(&format!("{path}/events")).await.expect(200);
    let actor = &events["items"][0]["actor"];
    assert_eq!((&actor["kind"], &actor["key_id"]), (&json!("key"), &json!(made.id)));
    assert_eq!(actor["name"], "Nightly import (Ada)");
    assert!(actor["user_id"].is_string(), "on whose behalf: {actor}");

    // It acts for Ada and is not Ada: what is hers is not its to change.
    let own = member_id(&ada, &organization, "ada").await;
    let renamed = json!({ "first_name": "Eve" });
    made.client.patch(&format!("{path}/members/{own}"), renamed).await.refused(403, "permission-missing");

    let narrow = key(&deployment, &ada, &organization, &["members:invite"]).await;
    let refused = narrow.client.post(&format!("{path}/invitations"), invite("cleo@example.org", "member")).await;
    refused.refused(403, "role-above-yours");
}

async fn a43_a_key_is_unknown_in_every_other_organization(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let (one, other) = (deployment.founded(&ada, "team").await, deployment.founded(&ada, "team").await);
    let made = key(&deployment, &ada, &one, &["members:view", "keys:manage"]).await;
    for path in ["", "/members", "/keys", "/invitations", "/events"] {
        let theirs = made.client.get(&format!("/api/v1/organizations/{other}{path}")).await;
        theirs.refused(404, "unknown-organization");
        let nowhere = made.client.get(&format!("/api/v1/organizations/{}{path}", uuid::Uuid::nil())).await;
        assert_eq!(theirs.json()["detail"], nowhere.json()["detail"]);
    }
    let found = ada.get(&format!("/api/v1/organizations/{other}/keys")).await.expect(200);
    assert_eq!(found["items"], json!([]));
    let foreign = format!("/api/v1/organizations/{other}/keys/{}", made.id);
    ada.delete(&foreign).await.refused(404, "unknown-key");
    made.client.get(&format!("/api/v1/organizations/{one}/members")).await.expect(200);
}

async fn a44_a_key_is_always_ones_own(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}/keys");
    let bob = deployment.joined(&ada, &organization, "Bob", "admin").await;
    let cleo = deployment.joined(&ada, &organization, "Cleo", "member").await;
    let form = json!({ "name": "Key", "scopes": ["members:view"] });
    for field in ["user_id", "member_id", "made_by", "organization_id"] {
        let mut form = form.clone();
        form[field] = json!(uuid::Uuid::nil());
        bob.post(&path, form).await.refused(422, "invalid-input");
    }
    cleo.post(&path, form.clone()).await.refused(403, "permission-missing");
    cleo.get(&path).await.refused(403, "permission-missing");
    deployment.nobody().post(&path, form.clone()).await.refused(401, "not-signed-in");
    deployment.operator().post(&path, form.clone()).await.refused(403, "permission-missing");
    for (field, value, named) in [
        ("scopes", json!(["members:everything"]), "scopes"),
        ("scopes", json!([]), "scopes"),
        ("scopes", json!(["Members"]), "scopes"),
        ("scopes", json!(["operator:keys"]), "scopes"),
        ("name", json!(""), "name"),
        ("expires_in_days", json!(367), "expires_in_days"),
        ("expires_in_days", json!(-1), "expires_in_days"),
    ] {
        let mut form = form.clone();
        form[field] = value;
        assert_eq!(bob.post(&path, form.clone()).await.refused(422, "invalid-input")["field"], named, "{form}");
    }
    let listed = bob.get(&path).await.expect(200);
    assert_eq!(listed["items"], json!([]));
    assert!(listed["offered_scopes"].as_array().unwrap().contains(&json!("members:invite")));
}

async fn i8_a_key_holds_no_more_than_its_maker_holds_now(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let bob = deployment.joined(&ada, &organization, "Bob", "admin").await;
    let made = key(&deployment, &bob, &organization, &["members:view", "audit:view"]).await;
    let log = format!("{path}/events");
    made.client.get(&log).await.expect(200);
    let member = format!("{path}/members/{}", member_id(&ada, &organization, "Bob").await);
    ada.patch(&member, json!({ "role": "member" })).await.expect(200);
    made.client.get(&log).await.refused(403, "permission-missing");
    made.client.get(&format!("{path}/members")).await.expect(200);
    ada.patch(&member, json!({ "role": "admin" })).await.expect(200);
    made.client.get(&log).await.expect(200);

    ada.post_nothing(&format!("{member}/suspension")).await.expect(200);
    made.client.get(&log).await.refused(401, "not-signed-in");
    let shown = ada.get(&format!("{path}/keys")).await.expect(200);
    assert_eq!((&shown["items"][0]["usable"], &shown["items"][0]["made_by"]), (&json!(false), &json!("Bob")));
    ada.delete(&format!("{member}/suspension")).await.expect(200);
    made.client.get(&log).await.expect(200);

    let soon = deployment.now() + Duration::hours(1);
    let at = soon.format(&time::format_description::well_known::Rfc3339).unwrap();
    ada.patch(&member, json!({ "deactivates_at": at })).await.expect(200);
    deployment.go_to(soon - Duration::microseconds(1));
    made.client.get(&log).await.expect(200);
    deployment.go_to(soon);
    made.client.get(&log).await.refused(401, "not-signed-in");
    ada.delete(&format!("{member}/suspension")).await.expect(200);
    made.client.get(&log).await.expect(200);

    ada.delete(&member).await.expect(204);
    deployment.mails().await;
    made.client.get(&log).await.refused(401, "not-signed-in");
    // Whoever comes back is another member, and the old key stays dead.
    ada.post(&format!("{path}/invitations"), json!({ "email": "bob@example.org", "role": "admin" })).await.expect(201);
    let token = deployment.link_to("bob@example.org").await;
    bob.post("/api/v1/invitations/accept", json!({ "token": token })).await.expect(201);
    made.client.get(&log).await.refused(401, "not-signed-in");
}

async fn i8_a_revoked_or_expired_key_is_refused_at_once(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let made = key(&deployment, &ada, &organization, &["members:view"]).await;
    let other = key(&deployment, &ada, &organization, &["members:view"]).await;
    let members = format!("{path}/members");
    made.client.get(&members).await.expect(200);
    for _ in 0..2 {
        ada.delete(&format!("{path}/keys/{}", made.id)).await.expect(204);
        made.client.get(&members).await.refused(401, "not-signed-in");
    }
    other.client.get(&members).await.expect(200);
    ada.delete(&format!("{path}/keys/{}", uuid::Uuid::nil())).await.refused(404, "unknown-key");
    let listed = ada.get(&format!("{path}/keys")).await.expect(200);
    assert_eq!(listed["items"][0]["id"], json!(other.id), "those that live come first");
    assert!(listed["items"][1]["revoked_at"].is_string());

    let end = deployment.now() + Duration::days(90);
    let ada = {
        deployment.go_to(end - Duration::seconds(1));
        other.client.get(&members).await.expect(200);
        deployment.pass(Duration::seconds(1));
        other.client.get(&members).await.refused(401, "not-signed-in");
        let form = json!({ "login": "ada@example.org", "password": membership_tests::deployment::PASSWORD });
        let answer = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
        bearing(&deployment, answer["token"].as_str().unwrap())
    };
    let listed = ada.get(&format!("{path}/keys")).await.expect(200);
    assert_eq!(listed["items"][0]["usable"], false, "{listed}");
}

/// Nothing that can be read afterwards has it: no list, no log, no mail, no row, and no repeat with another request.
async fn i12_a_keys_text_is_in_one_answer_and_nowhere_else(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let made = key(&deployment, &ada, &organization, &["members:view"]).await;
    made.client.get(&format!("{path}/members")).await.expect(200);
    let secret = &made.text[4..];
    for path in [format!("{path}/keys"), format!("{path}/events"), path.clone(), "/api/v1/me".to_owned()] {
        let answer = ada.get(&path).await;
        answer.expect(200);
        assert!(!answer.text.contains(secret), "{path}");
    }
    let refused = bearing(&deployment, &format!("{}x", made.text)).get(&format!("{path}/members")).await;
    refused.refused(401, "mistyped-key");
    assert!(!refused.text.contains(secret));
    assert!(deployment.mails().await.iter().all(|mail| !mail.text.contains(secret)));
    let scope = membership_core::facts::Scope {
        keys: membership_core::facts::KeyScope::all(),
        ..membership_core::facts::Scope::of(organization.parse().unwrap())
    };
    let facts = deployment.stores.store.read(&scope).await.unwrap();
    assert_eq!(facts.keys.len(), 1);
    assert!(!format!("{facts:?}").contains(secret), "what is kept of a key is a hash, and not even that is shown");
}

async fn i14_making_a_key_twice_makes_one(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}/keys");
    let ada = ada.with("idempotency-key", "one-key-please");
    let form = json!({ "name": "Key", "scopes": ["members:view"] });
    let first = ada.post(&path, form.clone()).await.expect(201);
    let again = ada.post(&path, form).await.expect(201);
    assert_eq!(first, again, "the repeat is answered with the same text");
    assert_eq!(ada.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 1);
}

async fn that_a_key_is_used_shows_within_the_hour(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let made = key(&deployment, &ada, &organization, &["members:view"]).await;
    let listed = async || ada.get(&format!("{path}/keys")).await.expect(200)["items"][0]["last_used_at"].clone();
    assert_eq!(listed().await, Value::Null);
    made.client.get(&format!("{path}/members")).await.expect(200);
    // It is written down after the answer.
    while listed().await.is_null() {
        tokio::task::yield_now().await;
    }
}

async fn the_operators_keys_do_what_they_are_for(deployment: Deployment) {
    let operator = deployment.operator();
    let founder = key_at(&deployment, &operator, "/api/v1/operator/keys", &["operator:found"]).await;
    let seller = key_at(&deployment, &operator, "/api/v1/operator/keys", &["operator:subscriptions"]).await;
    assert!(founder.text.starts_with("mko_"));
    let form = json!({ "name": "Acme", "preset": "account", "owner_email": "ada@example.org", "seat_limit": 5 });
    let made = founder.client.post("/api/v1/operator/organizations", form.clone()).await.expect(201);
    seller.client.post("/api/v1/operator/organizations", form).await.refused(403, "permission-missing");
    let organization = made["id"].as_str().unwrap();
    let subscription = format!("/api/v1/operator/organizations/{organization}/subscription");
    seller.client.put(&subscription, Some(json!({ "seat_limit": 7 }))).await.expect(200);
    let refused = founder.client.put(&subscription, Some(json!({ "seat_limit": 9 }))).await;
    assert_eq!(refused.refused(403, "permission-missing")["permission"], "operator:subscriptions");

    // A key makes no keys, and sees and revokes some only if it is for that.
    let form = json!({ "name": "Another", "scopes": ["operator:found"] });
    founder.client.post("/api/v1/operator/keys", form).await.refused(403, "not-by-key");
    founder.client.get("/api/v1/operator/keys").await.refused(403, "permission-missing");
    let keeper = key_at(&deployment, &operator, "/api/v1/operator/keys", &["operator:keys"]).await;
    assert_eq!(keeper.client.get("/api/v1/operator/keys").await.expect(200)["items"].as_array().unwrap().len(), 3);
    let refused = operator.post("/api/v1/operator/keys", json!({ "name": "Key", "scopes": ["members:view"] })).await;
    assert_eq!(refused.refused(422, "invalid-input")["field"], "scopes");
    keeper.client.delete(&format!("/api/v1/operator/keys/{}", seller.id)).await.expect(204);
    seller.client.put(&subscription, Some(json!({ "seat_limit": 8 }))).await.refused(401, "not-signed-in");
    founder.client.get(&format!("/api/v1/operator/organizations/{organization}")).await.expect(200);
    deployment.pass(Duration::days(90));
    founder.client.get(&format!("/api/v1/operator/organizations/{organization}")).await.refused(401, "not-signed-in");
}

/// A credential by name, its text, and what each of four places answers.
type Tried<'a> = (&'a str, &'a str, [(u16, &'a str); 4]);

/// Sign-in token, key of an organization, key of the operator, the operator's token and a link, each tried at what is for
/// persons, for an organization and for the operator: only the right pairs work, and the others say why.
async fn every_credential_is_refused_where_it_does_not_belong(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let of_organization = key(&deployment, &ada, &organization, &["members:view", "members:invite"]).await;
    let of_operator = key_at(&deployment, &deployment.operator(), "/api/v1/operator/keys", &["operator:keys"]).await;
    ada.post(&format!("{path}/invitations"), json!({ "email": "bob@example.org" })).await.expect(201);
    let link = deployment.link_to("bob@example.org").await;
    let sign_in = ada.token.clone().unwrap();
    let renamed = of_organization.text.replacen("mka_", "mko_", 1);
    let cut = of_organization.text[..60].to_owned();
    let expected: [Tried<'_>; 7] = [
        ("sign-in", &sign_in, [(200, ""), (200, ""), (403, "operator-only"), (200, "")]),
        (
            "organization key",
            &of_organization.text,
            [(403, "not-by-key"), (200, ""), (403, "operator-only"), (403, "not-by-key")],
        ),
        (
            "operator key",
            &of_operator.text,
            [(403, "not-by-key"), (403, "permission-missing"), (200, ""), (403, "not-by-key")],
        ),
        (
            "operator token",
            OPERATOR_TOKEN,
            [(401, "not-signed-in"), (403, "permission-missing"), (200, ""), (401, "not-signed-in")],
        ),
        ("link", &link, [(401, "not-signed-in"); 4]),
        ("renamed key", &renamed, [(401, "mistyped-key"); 4]),
        ("key cut short", &cut, [(401, "mistyped-key"); 4]),
    ];
    for (name, token, answers) in expected {
        let client = bearing(&deployment, token);
        let paths = ["/api/v1/me", &format!("{path}/members"), "/api/v1/operator/keys", "/api/v1/sign-ins"];
        for (path, (status, code)) in paths.into_iter().zip(answers) {
            let answer = client.get(path).await;
            let said = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            assert_eq!((answer.status.as_u16(), said.as_str()), (status, code), "{name} at {path}");
        }
    }
    // As a link, none of them opens anything; and none of them is worth anything as a cookie but a sign-in.
    for token in [&sign_in, &of_organization.text, &of_operator.text] {
        for path in ["invitations/inspect", "invitations/accept", "login-links/redeem", "users/verify"] {
            let form = match path {
                "users/verify" => json!({ "token": token, "password": "correct horse battery staple" }),
                _ => json!({ "token": token }),
            };
            deployment.nobody().post(&format!("/api/v1/{path}"), form).await.refused(404, "unknown-link");
        }
    }
    let with_cookie = |token: &str| deployment.nobody().with("cookie", format!("membership={token}"));
    with_cookie(&sign_in).get(&format!("{path}/members")).await.expect(200);
    for token in [&of_organization.text, &of_operator.text, &link] {
        with_cookie(token).get(&format!("{path}/members")).await.refused(401, "not-signed-in");
    }
}
