//! Which passwords are refused, wherever one is chosen (A67; NIST SP 800-63B, 3.1.1.2).

use membership_tests::client::{Answer, Client};
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    a67_a_common_short_long_or_known_password_is_refused_wherever_one_is_chosen,
    s2_6_an_initial_password_is_judged_like_every_other,
}

/// Passwords that nobody may choose who is called Ada Augusta Lovelace, with the rule each breaks.
const REFUSED: [(&str, &str); 4] = [
    ("short", "too-short"),
    ("QwertyUIOP12345", "common"),
    ("ada augusta lovelace", "own-name"),
    ("Ada.Augusta.Lovelace@example.org", "own-name"),
];
const NAME: &str = "Ada Augusta Lovelace";

fn judged(answer: &Answer, field: &str, rule: &str) {
    let told = answer.refused(422, "invalid-input");
    assert_eq!((told["field"].as_str(), told["rule"].as_str()), (Some(field), Some(rule)), "{told}");
    assert!(told["detail"].as_str().is_some_and(|it| it.contains("must")), "{told}");
}

async fn a67_a_common_short_long_or_known_password_is_refused_wherever_one_is_chosen(deployment: Deployment) {
    let nobody = deployment.nobody();
    let sign_up = |password: &str| json!({ "email": address(NAME), "name": NAME, "password": password });
    let long = "x".repeat(1_025);
    let refused = || REFUSED.into_iter().chain([(long.as_str(), "too-long")]);
    for (password, rule) in refused() {
        judged(&nobody.post("/api/v1/users", sign_up(password)).await, "password", rule);
    }
    let ada = deployment.person(NAME).await;
    nobody.post("/api/v1/password-resets", json!({ "login": address(NAME) })).await.expect(202);
    let token = deployment.link_to(&address(NAME)).await;
    for (password, rule) in refused() {
        let change = json!({ "present_password": PASSWORD, "password": password });
        judged(&ada.put("/api/v1/me/password", Some(change)).await, "password", rule);
        let reset = json!({ "token": token, "password": password });
        judged(&nobody.post("/api/v1/password-resets/redeem", reset).await, "password", rule);
    }
    // The link is not spent by what was refused, and the longest password is one.
    let reset = json!({ "token": token, "password": "é".repeat(512) });
    nobody.post("/api/v1/password-resets/redeem", reset).await.expect(201);
    let decomposed = json!({ "login": address(NAME), "password": "e\u{301}".repeat(512) });
    nobody.post("/api/v1/sign-ins", decomposed).await.expect(201);
}

async fn s2_6_an_initial_password_is_judged_like_every_other(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "member_portal").await;
    let members = format!("/api/v1/organizations/{organization}/members");
    let roster = |password: Value| json!({ "name": NAME, "email": address(NAME), "initial_password": password });
    for (password, rule) in REFUSED {
        judged(&ada.post(&members, roster(json!(password))).await, "initial_password", rule);
    }
    let added = ada.post(&members, roster(json!(PASSWORD))).await.expect(201);
    let login = format!("{members}/{}/login", added["id"].as_str().unwrap());
    for (password, rule) in REFUSED {
        let help = json!({ "initial_password": password });
        judged(&ada.put(&login, Some(help)).await, "initial_password", rule);
    }
    // A username that was just given is known, too; what was refused has changed nothing.
    let help = json!({ "username": "countess.of.lovelace", "initial_password": "Countess.of.Lovelace" });
    judged(&ada.put(&login, Some(help)).await, "initial_password", "own-name");
    let sign_in = json!({ "login": address(NAME), "password": PASSWORD });
    let entered = deployment.nobody().post("/api/v1/sign-ins", sign_in).await.expect(201);
    let person = Client::new(deployment.router(), entered["token"].as_str().map(str::to_owned));
    let me = person.get("/api/v1/me").await.expect(200);
    assert_eq!((&me["first_name"], &me["name"]), (&Value::Null, &json!(NAME)));
}
