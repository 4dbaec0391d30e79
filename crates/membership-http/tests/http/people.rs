//! Signing up, signing in and oneself.

use serde_json::json;

use crate::site::{PASSWORD, Site, shown};

#[tokio::test]
async fn i13_signing_up_reads_the_same_for_a_known_address() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let form = |email: &str| json!({"email": email, "name": "Ada", "password": PASSWORD, "language": "fr"});
    let known = site.post("/api/v1/users").json(&form(&ada.email)).send().await.expect(202);
    let fresh = site.post("/api/v1/users").json(&form("bob@example.org")).send().await.expect(202);
    assert_eq!(known.bytes, fresh.bytes);
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let sign_in = |password: &str| {
        let form = json!({"login": ada.email, "password": password});
        site.post("/api/v1/sign-ins").json(&form)
    };
    let wrong = sign_in("wrong").send().await.refused(401, "wrong-credentials");
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
    let unknown = json!({"login": "nobody@example.org", "password": "wrong"});
    let unknown = site.post("/api/v1/sign-ins").json(&unknown).send().await.refused(401, "wrong-credentials");
    assert_eq!(wrong.json()["detail"], unknown.json()["detail"]);
    let token = sign_in(PASSWORD).send().await.expect(201).text("token");
    site.get("/me").bearing(&token).send().await.expect(200);
    site.delete("/api/v1/sign-ins/current").bearing(&token).send().await.expect(204);
    site.get("/me").bearing(&token).send().await.refused(401, "not-signed-in");
    site.get("/me").by(&ada).send().await.expect(200);
}

#[tokio::test]
async fn a64_signing_in_ends_the_sign_in_it_comes_with() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let form = json!({"login": ada.email, "password": PASSWORD});
    let cookie = format!("membership={}", ada.token);
    site.post("/api/v1/sign-ins").header("cookie", &cookie).json(&form).send().await.expect(201);
    site.get("/me").header("cookie", &cookie).send().await.refused(401, "not-signed-in");
}

#[tokio::test]
async fn a_sign_up_is_completed_once_and_with_its_password() {
    let site = Site::new();
    let form = json!({"email": "ada@example.org", "name": "Ada", "password": PASSWORD});
    site.post("/api/v1/users").json(&form).send().await.expect(202);
    let link = format!("http://localhost:8080/i/{}", site.mailed().await.pop().unwrap());
    let verify = |password: &str| {
        let form = json!({"token": link, "password": password});
        site.post("/api/v1/users/verify").json(&form)
    };
    verify("wrong").send().await.refused(401, "wrong-credentials");
    verify(PASSWORD).send().await.expect(201);
    verify(PASSWORD).send().await.refused(410, "sign-up-over");
    let forged = json!({"token": "mlv_forged", "password": PASSWORD});
    site.post("/api/v1/users/verify").json(&forged).send().await.refused(404, "unknown-link");
}

#[tokio::test]
async fn one_changes_oneself_knowing_what_one_changes() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let me = site.get("/me").by(&ada).send().await.expect(200);
    insta::assert_json_snapshot!("me", shown(&me.json()));
    let tag = me.header("etag").to_owned();
    let rename = |name: &str| site.patch("/me").by(&ada).json(&json!({"name": name}));
    let changed = rename("Ada Lovelace").header("if-match", &tag).send().await.expect(200);
    assert_eq!((changed.text("name").as_str(), changed.text("language").as_str()), ("Ada Lovelace", "en"));
    rename("Ada King").header("if-match", &tag).send().await.refused(412, "changed-meanwhile");
    rename("Ada King").header("if-match", "W/\"7\"").send().await.refused(412, "changed-meanwhile");
    rename("Ada King").header("if-match", "*").send().await.expect(200);
    rename("Ada King").header("if-match", "7").send().await.refused(422, "invalid-input");
}

#[tokio::test]
async fn one_sees_where_one_belongs_and_what_waits() {
    let site = Site::new();
    let (ada, bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    site.invited(&acme, &ada, &bob.email, "member").await;
    let mine = site.get("/me/memberships").by(&ada).send().await.expect(200).json();
    assert_eq!((&mine["total"], &mine["items"][0]["membership"]["role"]), (&json!(1), &json!("owner")));
    let waiting = site.get("/me/invitations").by(&bob).send().await.expect(200).json();
    assert_eq!((&waiting["total"], &waiting["items"][0]["organization"]["name"]), (&json!(1), &json!("Acme")));
    assert!(!waiting.to_string().contains("mli_"));
}
