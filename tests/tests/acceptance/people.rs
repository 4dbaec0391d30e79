//! Who somebody is: sign up, verify, sign in and out, and who may see what of whom (I8, I10–I13).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::json;
use time::Duration;

on_every_store! {
    a_person_signs_up_verifies_and_signs_in_and_out,
    i13_signing_up_tells_nobody_whether_an_address_has_an_account,
    i11_looking_at_a_link_spends_nothing,
    i10_an_organization_does_not_exist_for_strangers,
    i12_no_list_shows_a_link,
    a_link_that_was_handed_over_verifies_no_address,
    s3_2_an_accepted_invitation_adds_to_my_organizations,
}

async fn a_person_signs_up_verifies_and_signs_in_and_out(deployment: Deployment) {
    let nobody = deployment.nobody();
    let form = json!({ "email": "Ada@Example.org", "name": "Ada", "password": PASSWORD });
    nobody.post("/api/v1/users", form).await.expect(202);
    let sign_in = json!({ "login": "ada@example.org", "password": PASSWORD });
    nobody.post("/api/v1/sign-ins", sign_in.clone()).await.refused(401, "wrong-credentials");
    let link = deployment.link_to("ada@example.org").await;
    let verify = |password: &str| json!({ "token": link, "password": password });
    nobody.post("/api/v1/users/verify", verify("not the password at all")).await.refused(401, "wrong-credentials");
    nobody.post("/api/v1/users/verify", verify(PASSWORD)).await.expect(201);
    nobody.post("/api/v1/users/verify", verify(PASSWORD)).await.refused(410, "sign-up-over");
    let signed_in = nobody.post("/api/v1/sign-ins", sign_in).await.expect(201);
    let ada = Client::new(deployment.router(), signed_in["token"].as_str().map(str::to_owned));
    assert_eq!(ada.get("/api/v1/me").await.expect(200)["name"], "Ada");
    ada.delete("/api/v1/sign-ins/current").await.expect(204);
    ada.get("/api/v1/me").await.refused(401, "not-signed-in");
    let wrong = json!({ "login": "ada@example.org", "password": "wrong" });
    nobody.post("/api/v1/sign-ins", wrong).await.refused(401, "wrong-credentials");
}

async fn i13_signing_up_tells_nobody_whether_an_address_has_an_account(deployment: Deployment) {
    deployment.person("Ada").await;
    let nobody = deployment.nobody();
    let form = |email: &str| json!({ "email": email, "name": "Eve", "password": PASSWORD });
    let known = nobody.post("/api/v1/users", form("ada@example.org")).await;
    let unknown = nobody.post("/api/v1/users", form("eve@example.org")).await;
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    let told = deployment.mail_to("ada@example.org").await;
    assert!(!told.text.contains("/verify/"), "{}", told.text);
    let sign_in = |login: &str| json!({ "login": login, "password": "not the password at all" });
    let known = nobody.post("/api/v1/sign-ins", sign_in("ada@example.org")).await;
    let unknown = nobody.post("/api/v1/sign-ins", sign_in("zoe@example.org")).await;
    let told = |answer: &membership_tests::client::Answer| {
        let mut body = answer.refused(401, "wrong-credentials");
        body.as_object_mut().unwrap().remove("instance");
        body.as_object_mut().unwrap().remove("request_id");
        body
    };
    assert_eq!(told(&known), told(&unknown));
}

async fn i11_looking_at_a_link_spends_nothing(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    ada.post(&format!("/api/v1/organizations/{organization}/invitations"), json!({ "email": address("Bob") }))
        .await
        .expect(201);
    let token = deployment.link_to("bob@example.org").await;
    let nobody = deployment.nobody();
    for _ in 0..5 {
        let page = nobody.get(&format!("/i/{token}")).await;
        assert_eq!(page.status, 303);
        assert!(!page.header("location").contains(&token), "the redirect leads to an address without the secret");
        nobody.post("/api/v1/invitations/inspect", json!({ "token": token })).await.expect(200);
    }
    nobody.post("/api/v1/invitations/accept", json!({ "token": token, "name": "Bob" })).await.expect(201);
}

