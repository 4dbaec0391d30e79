//! Every field has a limit and a named error, and nothing has changed afterwards.

use http::Method;
use serde_json::{Value, json};

use crate::site::{PASSWORD, Site};

/// What is wrong, in a body that is otherwise right, and the field and rule it breaks.
#[tokio::test]
async fn every_field_of_an_invitation_has_a_limit_and_a_named_error() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let before = site.store.dump();
    let long = "x".repeat(1_001);
    for (change, field, rule) in [
        (json!({"email": "a@b.org, c@d.org"}), "email", "several-addresses"),
        (json!({"email": "a@b.org;c@d.org"}), "email", "several-addresses"),
        (json!({"email": ["a@b.org", "c@d.org"]}), "email", "wrong-type"),
        (json!({"email": "a@b.org\r\nBcc: c@d.org"}), "email", "control-character"),
        (json!({"email": "a\u{0}@b.org"}), "email", "control-character"),
        (json!({"email": "a＠b.org"}), "email", "not-an-address"),
        (json!({"email": ""}), "email", "empty"),
        (json!({"email": null}), "email", "wrong-type"),
        (json!({"email": format!("{}@b.org", "x".repeat(300))}), "email", "too-long"),
        (json!({"role": "No Role"}), "role", "not-a-role"),
        (json!({"role": 5}), "role", "wrong-type"),
        (json!({"language": "tlh"}), "language", "unknown-language"),
        (json!({"message": long}), "message", "too-long"),
        (json!({"message": "a\u{0}b"}), "message", "control-character"),
        (json!({"deactivates_at": "soon"}), "deactivates_at", "not-a-time"),
        (json!({"deactivates_at": "9999-12-31T23:59:59Z"}), "deactivates_at", "out-of-range"),
        (json!({"send_at": "2026-13-01T00:00:00Z"}), "send_at", "not-a-time"),
        (json!({"expires_in_days": 31}), "expires_in_days", "out-of-range"),
        (json!({"expires_in_days": 0}), "expires_in_days", "out-of-range"),
        (json!({"expires_in_days": 1e30}), "expires_in_days", "wrong-type"),
        (json!({"deliver": "pigeon"}), "deliver", "unknown-value"),
        (json!({"groups": ["board"]}), "groups", "not-an-id"),
        (json!({"owner": true}), "owner", "unknown-field"),
        (json!({"organization_id": "x"}), "organization_id", "unknown-field"),
    ] {
        let mut body = json!({"email": "new@example.org"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = site.post(&format!("{acme}/invitations")).by(&ada).json(&body).send().await;
        let problem = reply.refused(422, "invalid-input").json();
        assert_eq!((&problem["field"], &problem["rule"]), (&json!(field), &json!(rule)), "{body}");
    }
    assert_eq!(site.store.dump(), before);
}

#[tokio::test]
async fn every_other_field_has_one_too() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let account = |change: Value| {
        let mut body = json!({"email": "new@example.org", "name": "New", "password": PASSWORD});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    for (method, path, body, field, rule) in [
        (Method::POST, "/api/v1/users", account(json!({"password": "short"})), "password", "too-short"),
        (Method::POST, "/api/v1/users", account(json!({"password": "x".repeat(1_025)})), "password", "too-long"),
        (Method::POST, "/api/v1/users", account(json!({"name": "<b>"})), "name", "markup"),
        (Method::POST, "/api/v1/users", account(json!({"name": "see https://evil.test"})), "name", "address-of-a-site"),
        (Method::POST, "/api/v1/users", account(json!({"name": "x".repeat(101)})), "name", "too-long"),
        (Method::POST, "/api/v1/users", account(json!({"operator": true})), "operator", "unknown-field"),
        (Method::POST, "/api/v1/sign-ins", json!({"login": "ada"}), "password", "missing"),
        (Method::POST, "/api/v1/invitations/accept", json!({}), "token", "missing"),
        (Method::POST, "/api/v1/invitations/accept", json!({"token": "x", "role": "admin"}), "role", "unknown-field"),
        (
            Method::POST,
            "/api/v1/invitations/accept",
            json!({"token": "x", "username": "a@b"}),
            "username",
            "looks-like-an-address",
        ),
        (Method::POST, "/organizations", json!({"name": ""}), "name", "empty"),
        (Method::POST, "/organizations", json!({"name": "A", "preset": "club"}), "preset", "unknown-preset"),
        (Method::POST, "/organizations", json!({"name": "A", "seat_limit": 5}), "seat_limit", "unknown-field"),
        (Method::PATCH, "/me", json!({"operator": true}), "operator", "unknown-field"),
        (Method::PATCH, &acme, json!({"name": "a\u{202e}b"}), "name", "control-character"),
        (Method::POST, &format!("{acme}/ownership"), json!({"member_id": "x"}), "member_id", "not-an-id"),
        (Method::POST, &format!("{acme}/leave"), json!({"really": true}), "really", "unknown-field"),
    ] {
        let reply = site.ask(method, path).by(&ada).json(&body).send().await;
        let problem = reply.refused(422, "invalid-input").json();
        assert_eq!((&problem["field"], &problem["rule"]), (&json!(field), &json!(rule)), "{path} {body}");
    }
}

#[tokio::test]
async fn queries_are_as_strict_as_bodies() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    for (query, field, rule) in [
        ("members?nonsense=1", "nonsense", "unknown-field"),
        ("members?limit=0", "limit", "out-of-range"),
        ("members?limit=101", "limit", "out-of-range"),
        ("members?limit=5&limit=6", "limit", "duplicate-field"),
        ("members?cursor=x", "cursor", "not-a-cursor"),
        ("members?cursor=e30", "cursor", "not-a-cursor"),
        ("members?q=%00", "q", "control-character"),
        ("members?sort=shoe_size", "sort", "unknown-value"),
        ("members?status=happy", "status", "unknown-value"),
        ("members?seat=maybe", "seat", "unknown-value"),
        ("members?role=No+Role", "role", "not-a-role"),
        ("invitations?state=lost", "state", "unknown-value"),
        ("invitations?cursor=bm8", "cursor", "not-a-cursor"),
        ("events?before=-1", "before", "not-a-number"),
        ("events?after=x", "after", "not-a-number"),
        ("events?event=Drop%20Table", "event", "not-an-event"),
        ("events?actor=x", "actor", "not-an-id"),
        ("events?subject=%00", "subject", "not-an-id"),
    ] {
        let reply = site.get(&format!("{acme}/{query}")).by(&ada).send().await;
        let problem = reply.refused(422, "invalid-input").json();
        assert_eq!((&problem["field"], &problem["rule"]), (&json!(field), &json!(rule)), "{query}");
    }
}

