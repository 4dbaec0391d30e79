//! What only whoever runs the deployment may do.

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD};
use membership_tests::on_every_store;
use secrecy::ExposeSecret;
use serde_json::json;
use time::Duration;

on_every_store! {
    a71_the_first_person_becomes_operator_by_the_printed_link_once,
    s0_1_an_organization_awaits_its_owner,
    s0_1_an_owner_who_did_not_come_is_invited_anew,
    s0_13_only_the_operator_changes_the_number_of_seats,
    s0_13_what_was_sold_meanwhile_is_not_overwritten_unseen,
    s0_14_the_operator_reassigns_a_lost_owner,
    the_operator_finds_every_organization,
}

async fn a71_the_first_person_becomes_operator_by_the_printed_link_once(deployment: Deployment) {
    let link = deployment.app.accounts.first_operator_link().await.unwrap().expect("nobody is operator yet");
    let page = format!("/set-up/{}", link.expose_secret());
    let opened = deployment.nobody().get(&page).await;
    assert_eq!(opened.status, 303);
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let browser = deployment.nobody().with("cookie", cookie).with("sec-fetch-site", "same-origin");
    let form = "email=root%40example.org&name=Root&password=correct+horse+battery+staple";
    let request = http::Request::post("/set-up")
        .header("host", "localhost:8080")
        .header("cookie", opened.header("set-cookie").split(';').next().unwrap())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(axum::body::Body::from(form))
        .unwrap();
    let done = browser.raw(request).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(deployment.app.accounts.first_operator_link().await.unwrap().is_none());
    let sign_in = json!({ "login": "root@example.org", "password": PASSWORD });
    let signed_in = deployment.nobody().post("/api/v1/sign-ins", sign_in).await.expect(201);
    let root = Client::new(deployment.router(), signed_in["token"].as_str().map(str::to_owned));
    let form = json!({ "name": "Acme", "preset": "team", "owner_email": "ada@example.org" });
    root.post("/api/v1/operator/organizations", form).await.expect(201);
}

async fn s0_1_an_organization_awaits_its_owner(deployment: Deployment) {
    let form = json!({ "name": "Readers", "preset": "group_subscription", "owner_email": "ada@example.org", "seat_limit": 10 });
    let made = deployment.operator().post("/api/v1/operator/organizations", form).await.expect(201);
    assert_eq!(made["state"], "awaiting_owner");
    let ada = deployment.taken_up("Ada").await;
    let mine = ada.get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(mine["items"][0]["membership"]["role"], "owner");
    let acme = format!("/api/v1/organizations/{}", made["id"].as_str().unwrap());
    assert_eq!(ada.get(&acme).await.expect(200)["state"], "live");
    assert_eq!(ada.get(&format!("{acme}/subscription")).await.expect(200)["seat_limit"], 10);
}

async fn s0_1_an_owner_who_did_not_come_is_invited_anew(deployment: Deployment) {
    let (operator, nobody) = (deployment.operator(), deployment.nobody());
    let form =
        json!({ "name": "Readers", "preset": "account", "owner_email": "mistyped@example.org", "seat_limit": 1 });
    let made = operator.post("/api/v1/operator/organizations", form).await.expect(201);
    let organization = format!("/api/v1/operator/organizations/{}", made["id"].as_str().unwrap());
    let path = format!("{organization}/owner-invitation");
    let inspect = async |link: &str| nobody.post("/api/v1/invitations/inspect", json!({ "token": link })).await;
    let ada = json!({ "email": "ada@example.org" });

    let mistyped = deployment.link_to("mistyped@example.org").await;
    let sent = operator.post(&path, ada.clone()).await.expect(201);
    assert_eq!((&sent["role"], &sent["email"]), (&json!("owner"), &ada["email"]));
    assert_eq!((&sent["state"], &sent["reserves_seat"]), (&json!("pending"), &json!(true)));
    inspect(&mistyped).await.refused(410, "invitation-revoked");

    let declined = deployment.link_to("ada@example.org").await;
    let said_no = nobody.post("/api/v1/invitations/decline", json!({ "token": declined })).await;
    assert!(said_no.status.is_success(), "{}", said_no.text);
    operator.post(&path, ada.clone()).await.expect(201);
    inspect(&declined).await.refused(410, "invitation-declined");

    let expired = deployment.link_to("ada@example.org").await;
    inspect(&expired).await.expect(200);
    deployment.pass(Duration::days(100));
    inspect(&expired).await.refused(410, "invitation-expired");
    operator.post(&path, ada.clone()).await.expect(201);
    operator.post(&path, json!({ "email": "ada" })).await.refused(422, "invalid-input");
    nobody.post(&path, ada.clone()).await.refused(401, "not-signed-in");

    let owner = deployment.taken_up("Ada").await;
    let mine = owner.get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(mine["items"][0]["membership"]["role"], "owner");
    assert_eq!(operator.get(&organization).await.expect(200)["owner"], "Ada");
    owner.post(&path, ada.clone()).await.refused(403, "operator-only");
    operator.post(&path, ada).await.refused(403, "owner-is-fixed");
}

