//! Seats under every policy, and the dates that end a membership, as far as inviting and joining need them.

use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::json;
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    s0_2_invite_accept_and_allocate_give_full_access,
    s0_6_a_seat_is_allocated_once_and_released,
    s0_9_a_withdrawn_invitation_s_link_says_so,
    s0_11_an_acceptance_notifies_the_administrators,
    s2_14_on_the_deactivation_date_access_ends_and_the_seat_is_free,
    s3_5_users_and_invitations_never_exceed_the_slots,
    s3_6_a_removed_user_is_out_at_once,
    s3_7_an_invitation_can_be_resent,
}

fn acme(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}

async fn set_limit(deployment: &Deployment, organization: &str, limit: u32) {
    let path = format!("/api/v1/operator/organizations/{organization}/subscription");
    deployment.operator().put(&path, Some(json!({ "seat_limit": limit }))).await.expect(200);
}

async fn s0_2_invite_accept_and_allocate_give_full_access(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "member").await;
    let access =
        async || bob.get("/api/v1/me/memberships").await.expect(200)["items"][0]["membership"]["access"].clone();
    assert_eq!(access().await, json!({ "level": "limited", "because": "seat-missing" }));
    let members = ada.get(&format!("{}/members?seat=false&q=Bob", acme(&organization))).await.expect(200);
    let seat = format!("{}/members/{}/seat", acme(&organization), members["items"][0]["id"].as_str().unwrap());
    ada.put(&seat, None).await.expect(200);
    assert_eq!(access().await, json!({ "level": "full", "because": null }));
    assert!(deployment.mail_to("bob@example.org").await.text.contains("Acme"));
}

async fn s0_6_a_seat_is_allocated_once_and_released(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    deployment.joined(&ada, &organization, "Bob", "member").await;
    deployment.joined(&ada, &organization, "Cleo", "member").await;
    set_limit(&deployment, &organization, 1).await;
    let without = ada.get(&format!("{}/members?seat=false", acme(&organization))).await.expect(200);
    assert_eq!(without["total"], 3);
    let seat = |index: usize| {
        format!("{}/members/{}/seat", acme(&organization), without["items"][index]["id"].as_str().unwrap())
    };
    ada.put(&seat(1), None).await.expect(200);
    ada.put(&seat(1), None).await.refused(409, "seat-held");
    ada.put(&seat(2), None).await.refused(409, "seat-limit-reached");
    ada.delete(&seat(1)).await.expect(200);
    ada.delete(&seat(1)).await.refused(409, "no-seat-held");
    ada.put(&seat(2), None).await.expect(200);
}

async fn s0_9_a_withdrawn_invitation_s_link_says_so(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let path = format!("{}/invitations", acme(&organization));
    let made = ada.post(&path, json!({ "email": address("Bob") })).await.expect(201);
    let token = deployment.link_to("bob@example.org").await;
    ada.delete(&format!("{path}/{}", made["id"].as_str().unwrap())).await.expect(204);
    deployment
        .nobody()
        .post("/api/v1/invitations/inspect", json!({ "token": token }))
        .await
        .refused(410, "invitation-revoked");
}

async fn s0_11_an_acceptance_notifies_the_administrators(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    deployment.joined(&ada, &organization, "Bob", "member").await;
    let mail = deployment.mail_to("ada@example.org").await;
    assert!(
        mail.text.contains("Bob") && mail.text.contains(&format!("/organizations/{organization}/seats")),
        "{}",
        mail.text
    );
}