#[tokio::test]
async fn f28_what_is_no_json_is_refused_and_never_a_server_error() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let bodies: [&[u8]; 8] = [
        b"{",
        b"nonsense",
        b"{\"name\": \"\xff\"}",
        b"{\"name\": \"\xc0\x80\"}",
        b"{\"name\": \"\\ud800\"}",
        b"{\"name\": \"a\"} trailing",
        b"[\"Acme\"]",
        b"\xef\xbb\xbf{\"name\": \"Acme\"}",
    ];
    for body in bodies {
        let reply = site.post("/organizations").by(&ada).raw(body).send().await;
        assert_eq!(reply.refused(422, "invalid-input").json()["field"], "body");
    }
    let deep = format!("{{\"name\": {}", "[".repeat(100_000));
    site.post("/organizations").by(&ada).raw(deep).send().await.refused(422, "invalid-input");
}

#[tokio::test]
async fn f27_a_body_is_json_of_at_most_one_mebibyte() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let form = || site.post("/organizations").by(&ada);
    let plain = form().header("content-type", "text/plain").body("{\"name\": \"Acme\"}").send().await;
    plain.refused(415, "unsupported-media-type");
    form().body("{\"name\": \"Acme\"}").send().await.refused(415, "unsupported-media-type");
    let urlencoded = form().header("content-type", "application/x-www-form-urlencoded").body("name=Acme").send().await;
    urlencoded.refused(415, "unsupported-media-type");
    form().raw(vec![b' '; 10 * 1024 * 1024]).send().await.refused(413, "body-too-large");
    let declared = form().header("content-length", "10485760").raw("{}").send().await;
    declared.refused(413, "body-too-large");
}

#[tokio::test]
async fn forged_and_foreign_links_are_unknown() {
    let site = Site::new();
    let (ada, eve) = (site.person("Ada").await, site.person("Eve").await);
    let acme = site.organization(&ada, "team").await;
    let link = site.invited(&acme, &ada, "new@example.org", "member").await;
    let (head, tail) = link.split_at(10);
    let edited = format!("{head}{}{}", if tail.starts_with('A') { 'B' } else { 'A' }, &tail[1..]);
    let another_kind = link.replace("mli_", "mlv_");
    for token in ["", "mli_", "x", "\0", &edited, &another_kind, &"x".repeat(100_000)] {
        for path in ["inspect", "accept", "decline"] {
            let ask = site.post(&format!("/api/v1/invitations/{path}")).json(&json!({"token": token}));
            ask.send().await.refused(404, "unknown-link");
        }
    }
    let invitation = site.get(&format!("{acme}/invitations")).by(&ada).send().await.expect(200).json();
    let id = invitation["items"][0]["id"].as_str().unwrap().to_owned();
    let evil = site.organization(&eve, "team").await;
    for (method, path) in [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/resend"), (Method::POST, "/link")]
    {
        let reply = site.ask(method, &format!("{evil}/invitations/{id}{path}")).by(&eve).send().await;
        reply.refused(404, "unknown-invitation");
    }
}

#[tokio::test]
async fn an_idempotency_key_is_plain_text() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    for key in ["", "a b", &"x".repeat(256)] {
        let reply =
            site.post("/organizations").by(&ada).header("idempotency-key", key).json(&json!({"name": "A"})).send();
        assert_eq!(reply.await.refused(422, "invalid-input").json()["field"], "Idempotency-Key");
    }
}
