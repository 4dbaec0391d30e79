//! What only the operator does.

use serde_json::json;

use crate::site::{OPERATOR, Site};

#[tokio::test]
async fn s0_1_an_organization_awaits_its_owner() {
    let site = Site::new();
    let form = json!({"name": "Acme", "preset": "account", "owner_email": "ada@example.org", "seat_limit": 5});
    let create = site.post("/api/v1/operator/organizations").bearing(OPERATOR).json(&form);
    let created = create.send().await.expect(201).json();
    assert_eq!((&created["state"], &created["membership"]), (&json!("awaiting_owner"), &json!(null)));
    let link = site.mailed().await.pop().unwrap();
    let form = json!({"token": link, "name": "Ada", "password": crate::site::PASSWORD});
    let accepted = site.post("/api/v1/invitations/accept").json(&form).send().await.expect(201);
    assert_eq!(accepted.json()["membership"]["role"], "owner");
    let path = format!("/api/v1/operator/organizations/{}", created["id"].as_str().unwrap());
    let seen = site.get(&path).bearing(OPERATOR).send().await.expect(200).json();
    assert_eq!((&seen["state"], &seen["owner"]), (&json!("live"), &json!("Ada")));
}

#[tokio::test]
async fn the_operator_sends_the_owners_invitation_again_and_sees_no_members() {
    let site = Site::new();
    let form = json!({"name": "Acme", "owner_email": "ada@example.org"});
    let created = site.post("/api/v1/operator/organizations").bearing(OPERATOR).json(&form).send().await.expect(201);
    let acme = format!("/organizations/{}", created.text("id"));
    let listed = site.get(&format!("{acme}/invitations")).bearing(OPERATOR).send().await.expect(200).json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    site.post(&format!("{acme}/invitations/{id}/resend")).bearing(OPERATOR).send().await.expect(200);
    assert_eq!(site.mailed().await.len(), 2);
    site.get(&format!("{acme}/members")).bearing(OPERATOR).send().await.refused(403, "permission-missing");
    site.get("/me").bearing(OPERATOR).send().await.refused(401, "not-signed-in");
}

#[tokio::test]
async fn only_the_operator_is_let_in() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let path = format!("/api/v1/operator{acme}");
    site.get(&path).send().await.refused(401, "not-signed-in");
    site.get(&path).bearing("another").send().await.refused(401, "not-signed-in");
    site.get(&path).by(&ada).send().await.refused(403, "operator-only");
    site.get(&path).bearing(OPERATOR).send().await.expect(200);
    site.get("/api/v1/operator/organizations/not-an-id")
        .bearing(OPERATOR)
        .send()
        .await
        .refused(404, "unknown-organization");
    let without = Site::with(|options| options.operator_token = None);
    without.get(&path).bearing("").send().await.refused(401, "not-signed-in");
}

#[tokio::test]
async fn s0_14_a_lost_owner_is_replaced() {
    let site = Site::new();
    let (ada, mut bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    let member = site.join(&acme, &ada, &mut bob, "member").await;
    let form = json!({"member_id": member.rsplit('/').next().unwrap()});
    let replace = site.post(&format!("/api/v1/operator{acme}/owner")).bearing(OPERATOR).json(&form);
    assert_eq!(replace.send().await.expect(200).text("owner"), "Bob");
}

#[tokio::test]
async fn a_seat_limit_is_bounded() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "account").await;
    let set = |body| site.put(&format!("/api/v1/operator{acme}/subscription")).bearing(OPERATOR).json(&body);
    for bad in [json!({"seat_limit": -1}), json!({"seat_limit": 10_000_001}), json!({"seat_limit": "5"}), json!({})] {
        assert_eq!(set(bad).send().await.refused(422, "invalid-input").json()["field"], "seat_limit");
    }
    assert_eq!(set(json!({"seat_limit": null})).send().await.expect(200).json()["free"], json!(null));
}
