//! A second factor: set up, shown at sign-in, given up, and asked for by an organization (I8, I9, I12).

use membership_core::totp::{STEP_SECONDS, TotpSecret};
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, OPERATOR_TOKEN, PASSWORD, link_in};
use membership_tests::on_every_store;
use membership_tests::visitor::Visitor;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    a_second_factor_is_asked_for_at_every_sign_in,
    a_pending_token_is_worth_nothing_else,
    a_sign_in_that_has_rested_too_long_is_not_gone_on_with,
    a_mailbox_alone_does_not_pass_the_second_factor,
    a_password_shown_before_the_app_was_set_up_touches_no_factor,
    s1_3_an_organization_asks_its_administrators_for_a_second_factor,
    whoever_has_lost_it_is_let_in_by_the_operator,
}

fn client(deployment: &Deployment, answer: &Value) -> Client {
    Client::new(deployment.router(), Some(answer["token"].as_str().expect("a token").to_owned()))
}

/// What the app shows now.
fn code(deployment: &Deployment, secret: &str) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).expect("base 32");
    let secret = TotpSecret::from_bytes(&bytes).expect("160 bits");
    secret.code(u64::try_from(deployment.now().unix_timestamp()).expect("after 1970") / STEP_SECONDS)
}

/// Sets an app up: the fresh client, the secret, the recovery codes.
pub(crate) async fn enrolled(deployment: &Deployment, person: &Client) -> (Client, String, Vec<Value>) {
    let offer = person.post("/api/v1/me/totp", json!({})).await.expect(201);
    let secret = offer["secret"].as_str().expect("a secret").to_owned();
    assert!(offer["address"].as_str().expect("an address").starts_with("otpauth://totp/"));
    let wrong = json!({ "code": "000000" });
    person.post("/api/v1/me/totp/confirmation", wrong).await.refused(403, "wrong-code");
    let right = json!({ "code": code(deployment, &secret) });
    let added = person.post("/api/v1/me/totp/confirmation", right).await.expect(201);
    let codes = added["recovery_codes"].as_array().expect("codes").clone();
    assert_eq!(codes.len(), 10);
    person.get("/api/v1/me").await.refused(401, "not-signed-in");
    deployment.pass(Duration::minutes(1));
    (client(deployment, &added), secret, codes)
}

async fn password_shown(deployment: &Deployment, login: &str) -> Value {
    let form = json!({ "login": login, "password": PASSWORD });
    let answer = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(202);
    assert_eq!((answer.get("token"), answer.get("user")), (None, None));
    answer
}

async fn shown(deployment: &Deployment, pending: &Value, proof: Value) -> membership_tests::client::Answer {
    let mut form = proof;
    form["pending_token"] = pending["pending_token"].clone();
    deployment.nobody().post("/api/v1/sign-ins/second-factor", form).await
}

