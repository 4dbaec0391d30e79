//! Inviting people and answering an invitation.

use serde_json::{Value, json};
use time::Duration;

use crate::site::{PASSWORD, Site, Visitor, shown};

async fn accept(site: &Site, body: Value) -> crate::site::Reply {
    site.post("/api/v1/invitations/accept").json(&body).send().await
}

#[tokio::test]
async fn s1_7_a_new_person_opens_the_link_and_is_in() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let form = json!({"email": " New@Example.org ", "role": "member", "message": "Welcome!\r\nAda"});
    let created = site.post(&format!("{acme}/invitations")).by(&ada).json(&form).send().await.expect(201);
    insta::assert_json_snapshot!("invitation", shown(&created.json()));
    let link = site.mailed().await.pop().unwrap();
    let token = json!({"token": link});
    let seen = site.post("/api/v1/invitations/inspect").json(&token).send().await.expect(200);
    insta::assert_json_snapshot!("inspection", shown(&seen.json()));
    let accepted = accept(&site, json!({"token": link, "name": "Newton"})).await.expect(201);
    insta::assert_json_snapshot!("acceptance", shown(&accepted.json()));
    site.get(&acme).bearing(&accepted.text("token")).send().await.expect(200);
    accept(&site, json!({"token": link, "name": "Newton"})).await.refused(410, "invitation-accepted");
    let listed = site.get(&format!("{acme}/invitations?state=accepted")).by(&ada).send().await.expect(200).json();
    assert_eq!(listed["total"], 1);
}

#[tokio::test]
async fn a_known_person_types_the_address_or_is_signed_in() {
    let site = Site::new();
    let (ada, bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    let link = site.invited(&acme, &ada, &bob.email, "member").await;
    accept(&site, json!({"token": link})).await.refused(409, "account-exists");
    accept(&site, json!({"token": link, "email": "eve@example.org"})).await.refused(422, "not-the-invited-address");
    let eve = site.person("Eve").await;
    let as_eve = site.post("/api/v1/invitations/accept").by(&eve).json(&json!({"token": link})).send().await;
    let wrong = as_eve.refused(409, "wrong-account").json();
    assert_eq!((&wrong["invited"], &wrong["present"]), (&json!("b•••@example.org"), &json!(["eve@example.org"])));
    accept(&site, json!({"token": link, "email": "BOB@example.org"})).await.expect(201);
}

#[tokio::test]
async fn a20_a_link_is_shown_once_and_only_to_whoever_asked_for_it() {
    let site = Site::new();
    let (ada, mut bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    site.join(&acme, &ada, &mut bob, "admin").await;
    let invitations = format!("{acme}/invitations");
    let form = json!({"email": "new@example.org", "deliver": "return", "expires_in_days": 3});
    let created = site.post(&invitations).by(&ada).json(&form).send().await.expect(201);
    let link = created.text("link");
    assert!(link.starts_with("http://localhost:8080/i/mli_"), "{link}");
    assert!(site.mailed().await.is_empty());
    let one = format!("{invitations}/{}", created.text("id"));
    for path in [&one, &invitations] {
        let seen = site.get(path).by(&bob).send().await.expect(200);
        assert!(!String::from_utf8_lossy(&seen.bytes).contains("mli_"));
    }
    let newer = site.post(&format!("{one}/link")).by(&ada).send().await.expect(200).text("link");
    accept(&site, json!({"token": link, "name": "N"})).await.refused(410, "link-superseded");
    accept(&site, json!({"token": newer, "name": "N"})).await.expect(201);
}

#[tokio::test]
async fn an_invitation_is_resent_revoked_or_declined() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let invitations = format!("{acme}/invitations");
    let first = site.invited(&acme, &ada, "one@example.org", "member").await;
    let page = site.get(&format!("{invitations}?state=outstanding&q=ONE")).by(&ada).send().await.expect(200).json();
    let one = format!("{invitations}/{}", page["items"][0]["id"].as_str().unwrap());
    site.post(&format!("{one}/resend")).by(&ada).send().await.expect(200);
    let second = site.mailed().await.pop().unwrap();
    accept(&site, json!({"token": first, "name": "N"})).await.refused(410, "link-superseded");
    site.delete(&one).by(&ada).send().await.expect(204);
    site.delete(&one).by(&ada).send().await.refused(409, "not-outstanding");
    accept(&site, json!({"token": second, "name": "N"})).await.refused(410, "invitation-revoked");
    let third = site.invited(&acme, &ada, "one@example.org", "member").await;
    let decline = json!({"token": third});
    site.post("/api/v1/invitations/decline").json(&decline).send().await.expect(204);
    site.post("/api/v1/invitations/decline").json(&decline).send().await.refused(410, "invitation-declined");
}

#[tokio::test]
async fn a18_an_invitation_expires_at_the_instant() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let link = site.invited(&acme, &ada, "one@example.org", "member").await;
    site.world.pass(Duration::days(7));
    accept(&site, json!({"token": link, "name": "N"})).await.refused(410, "invitation-expired");
}

#[tokio::test]
async fn s2_1_each_address_of_a_batch_has_its_own_outcome() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    let path = format!("{acme}/invitations/batch");
    let emails = json!(["one@example.org", "ada@example.org", "not an address", "ONE@example.org", "two@example.org"]);
    let outcomes = async |dry_run: bool| {
        let form = json!({"emails": emails, "role": "member", "dry_run": dry_run});
        let result = site.post(&path).by(&ada).json(&form).send().await.expect(200).json();
        let items = result["items"].as_array().unwrap().clone();
        items.iter().map(|it| it["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected = ["invited", "already-member", "invalid-address", "duplicate", "invited"];
    assert_eq!(outcomes(true).await, expected);
    assert!(site.mailed().await.is_empty());
    assert_eq!(outcomes(false).await, expected);
    assert_eq!(site.mailed().await.len(), 2);
}

#[tokio::test]
async fn what_a_policy_asks_is_asked_by_field() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "learning_platform").await;
    let link = site.invited(&acme, &ada, "new@example.org", "trainee").await;
    let missing = accept(&site, json!({"token": link, "first_name": "N"})).await.refused(422, "invalid-input").json();
    assert_eq!((&missing["field"], &missing["rule"]), (&json!("last_name"), &json!("empty")));
    let whole = json!({"token": link, "first_name": "N", "last_name": "O", "password": PASSWORD, "language": "fr"});
    assert_eq!(accept(&site, whole).await.expect(201).json()["membership"]["name"], "N O");
}

#[tokio::test]
async fn a30_nobody_grants_above_their_own_role() {
    let site = Site::new();
    let (ada, mut bob): (Visitor, Visitor) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    site.join(&acme, &ada, &mut bob, "admin").await;
    let invite = |role: &str| {
        let form = json!({"email": "new@example.org", "role": role});
        site.post(&format!("{acme}/invitations")).by(&bob).json(&form)
    };
    invite("admin").send().await.refused(403, "role-above-yours");
    invite("owner").send().await.refused(403, "role-above-yours");
    invite("pilot").send().await.refused(422, "unknown-role");
    invite("member").send().await.expect(201);
}
