//! Logins that somebody else sets up: the roster, initial passwords, personal links, and help with a login (S2.6,
//! S4.5–S4.8).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

use crate::second_factor::enrolled;

on_every_store! {
    s2_6_an_initial_password_works_once_and_must_be_replaced,
    s2_6_the_credentials_mail_names_the_login_and_never_the_password,
    s2_6_an_initial_password_ends_after_fourteen_days,
    s2_6_one_initial_password_lets_one_of_thirty_two_in,
    a62_a_known_address_is_not_told_and_not_taken_over,
    s4_5_a_mailed_link_sets_up_a_login_and_proves_the_mailbox,
    s4_8_a_link_that_is_handed_over_kills_the_earlier_ones_and_proves_nothing,
    s4_5_a_known_person_signs_in_and_takes_the_membership_over,
    a64_taking_a_membership_over_proves_nothing_anew,
    s4_7_a_security_administrator_helps_with_a_login,
    decision_0024_a_login_of_ones_own_is_out_of_reach,
}

const INITIAL: &str = "first come and choose your own";

fn client(deployment: &Deployment, answer: &Value) -> Client {
    Client::new(deployment.router(), answer["token"].as_str().map(str::to_owned))
}

async fn portal(deployment: &Deployment) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "member_portal").await;
    (ada, format!("/api/v1/organizations/{organization}/members"))
}

/// The first link of an answer, as its token.
fn token(link: &Value) -> String {
    link.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

async fn s2_6_an_initial_password_works_once_and_must_be_replaced(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let roster = json!({ "first_name": "Grace", "last_name": "Hopper", "email": address("Grace"), "username": "grace",
        "initial_password": INITIAL, "set_up_link": "mail" });
    let added = ada.post(&members, roster).await.expect(201);
    assert_eq!((&added["name"], &added["set_up_link"]), (&json!("Grace Hopper"), &Value::Null));
    let mail = deployment.mail_to("grace@").await;
    assert!(mail.text.contains("grace") && !mail.text.contains(INITIAL), "{}", mail.text);

    let nobody = deployment.nobody();
    let sign_in = |password: &str| json!({ "login": "grace", "password": password });
    let entered = nobody.post("/api/v1/sign-ins", sign_in(INITIAL)).await.expect(201);
    assert_eq!(entered["password_change_required"], true);
    nobody.post("/api/v1/sign-ins", sign_in(INITIAL)).await.refused(401, "wrong-credentials");
    let grace = client(&deployment, &entered);
    grace.get(&members).await.refused(403, "password-change-required");
    let same = json!({ "present_password": INITIAL, "password": INITIAL });
    let refused = grace.put("/api/v1/me/password", Some(same)).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "password");
    let chosen = json!({ "present_password": INITIAL, "password": PASSWORD });
    grace.put("/api/v1/me/password", Some(chosen)).await.expect(200);
    assert_eq!(grace.get("/api/v1/me/memberships").await.expect(200)["items"].as_array().unwrap().len(), 1);
    let again = nobody.post("/api/v1/sign-ins", sign_in(PASSWORD)).await.expect(201);
    assert_eq!(again["password_change_required"], false);
}

/// Decision 0038: the name to sign in with and a link that works once; whoever reads the mail later has nothing.
async fn s2_6_the_credentials_mail_names_the_login_and_never_the_password(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let add = async |name: &str, more: Value| {
        let mut form = json!({ "name": name, "email": address(name), "set_up_link": "mail" });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ada.post(&members, form).await.expect(201);
        deployment.mail_to(&address(name)).await
    };
    let mail = add("Grace", json!({ "initial_password": INITIAL })).await;
    assert!(mail.text.contains("You sign in as: grace@example.org"), "{}", mail.text);
    assert!(mail.text.contains("Your first password comes from Acme") && mail.html.contains("first password"));
    let french = add("Zoe", json!({ "initial_password": INITIAL, "username": "zoe", "language": "fr" })).await;
    assert!(
        french.text.contains("Vous vous connectez en tant que : zoe") && french.text.contains("premier mot de passe")
    );
    let without = add("Emil", json!({})).await;
    assert!(!without.text.contains("first password") && !without.text.contains("You sign in as"), "{}", without.text);
    for mail in [&mail, &french, &without] {
        assert!(!mail.text.contains(INITIAL) && !mail.html.contains(INITIAL));
    }
    // The link lets the person choose at once; the initial password is worth nothing from then on.
    let form = json!({ "token": token(&json!(link_of(&mail.text))), "username": "grace", "password": PASSWORD });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
    let initial = json!({ "login": "grace", "password": INITIAL });
    deployment.nobody().post("/api/v1/sign-ins", initial).await.refused(401, "wrong-credentials");
}

