//! Passkeys: made, shown as the second factor, given up; each challenge answered once, by whom it was made for, and by
//! one authenticator (A29, I12).

use membership_tests::authenticator::Authenticator;
use membership_tests::client::{Answer, Client};
use membership_tests::deployment::{Deployment, PASSWORD};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    a_passkey_is_made_shown_at_every_sign_in_and_given_up,
    a_challenge_is_answered_once_in_time_and_by_whom_it_was_made_for,
    what_another_site_or_nobody_in_particular_has_answered_holds_for_nothing,
    an_authenticator_that_was_copied_shows,
    one_enters_by_a_passkey_with_nothing_else,
}

const ORIGIN: &str = "http://localhost:8080";

/// The same deployment where browsers offer passkeys.
fn named(deployment: Deployment) -> Deployment {
    deployment.again(|settings| settings.public_url = ORIGIN.to_owned())
}

fn client(deployment: &Deployment, answer: &Value) -> Client {
    Client::new(deployment.router(), Some(answer["token"].as_str().expect("a token").to_owned()))
}

async fn offered(person: &Client) -> Value {
    person.post("/api/v1/me/passkeys/challenge", json!({})).await.expect(201)
}

async fn adds(person: &Client, name: &str, offer: &Value, credential: Value) -> Answer {
    let made = json!({ "name": name, "challenge": offer["challenge"], "credential": credential });
    person.post("/api/v1/me/passkeys", made).await
}

/// Adds a passkey: the fresh client and its authenticator.
async fn enrolled(deployment: &Deployment, person: &Client, name: &str) -> (Client, Authenticator) {
    let mut authenticator = Authenticator::new(ORIGIN);
    let offer = offered(person).await;
    let added = adds(person, name, &offer, authenticator.makes(&offer["options"])).await.expect(201);
    person.get("/api/v1/me").await.refused(401, "not-signed-in");
    deployment.pass(Duration::seconds(1));
    (client(deployment, &added), authenticator)
}

