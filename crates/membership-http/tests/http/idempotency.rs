//! Repeating a request with its key has the effect of one (I14, F20).

use membership_core::port::StoreError;
use membership_testkit::memory::FaultPoint;
use serde_json::json;
use time::Duration;

use crate::site::{OPERATOR, PASSWORD, Site};

#[tokio::test]
async fn f20_a_repeat_has_the_same_answer_and_no_effect() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let form = json!({"email": "new@example.org", "deliver": "return"});
    let invite = |key: &str| site.post(&format!("{acme}/invitations")).by(&ada).header("idempotency-key", key);
    let first = invite("k1").json(&form).send().await.expect(201);
    let again = invite("k1").json(&form).send().await.expect(201);
    assert_eq!((&first.bytes, first.header("location")), (&again.bytes, again.header("location")));
    assert_eq!((first.header("etag"), again.header("idempotent-replayed")), (again.header("etag"), "true"));
    invite("k2").json(&form).send().await.refused(409, "already-invited");
    let other = json!({"email": "other@example.org"});
    invite("k1").json(&other).send().await.refused(422, "idempotency-key-reused");
    site.world.pass(Duration::hours(24));
    invite("k1").json(&form).send().await.refused(409, "already-invited");
}

#[tokio::test]
async fn a_repeated_sign_in_has_the_same_token() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let form = json!({"login": ada.email, "password": PASSWORD});
    let sign_in = || site.post("/api/v1/sign-ins").by(&ada).header("idempotency-key", "k").json(&form);
    let first = sign_in().send().await.expect(201);
    assert_eq!(first.bytes, sign_in().send().await.expect(201).bytes);
    let wrong = json!({"login": ada.email, "password": "wrong"});
    let wrong = site.post("/api/v1/sign-ins").by(&ada).header("idempotency-key", "k").json(&wrong);
    wrong.send().await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn a_repeated_acceptance_has_the_same_token_though_its_link_is_spent() {
    let site = Site::new();
    let (ada, bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    let accept = |form| site.post("/api/v1/invitations/accept").header("idempotency-key", "k").json(form);
    let link = site.invited(&acme, &ada, "new@example.org", "member").await;
    let form = json!({"token": link, "name": "New"});
    let first = accept(&form).send().await.expect(201);
    assert_eq!(first.bytes, accept(&form).send().await.expect(201).bytes);
    let link = site.invited(&acme, &ada, &bob.email, "member").await;
    let form = json!({"token": link});
    let first = accept(&form).by(&bob).send().await.expect(201);
    site.get("/me").by(&bob).send().await.refused(401, "not-signed-in");
    assert_eq!(first.bytes, accept(&form).by(&bob).send().await.expect(201).bytes);
}

#[tokio::test]
async fn i5_after_a_lost_acknowledgement_the_key_tells_what_happened() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let found = || site.post("/organizations").by(&ada).header("idempotency-key", "k").json(&json!({"name": "Acme"}));
    site.store.fail_next(FaultPoint::Acknowledge, StoreError::Unavailable("gone".to_owned()));
    let lost = found().send().await.refused(503, "unavailable");
    assert_eq!(lost.header("retry-after"), "2");
    found().send().await.expect(201);
    let mine = site.get("/me/memberships").by(&ada).send().await.expect(200).json();
    assert_eq!(mine["total"], 1);
}

#[tokio::test]
async fn f20_rivals_with_one_key_have_one_effect() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let found = || site.post("/organizations").by(&ada).header("idempotency-key", "k").json(&json!({"name": "Acme"}));
    let (one, two, three, four) = tokio::join!(found().send(), found().send(), found().send(), found().send());
    let ids: Vec<_> = [one, two, three, four].into_iter().map(|it| it.expect(201).text("id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let mine = site.get("/me/memberships").by(&ada).send().await.expect(200).json();
    assert_eq!(mine["total"], 1);
}

#[tokio::test]
async fn the_operator_and_new_people_repeat_too() {
    let site = Site::new();
    let form = json!({"email": "ada@example.org", "name": "Ada", "password": PASSWORD});
    for _ in 0..2 {
        site.post("/api/v1/users").header("idempotency-key", "k").json(&form).send().await.expect(202);
    }
    assert_eq!(site.mailed().await.len(), 1);
    let form = json!({"name": "Acme", "owner_email": "ada@example.org"});
    let create = || {
        let ask = site.post("/api/v1/operator/organizations").bearing(OPERATOR);
        ask.header("idempotency-key", "k").json(&form)
    };
    assert_eq!(create().send().await.expect(201).bytes, create().send().await.expect(201).bytes);
    assert_eq!(site.mailed().await.len(), 1);
}

#[tokio::test]
async fn keys_of_two_people_are_two_keys() {
    let site = Site::new();
    let (ada, bob) = (site.person("Ada").await, site.person("Bob").await);
    let found = |by| site.post("/organizations").by(by).header("idempotency-key", "k").json(&json!({"name": "Acme"}));
    let (first, second) = (found(&ada).send().await.expect(201), found(&bob).send().await.expect(201));
    assert_ne!(first.text("id"), second.text("id"));
}

#[tokio::test]
async fn a27_a_dump_of_the_store_holds_no_answer() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let form = json!({"login": ada.email, "password": PASSWORD});
    let reply = site.post("/api/v1/sign-ins").header("idempotency-key", "k").json(&form).send().await.expect(201);
    let dump = format!("{:?}", site.store.dump());
    let token = reply.text("token");
    assert!(!dump.contains(&token));
    let as_bytes = format!("{:?}", token.as_bytes());
    assert!(!dump.contains(as_bytes.trim_matches(['[', ']'])));
}