fn link_of(text: &str) -> &str {
    text.split_whitespace().find(|word| word.contains("/join/")).expect("a link")
}

async fn s2_6_an_initial_password_ends_after_fourteen_days(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let roster = |username: &str| json!({ "name": "Grace", "username": username, "initial_password": INITIAL });
    ada.post(&members, roster("grace")).await.expect(201);
    ada.post(&members, roster("hedy")).await.expect(201);
    let sign_in = |username: &str| json!({ "login": username, "password": INITIAL });
    deployment.pass(Duration::days(14) - Duration::seconds(1));
    deployment.nobody().post("/api/v1/sign-ins", sign_in("grace")).await.expect(201);
    deployment.pass(Duration::seconds(1));
    deployment.nobody().post("/api/v1/sign-ins", sign_in("hedy")).await.refused(401, "wrong-credentials");
}

async fn s2_6_one_initial_password_lets_one_of_thirty_two_in(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let roster = json!({ "name": "Grace", "username": "grace", "initial_password": INITIAL });
    ada.post(&members, roster).await.expect(201);
    let nobody = deployment.nobody();
    let form = json!({ "login": "grace", "password": INITIAL });
    let tries = (0..32).map(|_| nobody.post("/api/v1/sign-ins", form.clone()));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
}

async fn a62_a_known_address_is_not_told_and_not_taken_over(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let bob = deployment.person("Bob").await;
    let mut told = Vec::new();
    for name in ["Bob", "Zoe"] {
        let roster =
            json!({ "name": name, "email": address(name), "initial_password": INITIAL, "set_up_link": "mail" });
        let mut answer = ada.post(&members, roster).await.expect(201);
        for own in ["id", "user_id", "name", "email"] {
            answer.as_object_mut().unwrap().remove(own);
        }
        told.push(answer);
    }
    assert_eq!(told[0], told[1]);
    let sign_in = |password: &str| json!({ "login": "bob@example.org", "password": password });
    let nobody = deployment.nobody();
    nobody.post("/api/v1/sign-ins", sign_in(INITIAL)).await.refused(401, "wrong-credentials");
    nobody.post("/api/v1/sign-ins", sign_in(PASSWORD)).await.expect(201);
    assert!(bob.get("/api/v1/me/memberships").await.expect(200)["items"].as_array().unwrap().is_empty());
}

async fn s4_5_a_mailed_link_sets_up_a_login_and_proves_the_mailbox(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    ada.post(&members, json!({ "name": "Grace", "email": address("Grace") })).await.expect(201);
    let without = format!("{members}?login=false");
    let listed = ada.get(&without).await.expect(200);
    let path = format!("{members}/{}/set-up-link", listed["items"][0]["id"].as_str().unwrap());
    ada.post(&path, json!({ "deliver": "mail" })).await.expect(200);
    let token = deployment.link_to("grace@").await;
    let nobody = deployment.nobody();
    let seen = nobody.post("/api/v1/set-up-links/inspect", json!({ "token": token })).await.expect(200);
    assert_eq!((&seen["asks_username"], &seen["proves_mailbox"]), (&json!(true), &json!(true)));
    let redeem = |username: Option<&str>| json!({ "token": token, "username": username, "password": PASSWORD });
    let refused = nobody.post("/api/v1/set-up-links/redeem", redeem(None)).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "username");
    let set_up = nobody.post("/api/v1/set-up-links/redeem", redeem(Some("grace"))).await.expect(201);
    nobody.post("/api/v1/set-up-links/redeem", redeem(Some("hedy"))).await.refused(410, "link-spent");
    let me = client(&deployment, &set_up).get("/api/v1/me").await.expect(200);
    assert!(me["emails"][0]["verified_at"].is_string() && me["username"] == "grace", "{me}");
    assert_eq!(ada.get(&without).await.expect(200)["items"], json!([]), "whoever has a login vanishes from the screen");
    ada.post(&path, json!({})).await.refused(409, "login-exists");
}