async fn password_shown(deployment: &Deployment, login: &str) -> Value {
    let form = json!({ "login": login, "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(202)
}

async fn asked(deployment: &Deployment, pending: &Value) -> Value {
    let form = json!({ "pending_token": pending["pending_token"] });
    let challenge = deployment.nobody().post("/api/v1/sign-ins/passkey-challenge", form).await.expect(201);
    deployment.pass(Duration::seconds(1));
    challenge
}

async fn shows(deployment: &Deployment, pending: &Value, challenge: &Value, credential: &Value) -> Answer {
    let passkey = json!({ "challenge": challenge["challenge"], "credential": credential });
    let form = json!({ "pending_token": pending["pending_token"], "passkey": passkey });
    deployment.nobody().post("/api/v1/sign-ins/second-factor", form).await
}

async fn a_passkey_is_made_shown_at_every_sign_in_and_given_up(deployment: Deployment) {
    let deployment = named(deployment);
    let ada = deployment.person("Ada").await;
    let (ada, mut phone) = enrolled(&deployment, &ada, "Phone").await;
    let mine = ada.get("/api/v1/me/second-factor").await.expect(200);
    assert_eq!((&mine["recovery_codes"], &mine["passkeys"][0]["name"]), (&json!(10), &json!("Phone")));
    assert_eq!(mine["passkeys"][0]["used_at"], Value::Null);

    let pending = password_shown(&deployment, "ada@example.org").await;
    assert_eq!(pending["second_factor_required"], json!(["passkey", "recovery_code"]));
    let challenge = asked(&deployment, &pending).await;
    let credential = phone.shows(&challenge["options"]);
    let answer = shows(&deployment, &pending, &challenge, &credential).await.expect(201);
    let ada = client(&deployment, &answer);
    assert_ne!(ada.get("/api/v1/me/second-factor").await.expect(200)["passkeys"][0]["used_at"], Value::Null);

    // Once more who one is, by the same passkey; then a second one, which brings no further codes.
    deployment.pass(Duration::minutes(11));
    ada.post("/api/v1/me/passkeys/challenge", json!({})).await.refused(403, "fresh-proof-required");
    let challenge = ada.post("/api/v1/me/proof/challenge", json!({})).await.expect(201);
    let passkey = json!({ "challenge": challenge["challenge"], "credential": phone.shows(&challenge["options"]) });
    let ada = client(&deployment, &ada.post("/api/v1/me/proof", json!({ "passkey": passkey })).await.expect(201));
    let offer = offered(&ada).await;
    let excluded = offer["options"]["excludeCredentials"].as_array().expect("those there are").len();
    assert_eq!(excluded, 1, "the browser does not make a second one on the same device");
    let mut key = Authenticator::new(ORIGIN);
    let credential = key.makes(&offer["options"]);
    adds(&ada, "  ", &offer, credential.clone()).await.refused(422, "invalid-input");
    let added = adds(&ada, "Blue key", &offer, credential.clone()).await.expect(201);
    assert_eq!(added["recovery_codes"], json!([]));
    let ada = client(&deployment, &added);
    adds(&ada, "Blue key", &offer, credential).await.refused(409, "passkey-held");

    let mine = ada.get("/api/v1/me/second-factor").await.expect(200);
    for (at, left) in [(0, 1), (1, 0)] {
        let path = format!("/api/v1/me/passkeys/{}", mine["passkeys"][at]["id"].as_str().expect("an id"));
        let after = ada.delete(&path).await.expect(200);
        assert_eq!(after["passkeys"].as_array().expect("passkeys").len(), left);
    }
    ada.get("/api/v1/me").await.refused(401, "not-signed-in");
    let form = json!({ "login": "ada@example.org", "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
}

async fn a_challenge_is_answered_once_in_time_and_by_whom_it_was_made_for(deployment: Deployment) {
    let deployment = named(deployment);
    let (ada, bob) = (deployment.person("Ada").await, deployment.person("Bob").await);
    // An offer is of whoever it was made to, and lasts five minutes.
    let offer = offered(&ada).await;
    let credential = Authenticator::new(ORIGIN).makes(&offer["options"]);
    adds(&bob, "Key", &offer, credential.clone()).await.refused(403, "passkey-refused");
    deployment.pass(Duration::minutes(5));
    adds(&ada, "Key", &offer, credential).await.refused(403, "passkey-refused");

    let (_, mut phone) = enrolled(&deployment, &ada, "Phone").await;
    let (_, mut other) = enrolled(&deployment, &bob, "Phone").await;
    phone.counter = None;
    let (first, second) =
        (password_shown(&deployment, "ada@example.org").await, password_shown(&deployment, "ada@example.org").await);
    let (older, newer) = (asked(&deployment, &first).await, asked(&deployment, &second).await);
    let answer_to_older = phone.shows(&older["options"]);
    let answer_to_newer = phone.shows(&newer["options"]);
    shows(&deployment, &first, &older, &other.shows(&older["options"])).await.refused(403, "passkey-refused");
    shows(&deployment, &first, &older, &answer_to_newer).await.refused(403, "passkey-refused");
    shows(&deployment, &second, &newer, &answer_to_newer).await.expect(201);
    let third = password_shown(&deployment, "ada@example.org").await;
    shows(&deployment, &third, &newer, &answer_to_newer).await.refused(409, "code-used");
    shows(&deployment, &first, &older, &answer_to_older).await.refused(409, "code-used");
    // Bob's sign-in is not completed by a challenge of Ada's.
    let of_bob = password_shown(&deployment, "bob@example.org").await;
    shows(&deployment, &of_bob, &older, &answer_to_older).await.refused(403, "passkey-refused");
    let late = asked(&deployment, &third).await;
    deployment.pass(Duration::minutes(5));
    shows(&deployment, &third, &late, &phone.shows(&late["options"])).await.refused(403, "passkey-refused");
}

async fn what_another_site_or_nobody_in_particular_has_answered_holds_for_nothing(deployment: Deployment) {
    let deployment = named(deployment);
    let ada = deployment.person("Ada").await;
    let offer = offered(&ada).await;
    for (origin, verifies) in [("http://localhost:8081", true), (ORIGIN, false)] {
        let mut authenticator = Authenticator::new(origin);
        authenticator.verifies = verifies;
        let credential = authenticator.makes(&offer["options"]);
        adds(&ada, "Key", &offer, credential).await.refused(403, "passkey-refused");
    }
    adds(&ada, "Key", &offer, json!({})).await.refused(403, "passkey-refused");
    let (_, mut phone) = enrolled(&deployment, &ada, "Phone").await;
    let pending = password_shown(&deployment, "ada@example.org").await;
    for (origin, verifies) in [("https://evil.example", true), (ORIGIN, false)] {
        let challenge = asked(&deployment, &pending).await;
        (phone.origin, phone.verifies) = (origin.to_owned(), verifies);
        let credential = phone.shows(&challenge["options"]);
        shows(&deployment, &pending, &challenge, &credential).await.refused(403, "passkey-refused");
    }
    // A challenge to make one is none to show one.
    let form = json!({ "pending_token": pending["pending_token"], "passkey": { "challenge": offer["challenge"],
        "credential": {} } });
    deployment.nobody().post("/api/v1/sign-ins/second-factor", form).await.refused(403, "passkey-refused");
}

async fn an_authenticator_that_was_copied_shows(deployment: Deployment) {
    let deployment = named(deployment);
    let ada = deployment.person("Ada").await;
    let (_, mut phone) = enrolled(&deployment, &ada, "Phone").await;
    for (counter, lets_in) in [(5, true), (5, false), (2, false), (6, true)] {
        phone.counter = Some(counter);
        let pending = password_shown(&deployment, "ada@example.org").await;
        let challenge = asked(&deployment, &pending).await;
        let answer = shows(&deployment, &pending, &challenge, &phone.shows(&challenge["options"])).await;
        if lets_in {
            answer.expect(201);
        } else {
            answer.refused(403, "passkey-refused");
        }
    }
}

async fn one_enters_by_a_passkey_with_nothing_else(deployment: Deployment) {
    let deployment = named(deployment);
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let (ada, mut phone) = enrolled(&deployment, &ada, "Phone").await;
    let nobody = deployment.nobody();
    let any = async || {
        let challenge = nobody.post("/api/v1/sign-ins/passkey/challenge", json!({})).await.expect(201);
        deployment.pass(Duration::seconds(1));
        challenge
    };
    let enter = async |challenge: &Value, credential: &Value| {
        let form = json!({ "challenge": challenge["challenge"], "credential": credential });
        nobody.post("/api/v1/sign-ins/passkey", form).await
    };
    let challenge = any().await;
    let named = challenge["options"]["allowCredentials"].as_array().is_some_and(|it| !it.is_empty());
    assert!(!named && challenge["options"]["userVerification"] == "required", "{challenge}");
    let credential = phone.shows(&challenge["options"]);
    let entered = client(&deployment, &enter(&challenge, &credential).await.expect(201));
    assert_eq!(entered.get("/api/v1/me").await.expect(200)["name"], "Ada");
    // It is both factors: what asks for two takes it.
    let policy = format!("/api/v1/organizations/{organization}/policy");
    entered.put(&policy, Some(json!({ "second_factor": "everyone" }))).await.expect(200);
    // An authenticator that counts must have counted on; of one that does not, the challenge itself is used up.
    enter(&challenge, &credential).await.refused(403, "passkey-refused");

    // Who was not verified has shown one factor only; another's authenticator, or none of here, is nobody's.
    let challenge = any().await;
    phone.verifies = false;
    enter(&challenge, &phone.shows(&challenge["options"])).await.refused(403, "passkey-refused");
    phone.verifies = true;
    let mut strange = Authenticator::new(ORIGIN);
    enter(&challenge, &strange.shows(&challenge["options"])).await.refused(403, "passkey-refused");
    strange.makes(&offered(&entered).await["options"]);
    enter(&challenge, &strange.shows(&challenge["options"])).await.refused(403, "passkey-refused");
    phone.origin = "https://evil.example".to_owned();
    enter(&challenge, &phone.shows(&challenge["options"])).await.refused(403, "passkey-refused");
    phone.origin = ORIGIN.to_owned();
    for credential in [json!({}), json!("x"), json!({ "id": 7 })] {
        enter(&challenge, &credential).await.refused(403, "passkey-refused");
    }
    // A challenge is for one thing: to enter, or to complete a sign-in.
    let pending = password_shown(&deployment, "ada@example.org").await;
    let second = asked(&deployment, &pending).await;
    enter(&second, &phone.shows(&second["options"])).await.refused(403, "passkey-refused");
    let answer = phone.shows(&challenge["options"]);
    shows(&deployment, &pending, &challenge, &answer).await.refused(403, "passkey-refused");
    // It lasts five minutes, and a passkey that was given up opens nothing.
    let late = any().await;
    let credential = phone.shows(&late["options"]);
    deployment.pass(Duration::minutes(5));
    enter(&late, &credential).await.refused(403, "passkey-refused");
    let mine = ada.get("/api/v1/me/second-factor").await.expect(200)["passkeys"][0]["id"].clone();
    let again = any().await;
    let fresh = client(&deployment, &enter(&again, &phone.shows(&again["options"])).await.expect(201));
    fresh.delete(&format!("/api/v1/me/passkeys/{}", mine.as_str().expect("an id"))).await.expect(200);
    let last = any().await;
    enter(&last, &phone.shows(&last["options"])).await.refused(403, "passkey-refused");
}