async fn a_second_factor_is_asked_for_at_every_sign_in(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let (ada, secret, codes) = enrolled(&deployment, &ada).await;
    let mails = deployment.mails().await;
    assert!(mails.iter().any(|mail| mail.subject.contains("How you sign in has changed")));

    let pending = password_shown(&deployment, "ada@example.org").await;
    assert_eq!(pending["second_factor_required"], json!(["totp", "recovery_code"]));
    shown(&deployment, &pending, json!({ "totp": "000000" })).await.refused(403, "wrong-code");
    shown(&deployment, &pending, json!({})).await.refused(422, "invalid-input");
    let right = json!({ "totp": code(&deployment, &secret) });
    let answer = shown(&deployment, &pending, right.clone()).await.expect(201);
    assert_eq!(client(&deployment, &answer).get("/api/v1/me").await.expect(200)["name"], "Ada");
    shown(&deployment, &pending, right.clone()).await.refused(410, "pending-sign-in-over");
    let another = password_shown(&deployment, "ada@example.org").await;
    shown(&deployment, &another, right).await.refused(409, "code-used");

    let recovery = json!({ "recovery_code": codes[0] });
    shown(&deployment, &another, recovery.clone()).await.expect(201);
    let third = password_shown(&deployment, "ada@example.org").await;
    shown(&deployment, &third, recovery).await.refused(403, "wrong-code");
    assert_eq!(ada.get("/api/v1/me/second-factor").await.expect(200)["recovery_codes"], 9);
    deployment.pass(Duration::minutes(10));
    let late = json!({ "totp": code(&deployment, &secret) });
    shown(&deployment, &third, late.clone()).await.refused(410, "pending-sign-in-over");

    ada.delete("/api/v1/me/totp").await.refused(403, "fresh-proof-required");
    let fresh = client(&deployment, &ada.post("/api/v1/me/proof", late).await.expect(201));
    fresh.delete("/api/v1/me/totp").await.expect(200);
    fresh.get("/api/v1/me").await.refused(401, "not-signed-in");
    let form = json!({ "login": "ada@example.org", "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
}

async fn a_pending_token_is_worth_nothing_else(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    enrolled(&deployment, &ada).await;
    let pending = password_shown(&deployment, "ada@example.org").await["pending_token"].clone();
    let text = pending.as_str().expect("a token");
    for token in [text.to_owned(), text.replacen("msp_", "mst_", 1)] {
        let holder = Client::new(deployment.router(), Some(token));
        holder.get("/api/v1/me").await.refused(401, "not-signed-in");
    }
    let token = json!({ "token": pending });
    for path in ["/api/v1/login-links/redeem", "/api/v1/invitations/inspect", "/api/v1/invitations/decline"] {
        deployment.nobody().post(path, token.clone()).await.refused(404, "unknown-link");
    }
}

/// A token that has rested for too long is worth nothing, also to whoever has the second factor and not the password.
async fn a_sign_in_that_has_rested_too_long_is_not_gone_on_with(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let (ada, secret, _) = enrolled(&deployment, &ada).await;
    deployment.pass(Duration::days(14));
    let token = ada.token.as_deref().expect("a token").replacen("mst_", "msp_", 1);
    let totp = json!({ "totp": code(&deployment, &secret) });
    let answer = shown(&deployment, &json!({ "pending_token": token }), totp).await;
    answer.refused(410, "pending-sign-in-over");
}

async fn a_mailbox_alone_does_not_pass_the_second_factor(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let (_, secret, _) = enrolled(&deployment, &ada).await;
    let nobody = deployment.nobody();
    for (ask, redeem, prefix) in [
        ("/api/v1/login-links", "/api/v1/login-links/redeem", "mlo_"),
        ("/api/v1/password-resets", "/api/v1/password-resets/redeem", "mlr_"),
    ] {
        nobody.post(ask, json!({ "login": "ada@example.org" })).await.expect(202);
        let mails = deployment.mails().await;
        let mail = mails.into_iter().find(|mail| mail.text.contains(prefix)).expect("a mail");
        let mut form = json!({ "token": link_in(&mail.text) });
        if prefix == "mlr_" {
            form["password"] = json!("another fine long password");
        }
        let pending = nobody.post(redeem, form).await.expect(202);
        deployment.pass(Duration::minutes(1));
        shown(&deployment, &pending, json!({ "totp": code(&deployment, &secret) })).await.expect(201);
    }
}

async fn s1_3_an_organization_asks_its_administrators_for_a_second_factor(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}");
    let (policy, asks) = (format!("{path}/policy"), json!({ "second_factor": "administrators" }));
    ada.put(&policy, Some(asks.clone())).await.refused(403, "second-factor-required");
    ada.put(&policy, Some(json!({ "second_factor": "perhaps" }))).await.refused(422, "invalid-input");
    let (known, ..) = enrolled(&deployment, &ada).await;
    assert_eq!(known.put(&policy, Some(asks)).await.expect(200)["second_factor"], "administrators");
    known
        .post(&format!("{path}/invitations"), json!({ "email": "bob@example.org", "role": "admin" }))
        .await
        .expect(201);
    let token = deployment.link_to("bob@example.org").await;
    let form = json!({ "token": token, "name": "Bob", "password": PASSWORD });
    let bob = deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
    let bob = client(&deployment, &bob);
    let invite = json!({ "email": "eve@example.org" });
    bob.post(&format!("{path}/invitations"), invite.clone()).await.refused(403, "second-factor-required");
    assert_eq!(bob.get(&format!("{path}/members")).await.expect(200)["total"], 2, "reading stays");
    // Whoever only works with records administers nothing, and is asked for nothing.
    let cleo = deployment.joined(&known, &organization, "Cleo", "member").await;
    cleo.get(&format!("{path}/resources")).await.expect(200);
    for (person, asked) in [(&bob, true), (&cleo, false)] {
        let page = Visitor::signed_in(&deployment, person).get(&format!("/organizations/{organization}")).await;
        assert_eq!((page.status.as_u16(), page.text.contains("asks you for a second factor")), (200, asked));
    }
    let (bob, ..) = enrolled(&deployment, &bob).await;
    bob.post(&format!("{path}/invitations"), invite).await.expect(201);
}

/// A sign-in by the password alone, begun a moment before the app was set up elsewhere, touches no factor.
async fn a_password_shown_before_the_app_was_set_up_touches_no_factor(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let form = json!({ "login": "ada@example.org", "password": PASSWORD });
    let other = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    let other = client(&deployment, &other);
    let (ada, ..) = enrolled(&deployment, &ada).await;
    other.post("/api/v1/me/recovery-codes", json!({})).await.refused(403, "fresh-proof-required");
    other.delete("/api/v1/me/totp").await.refused(403, "fresh-proof-required");
    assert_eq!(other.get("/api/v1/me/second-factor").await.expect(200)["fresh"], json!(false));
    ada.post("/api/v1/me/recovery-codes", json!({})).await.expect(201);
}

async fn whoever_has_lost_it_is_let_in_by_the_operator(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let (ada, ..) = enrolled(&deployment, &ada).await;
    let id = ada.get("/api/v1/me").await.expect(200)["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/operator/users/{id}/second-factors");
    ada.delete(&path).await.refused(403, "operator-only");
    let operator = Client::new(deployment.router(), Some(OPERATOR_TOKEN.to_owned()));
    operator.delete(&path).await.expect(204);
    operator.delete(&path).await.refused(409, "no-second-factor");
    ada.get("/api/v1/me").await.refused(401, "not-signed-in");
    let form = json!({ "login": "ada@example.org", "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    let mails = deployment.mails().await;
    assert!(mails.iter().any(|mail| mail.text.contains("removed by the operator")));
}