async fn s4_8_a_link_that_is_handed_over_kills_the_earlier_ones_and_proves_nothing(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    deployment.person("Grace").await;
    let roster = json!({ "name": "Grace", "email": address("Grace"), "set_up_link": "mail" });
    let added = ada.post(&members, roster).await.expect(201);
    let mailed = deployment.link_to("grace@").await;
    let path = format!("{members}/{}/set-up-link", added["id"].as_str().unwrap());
    let handed = token(&ada.post(&path, json!({ "deliver": "return" })).await.expect(200)["link"]);
    let nobody = deployment.nobody();
    let redeem = |token: &str| json!({ "token": token, "username": "hopper", "password": PASSWORD });
    nobody.post("/api/v1/set-up-links/redeem", redeem(&mailed)).await.refused(410, "link-superseded");
    let seen = nobody.post("/api/v1/set-up-links/inspect", json!({ "token": handed })).await.expect(200);
    assert_eq!((&seen["has_account"], &seen["proves_mailbox"]), (&json!(false), &json!(false)));
    let set_up = nobody.post("/api/v1/set-up-links/redeem", redeem(&handed)).await.expect(201);
    let me = client(&deployment, &set_up).get("/api/v1/me").await.expect(200);
    assert_eq!(me["emails"][0]["verified_at"], Value::Null);
    // A link that is late is dead, and an address is needed to mail one.
    let nowhere = json!({ "name": "Hedy", "set_up_link": "mail" });
    assert_eq!(ada.post(&members, nowhere).await.refused(422, "invalid-input")["code"], "invalid-input");
    let added = ada.post(&members, json!({ "name": "Hedy", "set_up_link": "return" })).await.expect(201);
    deployment.pass(Duration::days(14));
    let late = json!({ "token": added["set_up_link"], "username": "hedy", "password": PASSWORD });
    nobody.post("/api/v1/set-up-links/redeem", late).await.refused(410, "link-expired");
}

