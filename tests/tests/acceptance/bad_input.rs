//! Input that breaks a rule: each answer names the field and the rule, and nothing has changed.

use axum::body::Body;
use http::Request;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    bad_fields_are_named_and_change_nothing,
    bad_bodies_are_refused,
    forged_links_are_unknown,
}

async fn bad_fields_are_named_and_change_nothing(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}/invitations");
    let with = |field: &str, value: Value| {
        let mut form = json!({ "email": address("Bob") });
        form[field] = value;
        form
    };
    let cases = [
        ("email", with("email", json!("bob@example.org,eve@example.org"))),
        ("email", with("email", json!("bob@example.org\r\nBcc: eve@example.org"))),
        ("email", with("email", json!("bob\u{0}@example.org"))),
        ("email", with("email", json!("bob\u{FF20}example.org"))),
        ("email", with("email", json!(["bob@example.org", "eve@example.org"]))),
        ("email", with("email", json!(""))),
        ("email", with("email", json!(format!("{}@example.org", "x".repeat(300))))),
        ("role", with("role", json!("Not A Role"))),
        ("language", with("language", json!("xx"))),
        ("message", with("message", json!("x".repeat(1_001)))),
        ("message", with("message", json!("bell\u{7}"))),
        ("expires_in_days", with("expires_in_days", json!(31))),
        ("expires_in_days", with("expires_in_days", json!(0))),
        ("deliver", with("deliver", json!("pigeon"))),
        ("send_at", with("send_at", json!("tomorrow"))),
        ("flags", with("flags", json!(["admin"]))),
        ("organization_id", with("organization_id", json!(uuid::Uuid::nil()))),
    ];
    for (field, form) in cases {
        let answer = ada.post(&path, form.clone()).await;
        let problem = answer.expect(422);
        assert_eq!(problem["field"], field, "{form} gave {}", answer.text);
        assert!(problem["rule"].is_string(), "{}", answer.text);
    }
    assert_eq!(ada.get(&path).await.expect(200)["total"], 0);
    assert!(deployment.mails().await.iter().all(|mail| !mail.to.contains("bob")));
    for name in ["", "https://evil.test", "<b>Acme</b>", "a\nb", &"x".repeat(81)] {
        let problem =
            ada.patch(&format!("/api/v1/organizations/{organization}"), json!({ "name": name })).await.expect(422);
        assert_eq!(problem["field"], "name");
    }
    let short = json!({ "email": address("Bob"), "name": "Bob", "password": "short" });
    assert_eq!(deployment.nobody().post("/api/v1/users", short).await.expect(422)["field"], "password");
    let long = json!({ "email": address("Bob"), "name": "Bob", "password": "x".repeat(1_025) });
    assert_eq!(deployment.nobody().post("/api/v1/users", long).await.expect(422)["field"], "password");
    for query in
        ["limit=0", "limit=101", "limit=x", "cursor=zzz", "sort=size", "colour=red", "status=odd", "seat=maybe"]
    {
        let answer = ada.get(&format!("/api/v1/organizations/{organization}/members?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

async fn bad_bodies_are_refused(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = format!("/api/v1/organizations/{organization}/invitations");
    let send = async |content_type: &str, body: Vec<u8>| {
        let request = Request::post(&path)
            .header("host", "localhost:8080")
            .header("authorization", format!("Bearer {}", ada.token.as_deref().unwrap()))
            .header("content-type", content_type)
            .body(Body::from(body))
            .unwrap();
        ada.raw(request).await.status.as_u16()
    };
    let json_type = "application/json";
    assert_eq!(send(json_type, vec![b' '; 10 * 1024 * 1024]).await, 413);
    assert_eq!(send("text/plain", b"{}".to_vec()).await, 415);
    assert!([400, 422].contains(&send(json_type, b"{\"email\":".to_vec()).await));
    assert!([400, 422].contains(&send(json_type, b"{\"email\":\"\xff\xfe\"}".to_vec()).await));
    assert!([400, 422].contains(&send(json_type, b"{\"email\":\"\\ud800\"}".to_vec()).await));
    assert!([400, 422].contains(&send(json_type, "[".repeat(100_000).into_bytes()).await));
    assert_eq!(ada.get(&path).await.expect(200)["total"], 0);
}

async fn forged_links_are_unknown(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    ada.post(&format!("/api/v1/organizations/{organization}/invitations"), json!({ "email": address("Bob") }))
        .await
        .expect(201);
    let token = deployment.link_to("bob@example.org").await;
    let nobody = deployment.nobody();
    let edited = format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { "B" } else { "A" });
    for forged in [edited.as_str(), "mli_", "", "mlv_AAAA", &token.replace("mli_", "mlv_")] {
        nobody
            .post("/api/v1/invitations/accept", json!({ "token": forged, "name": "Bob" }))
            .await
            .refused(404, "unknown-link");
    }
    // A link of one kind opens nothing of another (A14).
    nobody
        .post("/api/v1/users/verify", json!({ "token": token, "password": PASSWORD }))
        .await
        .refused(404, "unknown-link");
    nobody.post("/api/v1/invitations/accept", json!({ "token": token, "name": "Bob" })).await.expect(201);
}