async fn s2_14_on_the_deactivation_date_access_ends_and_the_seat_is_free(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "learning_platform").await;
    set_limit(&deployment, &organization, 2).await;
    let ends = deployment.now() + Duration::days(30);
    let path = format!("{}/invitations", acme(&organization));
    let offer = json!({ "email": address("Bob"), "deactivates_at": ends.format(&Rfc3339).unwrap() });
    ada.post(&path, offer).await.expect(201);
    deployment.taken_up("Bob").await;
    let subscription = format!("{}/subscription", acme(&organization));
    deployment.pass(Duration::days(29));
    let sign_in = |login: &str| json!({ "login": login, "password": PASSWORD });
    let again = deployment.nobody().post("/api/v1/sign-ins", sign_in("bob@example.org")).await.expect(201);
    let bob = membership_tests::client::Client::new(deployment.router(), again["token"].as_str().map(str::to_owned));
    bob.get(&acme(&organization)).await.expect(200);
    deployment.pass(Duration::days(1));
    let again = deployment.nobody().post("/api/v1/sign-ins", sign_in("bob@example.org")).await.expect(201);
    let bob = membership_tests::client::Client::new(deployment.router(), again["token"].as_str().map(str::to_owned));
    bob.get(&acme(&organization)).await.refused(403, "membership-deactivated");
    let again = deployment.nobody().post("/api/v1/sign-ins", sign_in("ada@example.org")).await.expect(201);
    let ada = membership_tests::client::Client::new(deployment.router(), again["token"].as_str().map(str::to_owned));
    assert_eq!(ada.get(&subscription).await.expect(200)["assigned"], 1);
    let members = ada.get(&format!("{}/members?status=deactivated", acme(&organization))).await.expect(200);
    assert_eq!(members["items"][0]["name"], "Bob Ray");
    let suspension =
        format!("{}/members/{}/suspension", acme(&organization), members["items"][0]["id"].as_str().unwrap());
    ada.delete(&suspension).await.expect(200);
    bob.get(&acme(&organization)).await.expect(200);
}

async fn s3_5_users_and_invitations_never_exceed_the_slots(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    set_limit(&deployment, &organization, 2).await;
    let path = format!("{}/invitations", acme(&organization));
    let made = ada.post(&path, json!({ "email": address("Bob") })).await.expect(201);
    let cleo = json!({ "email": address("Cleo") });
    ada.post(&path, cleo.clone()).await.refused(409, "seat-limit-reached");
    ada.delete(&format!("{path}/{}", made["id"].as_str().unwrap())).await.expect(204);
    ada.post(&path, cleo).await.expect(201);
    let dora = json!({ "email": address("Dora") });
    ada.post(&path, dora.clone()).await.refused(409, "seat-limit-reached");
    deployment.pass(Duration::days(7));
    ada.post(&path, dora).await.expect(201);
    set_limit(&deployment, &organization, 1).await;
    let token = deployment.link_to("dora@example.org").await;
    let form = json!({ "token": token, "name": "Dora", "password": PASSWORD });
    deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
}

async fn s3_6_a_removed_user_is_out_at_once(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "viewer").await;
    bob.get(&acme(&organization)).await.expect(200);
    let members = ada.get(&format!("{}/members?q=bob", acme(&organization))).await.expect(200);
    ada.delete(&format!("{}/members/{}", acme(&organization), members["items"][0]["id"].as_str().unwrap()))
        .await
        .expect(204);
    bob.get(&acme(&organization)).await.refused(404, "unknown-organization");
    assert_eq!(bob.get("/api/v1/me/memberships").await.expect(200)["items"], json!([]));
}

async fn s3_7_an_invitation_can_be_resent(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let path = format!("{}/invitations", acme(&organization));
    let made = ada.post(&path, json!({ "email": address("Bob") })).await.expect(201);
    let first = deployment.link_to("bob@example.org").await;
    deployment.pass(Duration::days(5));
    ada.post_nothing(&format!("{path}/{}/resend", made["id"].as_str().unwrap())).await.expect(200);
    let second = deployment.link_to("bob@example.org").await;
    assert_ne!(first, second);
    deployment.pass(Duration::days(5));
    let form = |token: &str| json!({ "token": token, "name": "Bob", "password": PASSWORD });
    deployment.nobody().post("/api/v1/invitations/accept", form(&first)).await.refused(410, "link-superseded");
    deployment.nobody().post("/api/v1/invitations/accept", form(&second)).await.expect(201);
}