async fn s0_13_only_the_operator_changes_the_number_of_seats(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let path = format!("/api/v1/operator/organizations/{organization}/subscription");
    ada.put(&path, Some(json!({ "seat_limit": 100 }))).await.refused(403, "operator-only");
    deployment.nobody().put(&path, Some(json!({ "seat_limit": 100 }))).await.refused(401, "not-signed-in");
    deployment.operator().put(&path, Some(json!({ "seat_limit": 3 }))).await.expect(200);
    deployment.operator().put(&path, Some(json!({ "seat_limit": -1 }))).await.expect(422);
    deployment.operator().put(&path, Some(json!({ "seat_limit": 4_000_000_000_u64 }))).await.expect(422);
    let seats = ada.get(&format!("/api/v1/organizations/{organization}/subscription")).await.expect(200);
    assert_eq!(seats["seat_limit"], 3);
}

async fn s0_13_what_was_sold_meanwhile_is_not_overwritten_unseen(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let operator = deployment.operator();
    let path = format!("/api/v1/operator/organizations/{organization}/subscription");
    let told = format!("/api/v1/organizations/{organization}/subscription");
    operator.put(&path, Some(json!({ "seat_limit": 4 }))).await.expect(200);
    let read = ada.get(&told).await;
    let seen = operator.with("if-match", read.header("etag"));
    let sold = seen.put(&path, Some(json!({ "seat_limit": 5 }))).await;
    assert_eq!(sold.expect(200)["seat_limit"], 5);
    let ends = json!({ "seat_limit": 9, "expires_at": "2199-01-01T00:00:00Z" });
    seen.put(&path, Some(ends.clone())).await.refused(412, "changed-meanwhile");
    assert_eq!(ada.get(&told).await.expect(200)["seat_limit"], 5);
    operator.with("if-match", sold.header("etag")).put(&path, Some(ends)).await.expect(200);
    let end = ada.get(&told).await.expect(200);
    assert_eq!((&end["seat_limit"], &end["expires_at"]), (&json!(9), &json!("2199-01-01T00:00:00Z")));
    // Who only looks at seats that come and go has read nothing else.
    let before = ada.get(&told).await.header("etag").to_owned();
    let offer = json!({ "email": "bob@example.org", "role": "member" });
    ada.post(&format!("/api/v1/organizations/{organization}/invitations"), offer).await.expect(201);
    assert_eq!(ada.get(&told).await.header("etag"), before);
}

async fn s0_14_the_operator_reassigns_a_lost_owner(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "administrator").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let members = bob.get(&format!("{acme}/members?q=Bob")).await.expect(200);
    let form = json!({ "member_id": members["items"][0]["id"] });
    bob.post(&format!("/api/v1/operator/organizations/{organization}/owner"), form.clone())
        .await
        .refused(403, "operator-only");
    deployment.operator().post(&format!("/api/v1/operator/organizations/{organization}/owner"), form).await.expect(200);
    let events = bob.get(&format!("{acme}/events?event=ownership-transferred")).await.expect(200);
    assert_eq!(events["items"][0]["actor"]["kind"], "operator");
    assert!(deployment.mail_to("ada@example.org").await.text.contains("Bob"));
    assert!(deployment.mail_to("bob@example.org").await.text.contains("Acme"));
}

async fn the_operator_finds_every_organization(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    deployment.founded(&ada, "team").await;
    let list = "/api/v1/operator/organizations";
    for name in ["Écluse du Nord", "Nordic Archive", "South"] {
        let form = json!({ "name": name, "preset": "account", "owner_email": "eve@example.org", "seat_limit": 4 });
        deployment.operator().post(list, form).await.expect(201);
    }
    let names = |page: &serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = deployment.operator().get(&format!("{list}?limit=3")).await.expect(200);
    assert_eq!(
        (names(&first), &first["total"]),
        (vec!["South".into(), "Nordic Archive".into(), "Écluse du Nord".into()], &json!(4))
    );
    assert_eq!(first["items"][0]["state"], "awaiting_owner");
    assert_eq!((&first["items"][0]["seat_limit"], &first["items"][0]["seats_taken"]), (&json!(4), &json!(1)));
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = deployment.operator().get(&format!("{list}?limit=3&cursor={cursor}")).await.expect(200);
    assert_eq!((names(&rest), &rest["next_cursor"]), (vec!["Acme".into()], &json!(null)));
    let found = deployment.operator().get(&format!("{list}?q=NORD")).await.expect(200);
    assert_eq!(names(&found), ["Nordic Archive", "Écluse du Nord"]);
    deployment.operator().get(&format!("{list}?cursor=x")).await.refused(422, "invalid-input");
    ada.get(list).await.refused(403, "operator-only");
    deployment.nobody().get(list).await.refused(401, "not-signed-in");
}
