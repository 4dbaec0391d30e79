//! The slots of an account's package: what takes one, what frees one, and what an error says of it (S3.5).

use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::json;
use time::Duration;

on_every_store! {
    s3_1_the_level_of_the_invitation_is_the_users,
    s3_5_at_the_limit_each_of_the_three_ways_out_works,
    s3_5_a_reservation_is_accepted_whatever_became_of_limit_and_subscription,
}

fn acme(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}

async fn s3_1_the_level_of_the_invitation_is_the_users(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    for (name, level) in [("Bob", "viewer"), ("Cleo", "editor"), ("Dora", "administrator")] {
        let person = deployment.joined(&ada, &organization, name, level).await;
        let mine = person.get("/api/v1/me/memberships").await.expect(200);
        assert_eq!(mine["items"][0]["membership"]["role"], level);
    }
}

async fn s3_5_at_the_limit_each_of_the_three_ways_out_works(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let subscription = format!("/api/v1/operator/organizations/{organization}/subscription");
    deployment.operator().put(&subscription, Some(json!({ "seat_limit": 3 }))).await.expect(200);
    deployment.joined(&ada, &organization, "Bob", "viewer").await;
    let path = format!("{}/invitations", acme(&organization));
    let offered = ada.post(&path, json!({ "email": address("Cleo") })).await.expect(201);
    let dora = json!({ "email": address("Dora") });
    let refused = ada.post(&path, dora.clone()).await.refused(409, "seat-limit-reached");
    assert_eq!((&refused["limit"], &refused["current"]), (&json!(3), &json!(3)));
    assert_eq!(refused["ways_out"], json!(["upgrade", "remove_member", "revoke_invitation"]));
    for words in ["more seats", "remove a member", "revoke an invitation"] {
        assert!(refused["detail"].as_str().unwrap().contains(words), "{refused}");
    }
    ada.delete(&format!("{path}/{}", offered["id"].as_str().unwrap())).await.expect(204);
    ada.post(&path, dora).await.expect(201);
    let eve = json!({ "email": address("Eve") });
    ada.post(&path, eve.clone()).await.refused(409, "seat-limit-reached");
    let members = ada.get(&format!("{}/members?q=bob", acme(&organization))).await.expect(200);
    let bob = members["items"][0]["id"].as_str().unwrap();
    ada.delete(&format!("{}/members/{bob}", acme(&organization))).await.expect(204);
    ada.post(&path, eve).await.expect(201);
    let finn = json!({ "email": address("Finn") });
    ada.post(&path, finn.clone()).await.refused(409, "seat-limit-reached");
    deployment.operator().put(&subscription, Some(json!({ "seat_limit": 4 }))).await.expect(200);
    ada.post(&path, finn).await.expect(201);
}

async fn s3_5_a_reservation_is_accepted_whatever_became_of_limit_and_subscription(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let subscription = format!("/api/v1/operator/organizations/{organization}/subscription");
    let ends = (deployment.now() + Duration::days(1)).format(&time::format_description::well_known::Rfc3339).unwrap();
    let terms = json!({ "seat_limit": 2, "expires_at": ends });
    ada.post(&format!("{}/invitations", acme(&organization)), json!({ "email": address("Bob") })).await.expect(201);
    deployment.operator().put(&subscription, Some(terms)).await.expect(200);
    let token = deployment.link_to(&address("Bob")).await;
    deployment.pass(Duration::days(2));
    let form = json!({ "token": token, "name": "Bob", "password": PASSWORD });
    let accepted = deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
    assert_eq!(accepted["membership"]["seat"], true);
}
