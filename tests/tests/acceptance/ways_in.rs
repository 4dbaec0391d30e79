//! How a newcomer gets in by each preset's sign-up policy, and what one's own organizations tell (S0.3, S1.7, S2.3, S3.2,
//! S4.5).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use membership_tests::visitor::Visitor;
use serde_json::{Value, json};

on_every_store! {
    s0_3_my_account_lists_the_group_with_role_seat_and_access,
    s2_3_the_first_sign_in_asks_for_first_name_last_name_and_a_password,
    s1_7_s4_5_every_preset_asks_a_newcomer_for_what_it_needs_and_nothing_else,
}

async fn s0_3_my_account_lists_the_group_with_role_seat_and_access(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let group = deployment.founded(&ada, "group_subscription").await;
    let bob = deployment.joined(&ada, &group, "Bob", "member").await;
    let mine = async |of: &Client| {
        let mine = of.get("/api/v1/me/memberships").await.expect(200);
        assert_eq!(
            (mine["total"].as_u64(), &mine["items"][0]["organization"]["id"]),
            (Some(1), &json!(group)),
            "{mine}"
        );
        let own = &mine["items"][0]["membership"];
        (own["role"].clone(), own["seat"].clone(), own["access"].clone())
    };
    let shown = async |of: &Client| Visitor::signed_in(&deployment, of).get("/organizations").await.text;
    // What is accepted without a seat is limited, and says why (S0.2).
    let (role, seat, access) = mine(&bob).await;
    assert_eq!((&role, &seat, &access["level"]), (&json!("member"), &json!(false), &json!("limited")), "{access}");
    assert!(access["because"].is_string(), "{access}");
    let page = shown(&bob).await;
    assert!(page.contains("Acme") && page.contains("Member") && page.contains("Without a seat"), "{page}");
    assert!(page.contains("access is limited"), "{page}");
    let found = ada.get(&format!("/api/v1/organizations/{group}/members?q=bob")).await.expect(200);
    let member = found["items"][0]["id"].as_str().expect("an id");
    ada.put(&format!("/api/v1/organizations/{group}/members/{member}/seat"), None).await.expect(200);
    let (_, seat, access) = mine(&bob).await;
    assert_eq!((&seat, &access["level"]), (&json!(true), &json!("full")), "{access}");
    assert!(!shown(&bob).await.contains("access is limited"));
    assert_eq!(mine(&ada).await.0, json!("owner"));
    assert!(shown(&ada).await.contains("Owner"));
}

/// The link of an invitation to that person into a new organization of that preset.
async fn invited(deployment: &Deployment, ada: &Client, preset: &str, name: &str) -> String {
    let organization = deployment.founded(ada, preset).await;
    let form = json!({ "email": address(name) });
    ada.post(&format!("/api/v1/organizations/{organization}/invitations"), form).await.expect(201);
    deployment.link_to(&address(name)).await
}

async fn s2_3_the_first_sign_in_asks_for_first_name_last_name_and_a_password(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let token = invited(&deployment, &ada, "learning_platform", "Joan").await;
    let whole = json!({ "token": token, "first_name": "Joan", "last_name": "Clarke", "password": PASSWORD });
    let nobody = deployment.nobody();
    let accept = "/api/v1/invitations/accept";
    for field in ["first_name", "last_name", "password"] {
        let mut form = whole.clone();
        form.as_object_mut().expect("an object").remove(field);
        assert_eq!(nobody.post(accept, form).await.refused(422, "invalid-input")["field"], field);
    }
    let accepted = nobody.post(accept, whole).await.expect(201);
    let joan = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
    assert_eq!(joan.get("/api/v1/me").await.expect(200)["name"], "Joan Clarke");
    let form = json!({ "login": address("Joan"), "password": PASSWORD });
    nobody.post("/api/v1/sign-ins", form).await.expect(201);
}

async fn s1_7_s4_5_every_preset_asks_a_newcomer_for_what_it_needs_and_nothing_else(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let nobody = deployment.nobody();
    for (number, (preset, asks, fields)) in [
        ("team", json!({ "name": "one_field", "username": false, "password": false }), json!({ "name": "Newcomer" })),
        (
            "learning_platform",
            json!({ "name": "first_and_last", "username": false, "password": true }),
            json!({ "first_name": "New", "last_name": "Comer", "password": PASSWORD }),
        ),
        (
            "account",
            json!({ "name": "one_field", "username": false, "password": true }),
            json!({ "name": "Newcomer", "password": PASSWORD }),
        ),
        (
            "member_portal",
            json!({ "name": "one_field", "username": true, "password": true }),
            json!({ "name": "Newcomer", "username": "newcomer", "password": PASSWORD }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("Newcomer {number}");
        let token = invited(&deployment, &ada, preset, &name).await;
        let told =
            nobody.post("/api/v1/invitations/inspect", json!({ "token": token })).await.expect(200)["asks"].clone();
        for (field, wanted) in asks.as_object().expect("an object") {
            assert_eq!(&told[field], wanted, "{preset}: {told}");
        }
        assert_eq!(told["registers_first"], false, "{preset}");
        let mut form = fields;
        form["token"] = json!(token);
        let accepted = nobody.post("/api/v1/invitations/accept", form).await.expect(201);
        let newcomer = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
        assert_eq!(newcomer.get("/api/v1/me/memberships").await.expect(200)["total"], 1, "{preset}");
    }
    // Only the group subscription has somebody register first (S0.10).
    let token = invited(&deployment, &ada, "group_subscription", "Last").await;
    let told: Value = nobody.post("/api/v1/invitations/inspect", json!({ "token": token })).await.expect(200);
    assert_eq!(told["asks"]["registers_first"], true);
    let form = json!({ "token": token, "name": "Last", "password": PASSWORD });
    nobody.post("/api/v1/invitations/accept", form).await.refused(409, "registration-required");
}