async fn i10_an_organization_does_not_exist_for_strangers(deployment: Deployment) {
    let (ada, eve) = (deployment.person("Ada").await, deployment.person("Eve").await);
    let organization = deployment.founded(&ada, "team").await;
    let foreign = deployment.founded(&eve, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let no_such = format!("/api/v1/organizations/{}", uuid::Uuid::nil());
    for path in ["", "/members", "/invitations", "/events", "/subscription", "/policy"] {
        let there = eve.get(&format!("{acme}{path}")).await.refused(404, "unknown-organization");
        let not_there = eve.get(&format!("{no_such}{path}")).await.refused(404, "unknown-organization");
        assert_eq!(there["detail"], not_there["detail"]);
    }
    // An id of another organization is unknown in one's own (A39).
    let members = ada.get(&format!("{acme}/members")).await.expect(200);
    let adas = members["items"][0]["id"].as_str().unwrap();
    eve.get(&format!("/api/v1/organizations/{foreign}/members/{adas}")).await.refused(404, "unknown-member");
    eve.delete(&format!("/api/v1/organizations/{foreign}/members/{adas}")).await.refused(404, "unknown-member");
}

async fn i12_no_list_shows_a_link(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}/invitations");
    let offer = json!({ "email": address("Bob"), "deliver": "return" });
    let made = ada.post(&path, offer).await.expect(201);
    let link = made["link"].as_str().unwrap();
    assert!(link.starts_with("http://localhost:8080/i/mli_"), "{link}");
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    for answer in [ada.get(&path).await, ada.get(&one).await] {
        assert!(!answer.text.contains("mli_"), "{}", answer.text);
    }
    let again = ada.post_nothing(&format!("{one}/link")).await.expect(200);
    assert_ne!(again["link"], made["link"]);
    let accept = |link: &serde_json::Value| json!({ "token": link, "name": "Bob", "password": PASSWORD });
    deployment.nobody().post("/api/v1/invitations/accept", accept(&made["link"])).await.refused(410, "link-superseded");
    deployment.nobody().post("/api/v1/invitations/accept", accept(&again["link"])).await.expect(201);
}

async fn a_link_that_was_handed_over_verifies_no_address(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}/invitations");
    let made = ada.post(&path, json!({ "email": address("Bob"), "deliver": "return" })).await.expect(201);
    let form = json!({ "token": made["link"], "name": "Bob", "password": PASSWORD });
    let accepted = deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
    let bob = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
    let email = bob.get("/api/v1/me").await.expect(200)["emails"][0].clone();
    assert_eq!(email, json!({ "address": "bob@example.org", "verified_at": null }));
    let mails = deployment.mails().await;
    assert!(mails.iter().all(|mail| !mail.to.contains("bob@")), "nothing went to an address nobody proved");
    // The account works; and the address is still free for whoever reads its mailbox.
    let sign_in = json!({ "login": "bob@example.org", "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", sign_in).await.expect(201);
    deployment.person("Bob").await;
}

async fn s3_2_an_accepted_invitation_adds_to_my_organizations(deployment: Deployment) {
    let (ada, eve) = (deployment.person("Ada").await, deployment.person("Eve").await);
    let acme = deployment.founded(&ada, "team").await;
    deployment.founded(&eve, "account").await;
    ada.post(&format!("/api/v1/organizations/{acme}/invitations"), json!({ "email": address("Eve"), "role": "admin" }))
        .await
        .expect(201);
    let waiting = eve.get("/api/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"][0]["organization"]["name"], "Acme");
    let token = deployment.link_to("eve@example.org").await;
    // Accepting rotates the sign-in: the old token is worth nothing from then on (A64).
    let accepted = eve.post("/api/v1/invitations/accept", json!({ "token": token })).await.expect(201);
    eve.get("/api/v1/me").await.refused(401, "not-signed-in");
    let eve = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
    let mine = eve.get("/api/v1/me/memberships").await.expect(200);
    let mut roles: Vec<_> =
        mine["items"].as_array().unwrap().iter().map(|it| it["membership"]["role"].as_str().unwrap()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["admin", "owner"]);
    assert_eq!(eve.get("/api/v1/me/invitations").await.expect(200)["items"], json!([]));
    deployment.pass(Duration::days(31));
    eve.get("/api/v1/me").await.refused(401, "not-signed-in");
}