async fn s4_5_a_known_person_signs_in_and_takes_the_membership_over(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let (grace, eve) = (deployment.person("Grace").await, deployment.person("Eve").await);
    let roster = json!({ "name": "Grace", "email": address("Grace"), "username": "prepared",
        "initial_password": INITIAL, "set_up_link": "mail" });
    ada.post(&members, roster).await.expect(201);
    let token = deployment.link_to("grace@").await;
    let form = json!({ "token": token, "username": "grace", "password": "another fine long password" });
    let redeem = "/api/v1/set-up-links/redeem";
    deployment.nobody().post(redeem, form.clone()).await.refused(409, "account-exists");
    eve.post(redeem, json!({ "token": token })).await.refused(409, "wrong-account");
    let set_up = grace.post(redeem, json!({ "token": token })).await.expect(201);
    let grace = client(&deployment, &set_up);
    assert_eq!(grace.get("/api/v1/me/memberships").await.expect(200)["items"].as_array().unwrap().len(), 1);
    // The account that was prepared is gone; her own is as it was.
    let prepared = json!({ "login": "prepared", "password": INITIAL });
    deployment.nobody().post("/api/v1/sign-ins", prepared).await.refused(401, "wrong-credentials");
    let own = json!({ "login": address("Grace"), "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", own).await.expect(201);
}

/// The fresh sign-in is known as well as the one that it takes the place of, and what was shown for that is no newer.
async fn a64_taking_a_membership_over_proves_nothing_anew(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let taken_over = async |person: &Client, name: &str| {
        let roster = json!({ "name": name, "email": address(name), "set_up_link": "mail" });
        ada.post(&members, roster).await.expect(201);
        let token = deployment.link_to(&address(name)).await;
        let set_up = person.post("/api/v1/set-up-links/redeem", json!({ "token": token })).await.expect(201);
        client(&deployment, &set_up).get("/api/v1/me/second-factor").await.expect(200)["fresh"].clone()
    };
    let (grace, ..) = enrolled(&deployment, &deployment.person("Grace").await).await;
    assert_eq!(taken_over(&grace, "Grace").await, true, "two factors stay two");
    let hedy = deployment.person("Hedy").await;
    deployment.pass(Duration::minutes(10));
    assert_eq!(taken_over(&hedy, "Hedy").await, false, "an old proof stays old");
}

async fn s4_7_a_security_administrator_helps_with_a_login(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let organization = members.split('/').nth(4).unwrap().to_owned();
    let form = json!({ "email": address("Sam"), "role": "security_administrator" });
    ada.post(&format!("/api/v1/organizations/{organization}/invitations"), form).await.expect(201);
    let token = deployment.link_to("sam@").await;
    let form = json!({ "token": token, "name": "Sam", "username": "sam", "password": PASSWORD });
    let sam = client(&deployment, &deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201));
    let added = ada.post(&members, json!({ "name": "Grace", "email": address("Grace"), "set_up_link": "mail" })).await;
    let member = format!("{members}/{}", added.expect(201)["id"].as_str().unwrap());
    let token = deployment.link_to("grace@").await;
    let form = json!({ "token": token, "username": "grace", "password": PASSWORD });
    let set_up = deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
    let grace = client(&deployment, &set_up);

    sam.post_nothing(&format!("{member}/sign-out")).await.expect(204);
    grace.get("/api/v1/me").await.refused(401, "not-signed-in");
    let own = json!({ "login": "grace", "password": PASSWORD });
    let grace = client(&deployment, &deployment.nobody().post("/api/v1/sign-ins", own.clone()).await.expect(201));
    let help = json!({ "username": "hopper", "initial_password": INITIAL });
    sam.put(&format!("{member}/login"), Some(help)).await.expect(200);
    grace.get("/api/v1/me").await.refused(401, "not-signed-in");
    deployment.nobody().post("/api/v1/sign-ins", own).await.refused(401, "wrong-credentials");
    let initial = json!({ "login": "hopper", "password": INITIAL });
    let entered = deployment.nobody().post("/api/v1/sign-ins", initial).await.expect(201);
    assert_eq!(entered["password_change_required"], true);
    let mail = deployment.mail_to("grace@").await;
    assert!(mail.subject.contains("login was changed") && !mail.text.contains(INITIAL), "{}", mail.text);
    let log = ada.get(&format!("/api/v1/organizations/{organization}/events")).await.expect(200);
    let events: Vec<_> = log["items"].as_array().unwrap().iter().map(|it| it["event"].as_str().unwrap()).collect();
    assert!(events.contains(&"member-login-changed") && events.contains(&"member-signed-out"), "{events:?}");
}

async fn decision_0024_a_login_of_ones_own_is_out_of_reach(deployment: Deployment) {
    let (ada, members) = portal(&deployment).await;
    let organization = members.split('/').nth(4).unwrap().to_owned();
    ada.post(&format!("/api/v1/organizations/{organization}/invitations"), json!({ "email": address("Bob") }))
        .await
        .expect(201);
    let token = deployment.link_to("bob@").await;
    let form = json!({ "token": token, "name": "Bob", "username": "bob", "password": PASSWORD });
    let bob = client(&deployment, &deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201));
    let listed = ada.get(&format!("{members}?q=bob")).await.expect(200);
    let member = format!("{members}/{}", listed["items"][0]["id"].as_str().unwrap());
    let help = json!({ "initial_password": INITIAL });
    ada.put(&format!("{member}/login"), Some(help)).await.refused(403, "login-not-yours");
    ada.post_nothing(&format!("{member}/sign-out")).await.refused(403, "login-not-yours");
    bob.get("/api/v1/me").await.expect(200);
    let own = ada.get(&format!("{members}?q=ada")).await.expect(200);
    let own = format!("{members}/{}", own["items"][0]["id"].as_str().unwrap());
    ada.post_nothing(&format!("{own}/sign-out")).await.refused(403, "owner-is-fixed");
}
