//! How people come back: login links, password resets, further addresses, and where they are signed in (S0.10, I8, I11,
//! I13).

use futures_util::future::join_all;
use membership_tests::client::{Answer, Client};
use membership_tests::deployment::{Deployment, PASSWORD, address, link_in};
use membership_tests::on_every_store;
use membership_tests::visitor::Visitor;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s0_10_register_sign_in_by_mail_choose_a_password_and_accept,
    s0_10_registering_again_mails_another_link,
    a_login_link_signs_in_once,
    a46_a_password_reset_ends_every_sign_in_and_dead_ends_other_links,
    a10_a_reset_touches_no_invitation,
    a46_a_changed_password_ends_the_other_sign_ins,
    sign_ins_are_listed_and_ended,
    a_sign_in_ends_when_it_is_not_used,
    i13_asking_to_be_let_in_reads_the_same_for_everybody,
    a14_every_kind_of_link_works_at_its_own_endpoint_only,
    a14_every_kind_of_link_opens_its_own_page_only,
    a14_the_first_operators_link_works_at_no_endpoint,
    a14_no_link_completes_a_sign_in_or_stands_for_one,
    a12_every_link_works_once_for_thirty_two_at_once,
    a12_an_invitation_is_declined_once_and_an_operator_appointed_once,
    addresses_are_added_verified_made_primary_and_removed,
    s0_12_organizations_write_to_the_address_that_their_member_has_chosen,
    i11_opening_a_link_spends_nothing,
}

const NEW_PASSWORD: &str = "another fine long password";

fn client(deployment: &Deployment, answer: &Value) -> Client {
    Client::new(deployment.router(), Some(answer["token"].as_str().unwrap().to_owned()))
}

/// The link of the newest mail to an address that carries one of this kind.
async fn link(deployment: &Deployment, to: &str, prefix: &str) -> String {
    let mails = deployment.mails().await;
    let text = mails.into_iter().find(|mail| mail.to.contains(to) && mail.text.contains(prefix)).unwrap().text;
    link_in(&text)
}

async fn asked(deployment: &Deployment, path: &str, login: &str) -> Answer {
    deployment.nobody().post(path, json!({ "login": login })).await
}

async fn signed_in(deployment: &Deployment, login: &str, password: &str) -> Client {
    let form = json!({ "login": login, "password": password });
    let answer = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    client(deployment, &answer)
}

async fn s0_10_register_sign_in_by_mail_choose_a_password_and_accept(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invitations, json!({ "email": address("Bob") })).await.expect(201);
    let token = deployment.link_to("bob@example.org").await;
    let nobody = deployment.nobody();
    let inspection = nobody.post("/api/v1/invitations/inspect", json!({ "token": token })).await.expect(200);
    assert_eq!((&inspection["asks"]["registers_first"], &inspection["has_account"]), (&json!(true), &json!(false)));
    let form = json!({ "token": token, "name": "Bob" });
    nobody.post("/api/v1/invitations/accept", form.clone()).await.refused(409, "registration-required");
    nobody.post("/api/v1/invitations/register", form).await.expect(202);
    let pending = ada.get(&format!("{invitations}?state=pending")).await.expect(200);
    assert_eq!(pending["total"], 1, "registering accepts nothing");

    let login = json!({ "token": link(&deployment, "bob@", "mlo_").await });
    let answer = nobody.post("/api/v1/login-links/redeem", login).await.expect(201);
    assert_eq!(answer["password_change_required"], true);
    let bob = client(&deployment, &answer);
    let accept = json!({ "token": token });
    bob.post("/api/v1/invitations/accept", accept).await.refused(403, "password-change-required");
    bob.get("/api/v1/me/invitations").await.refused(403, "password-change-required");
    bob.put("/api/v1/me/password", Some(json!({ "password": "short" }))).await.refused(422, "invalid-input");
    bob.put("/api/v1/me/password", Some(json!({ "password": NEW_PASSWORD }))).await.expect(200);

    let waiting = bob.get("/api/v1/me/invitations").await.expect(200);
    let offered = &waiting["items"][0];
    let accept = json!({ "organization_id": organization, "invitation_id": offered["id"] });
    let membership = bob.post("/api/v1/me/invitations/accept", accept.clone()).await.expect(201);
    assert_eq!((&membership["role"], &membership["awaits_seat"]), (&json!("member"), &json!(true)));
    bob.post("/api/v1/me/invitations/accept", accept).await.refused(410, "invitation-accepted");
    signed_in(&deployment, "bob@example.org", NEW_PASSWORD).await;
}

async fn s0_10_registering_again_mails_another_link(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    let made = ada.post(&invitations, json!({ "email": address("Bob"), "deliver": "return" })).await.expect(201);
    let form = json!({ "token": made["link"], "name": "Bob" });
    let nobody = deployment.nobody();
    nobody.post("/api/v1/invitations/register", form.clone()).await.expect(202);
    let first = link(&deployment, "bob@", "mlo_").await;
    deployment.pass(Duration::minutes(1));
    nobody.post("/api/v1/invitations/register", form).await.expect(202);
    let second = link(&deployment, "bob@", "mlo_").await;
    let redeem = |token: &str| nobody.post("/api/v1/login-links/redeem", json!({ "token": token }));
    redeem(&first).await.refused(410, "link-superseded");
    let answer = redeem(&second).await.expect(201);
    assert!(answer["user"]["emails"][0]["verified_at"].is_string(), "the link that went by mail proves the mailbox");
    let team = deployment.founded(&deployment.person("Eve").await, "team").await;
    assert_ne!(team, organization);
}

async fn a_login_link_signs_in_once(deployment: Deployment) {
    deployment.person("Ada").await;
    asked(&deployment, "/api/v1/login-links", "Ada@Example.org").await.expect(202);
    let first = link(&deployment, "ada@", "mlo_").await;
    deployment.pass(Duration::minutes(1));
    asked(&deployment, "/api/v1/login-links", "ada@example.org").await.expect(202);
    let second = link(&deployment, "ada@", "mlo_").await;
    let nobody = deployment.nobody();
    let redeem = |token: String| {
        let nobody = nobody.clone();
        async move { nobody.post("/api/v1/login-links/redeem", json!({ "token": token })).await }
    };
    redeem(first).await.refused(410, "link-superseded");
    let answer = redeem(second.clone()).await.expect(201);
    assert_eq!(answer["password_change_required"], false);
    assert_eq!(client(&deployment, &answer).get("/api/v1/me").await.expect(200)["name"], "Ada");
    redeem(second).await.refused(410, "link-spent");
    deployment.pass(Duration::minutes(1));
    asked(&deployment, "/api/v1/login-links", "ada@example.org").await.expect(202);
    let third = link(&deployment, "ada@", "mlo_").await;
    deployment.pass(Duration::hours(1));
    redeem(third).await.refused(410, "link-expired");
}

async fn a46_a_password_reset_ends_every_sign_in_and_dead_ends_other_links(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    asked(&deployment, "/api/v1/login-links", "ada@example.org").await.expect(202);
    let login = link(&deployment, "ada@", "mlo_").await;
    asked(&deployment, "/api/v1/password-resets", "ada@example.org").await.expect(202);
    let reset = link(&deployment, "ada@", "mlr_").await;
    let redeem = |password: &str| {
        let form = json!({ "token": reset, "password": password });
        let nobody = deployment.nobody();
        async move { nobody.post("/api/v1/password-resets/redeem", form).await }
    };
    redeem("short").await.refused(422, "invalid-input");
    let answer = redeem(NEW_PASSWORD).await.expect(201);
    client(&deployment, &answer).get("/api/v1/me").await.expect(200);
    ada.get("/api/v1/me").await.refused(401, "not-signed-in");
    redeem(NEW_PASSWORD).await.refused(410, "link-spent");
    let nobody = deployment.nobody();
    nobody.post("/api/v1/login-links/redeem", json!({ "token": login })).await.refused(410, "link-expired");
    let old = json!({ "login": "ada@example.org", "password": PASSWORD });
    nobody.post("/api/v1/sign-ins", old).await.refused(401, "wrong-credentials");
    signed_in(&deployment, "ada@example.org", NEW_PASSWORD).await;
    assert_eq!(deployment.mail_to("ada@").await.subject, "Your password was changed");
}

async fn a10_a_reset_touches_no_invitation(deployment: Deployment) {
    let (ada, _) = (deployment.person("Ada").await, deployment.person("Bob").await);
    let organization = deployment.founded(&ada, "team").await;
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invitations, json!({ "email": address("Bob") })).await.expect(201);
    let before = ada.get(&invitations).await.expect(200)["items"][0]["state"].clone();
    asked(&deployment, "/api/v1/password-resets", "bob@example.org").await.expect(202);
    let form = json!({ "token": link(&deployment, "bob@", "mlr_").await, "password": NEW_PASSWORD });
    let answer = deployment.nobody().post("/api/v1/password-resets/redeem", form).await.expect(201);
    assert_eq!(
        (before, &ada.get(&invitations).await.expect(200)["items"][0]["state"]),
        (json!("pending"), &json!("pending"))
    );
    let bob = client(&deployment, &answer);
    assert_eq!(bob.get("/api/v1/me/memberships").await.expect(200)["items"], json!([]));
    assert_eq!(bob.get("/api/v1/me/invitations").await.expect(200)["total"], 1);
}

async fn a46_a_changed_password_ends_the_other_sign_ins(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let phone = signed_in(&deployment, "ada@example.org", PASSWORD).await;
    asked(&deployment, "/api/v1/password-resets", "ada@example.org").await.expect(202);
    let reset = link(&deployment, "ada@", "mlr_").await;
    let change = |present: Value| json!({ "present_password": present, "password": NEW_PASSWORD });
    let put = |form: Value| {
        let ada = ada.clone();
        async move { ada.put("/api/v1/me/password", Some(form)).await }
    };
    put(change(json!("not the password at all"))).await.refused(403, "wrong-password");
    put(change(Value::Null)).await.refused(403, "wrong-password");
    phone.get("/api/v1/me").await.expect(200);
    put(change(json!(PASSWORD))).await.expect(200);
    ada.get("/api/v1/me").await.expect(200);
    phone.get("/api/v1/me").await.refused(401, "not-signed-in");
    let form = json!({ "token": reset, "password": "yet another fine password" });
    deployment.nobody().post("/api/v1/password-resets/redeem", form).await.refused(410, "link-expired");
    assert_eq!(deployment.mail_to("ada@").await.subject, "Your password was changed");
}

async fn sign_ins_are_listed_and_ended(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let firefox = deployment.nobody().with("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
    deployment.pass(Duration::minutes(1));
    let form = json!({ "login": "ada@example.org", "password": PASSWORD });
    let laptop = client(&deployment, &firefox.post("/api/v1/sign-ins", form.clone()).await.expect(201));
    let phone = client(&deployment, &firefox.post("/api/v1/sign-ins", form).await.expect(201));
    let listed = ada.get("/api/v1/sign-ins").await;
    assert!(!listed.text.contains("mst_"), "{}", listed.text);
    let listed = listed.expect(200);
    assert_eq!(listed["total"], 3);
    let current: Vec<_> = listed["items"].as_array().unwrap().iter().filter(|it| it["current"] == true).collect();
    assert_eq!((current.len(), &current[0]["description"]), (1, &Value::Null));
    assert_eq!(listed["items"][0]["description"], "Firefox on Linux");

    let own = laptop.get("/api/v1/sign-ins").await.expect(200);
    let id =
        |it: &Value| it["items"].as_array().unwrap().iter().find(|it| it["current"] == true).unwrap()["id"].clone();
    ada.delete(&format!("/api/v1/sign-ins/{}", id(&own).as_str().unwrap())).await.expect(204);
    laptop.get("/api/v1/me").await.refused(401, "not-signed-in");
    phone.get("/api/v1/me").await.expect(200);
    // Somebody else's sign-in is none of one's own: nothing happens to it.
    let eve = deployment.person("Eve").await;
    let phones = id(&phone.get("/api/v1/sign-ins").await.expect(200));
    eve.delete(&format!("/api/v1/sign-ins/{}", phones.as_str().unwrap())).await.expect(204);
    phone.get("/api/v1/me").await.expect(200);
    ada.delete("/api/v1/sign-ins").await.expect(204);
    phone.get("/api/v1/me").await.refused(401, "not-signed-in");
    assert_eq!(ada.get("/api/v1/sign-ins").await.expect(200)["total"], 1);
}

async fn a_sign_in_ends_when_it_is_not_used(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    deployment.pass(Duration::days(10));
    ada.get("/api/v1/me").await.expect(200);
    // That it was used is noted by a task of its own, for which the answer did not wait.
    let noted = deployment.now();
    for _ in 0..100 {
        let caller = deployment.app.accounts.authenticate(ada.token.as_deref().unwrap()).await.unwrap().unwrap();
        if caller.sign_in.last_seen_at == noted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    deployment.pass(Duration::days(14) - Duration::seconds(1));
    assert!(deployment.app.accounts.authenticate(ada.token.as_deref().unwrap()).await.unwrap().is_some());
    deployment.pass(Duration::seconds(1));
    ada.get("/api/v1/me").await.refused(401, "not-signed-in");
}

async fn i13_asking_to_be_let_in_reads_the_same_for_everybody(deployment: Deployment) {
    deployment.person("Ada").await;
    for path in ["/api/v1/login-links", "/api/v1/password-resets"] {
        let mut answers = Vec::new();
        for login in ["ada@example.org", "zoe@example.org", "nobody-here", "not a login at all"] {
            answers.push(asked(&deployment, path, login).await);
        }
        assert!(answers.iter().all(|it| it.status == 202 && it.text == answers[0].text), "{path}");
    }
    let mails = deployment.mails().await;
    assert!(mails.iter().all(|mail| mail.to.contains("ada@")), "nobody else gets a mail");
    let (ada, _) = (signed_in(&deployment, "ada@example.org", PASSWORD).await, deployment.person("Bob").await);
    let mut shapes = Vec::new();
    for email in ["bob@example.org", "zoe@example.org"] {
        let answer = ada.post("/api/v1/me/emails", json!({ "email": email })).await.expect(202);
        let added = answer["emails"].as_array().unwrap().iter().find(|it| it["address"] == email).unwrap().clone();
        shapes.push(added["verified_at"].clone());
    }
    assert_eq!(shapes, [Value::Null, Value::Null]);
    assert!(!deployment.mail_to("bob@").await.text.contains("mlv_"), "the holder is told, and gets no link");
}

/// One link of every kind, each alive.
async fn one_of_every_kind(deployment: &Deployment, ada: &Client) -> Vec<(&'static str, String)> {
    let organization = deployment.founded(ada, "team").await;
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invitations, json!({ "email": address("Guest") })).await.expect(201);
    asked(deployment, "/api/v1/login-links", "ada@example.org").await.expect(202);
    asked(deployment, "/api/v1/password-resets", "ada@example.org").await.expect(202);
    ada.post("/api/v1/me/emails", json!({ "email": "second@example.org" })).await.expect(202);
    let form = json!({ "email": "new@example.org", "name": "New", "password": PASSWORD });
    deployment.nobody().post("/api/v1/users", form).await.expect(202);
    let members = format!("/api/v1/organizations/{organization}/members");
    let roster = json!({ "name": "Rosie", "email": address("Rosie"), "set_up_link": "mail" });
    ada.post(&members, roster).await.expect(201);
    let mut links = Vec::new();
    for (kind, to, prefix) in [
        ("set-up", "rosie@", "mls_"),
        ("invitation", "guest@", "mli_"),
        ("login", "ada@", "mlo_"),
        ("reset", "ada@", "mlr_"),
        ("address", "second@", "mlv_"),
        ("sign-up", "new@", "mlv_"),
    ] {
        links.push((kind, link(deployment, to, prefix).await));
    }
    links
}

/// Every endpoint at which a link is redeemed, with what else it asks.
const ENDPOINTS: [(&str, &str); 10] = [
    ("set-up", "/api/v1/set-up-links/redeem"),
    ("set-up", "/api/v1/set-up-links/inspect"),
    ("login", "/api/v1/login-links/redeem"),
    ("reset", "/api/v1/password-resets/redeem"),
    ("address", "/api/v1/me/emails/verify"),
    ("sign-up", "/api/v1/users/verify"),
    ("invitation", "/api/v1/invitations/accept"),
    ("invitation", "/api/v1/invitations/inspect"),
    ("invitation", "/api/v1/invitations/register"),
    ("invitation", "/api/v1/invitations/decline"),
];

/// What takes a link, but is not how this one is used.
const OTHER_USES: [&str; 2] = ["/api/v1/invitations/register", "/api/v1/invitations/decline"];

/// Every page that lives on a link: what it takes, where the link is opened, and where the form goes.
const PAGES: [(&str, &str, &str); 7] = [
    ("invitation", "/i", "/invitation"),
    ("set-up", "/join", "/join"),
    ("login", "/login", "/login"),
    ("reset", "/reset", "/reset"),
    ("address", "/confirm", "/confirm"),
    ("sign-up", "/verify", "/verify"),
    ("operator", "/set-up", "/set-up"),
];

fn form_for(path: &str, token: &str) -> Value {
    match path.rsplit_once("/v1").unwrap().1 {
        "/set-up-links/redeem" => json!({ "token": token, "username": "rosie", "password": PASSWORD }),
        "/password-resets/redeem" | "/users/verify" => json!({ "token": token, "password": PASSWORD }),
        "/invitations/accept" | "/invitations/register" => json!({ "token": token, "name": "Guest" }),
        _ => json!({ "token": token }),
    }
}

async fn a14_every_kind_of_link_works_at_its_own_endpoint_only(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let links = one_of_every_kind(&deployment, &ada).await;
    let sender = |path: &str| if path.contains("/me/") { ada.clone() } else { deployment.nobody() };
    for (kind, token) in &links {
        for (expected, path) in ENDPOINTS.iter().filter(|(expected, _)| expected != kind) {
            let answer = sender(path).post(path, form_for(path, token)).await;
            assert_eq!(answer.refused(404, "unknown-link")["code"], "unknown-link", "{kind} at {expected}");
        }
    }
    // None of that has spent anything. What ends the others' sign-ins comes last.
    for wanted in ["invitation", "set-up", "login", "address", "sign-up", "reset"] {
        let (_, token) = links.iter().find(|(kind, _)| *kind == wanted).unwrap();
        let used = |path: &str| !OTHER_USES.contains(&path);
        for (_, path) in ENDPOINTS.iter().rev().filter(|(kind, path)| *kind == wanted && used(path)) {
            let answer = sender(path).post(path, form_for(path, token)).await;
            assert!(answer.status.is_success(), "{wanted} at {path}: {}", answer.text);
        }
    }
}

async fn a14_every_kind_of_link_opens_its_own_page_only(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let mut links = one_of_every_kind(&deployment, &ada).await;
    let operator = deployment.app.accounts.first_operator_link().await.unwrap().expect("nobody is operator yet");
    links.push(("operator", operator.expose_secret().to_owned()));
    for (expected, opens, page) in PAGES {
        for (kind, token) in &links {
            // An address is verified by whoever is signed in.
            let of_ada = expected == "address";
            let mut visitor = if of_ada { Visitor::signed_in(&deployment, &ada) } else { Visitor::new(&deployment) };
            assert_eq!(visitor.get(&format!("{opens}/{token}")).await.header("location"), page, "{kind} at {opens}");
            let shown = visitor.get(page).await;
            assert_eq!(shown.status, if *kind == expected { 200 } else { 404 }, "{kind} at {page}: {}", shown.text);
            if *kind != expected {
                let fields = format!("name=Eve&email=eve%40example.org&username=eve.eve&password={NEW_PASSWORD}");
                let sent = visitor.submit(page, page, &fields).await;
                assert_eq!(sent.status, 404, "{kind} sent to {page}: {}", sent.text);
                assert_eq!(visitor.token().is_some(), of_ada, "{kind} at {page} signs nobody in");
            }
        }
    }
}

async fn a14_the_first_operators_link_works_at_no_endpoint(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let link = deployment.app.accounts.first_operator_link().await.unwrap().expect("nobody is operator yet");
    let sender = |path: &str| if path.contains("/me/") { ada.clone() } else { deployment.nobody() };
    for (_, path) in ENDPOINTS {
        let answer = sender(path).post(path, form_for(path, link.expose_secret())).await;
        assert_eq!(answer.refused(404, "unknown-link")["code"], "unknown-link", "at {path}");
    }
    // None of that has spent it.
    deployment.app.accounts.check_first_operator_link(link.expose_secret()).await.unwrap();
}

async fn a14_no_link_completes_a_sign_in_or_stands_for_one(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let mut links = one_of_every_kind(&deployment, &ada).await;
    let operator = deployment.app.accounts.first_operator_link().await.unwrap().expect("nobody is operator yet");
    links.push(("operator", operator.expose_secret().to_owned()));
    let nobody = deployment.nobody();
    for (kind, token) in &links {
        let proof = json!({ "pending_token": token, "totp": "000000" });
        for (path, form, status, code) in [
            ("/api/v1/sign-ins/second-factor", proof, 410, "pending-sign-in-over"),
            ("/api/v1/sign-ins/passkey-challenge", json!({ "pending_token": token }), 410, "pending-sign-in-over"),
            ("/api/v1/sign-ins/passkey", json!({ "challenge": token, "credential": {} }), 403, "passkey-refused"),
        ] {
            let answer = nobody.post(path, form).await;
            assert_eq!(answer.refused(status, code)["code"], code, "{kind} at {path}");
        }
        let bearer = Client::new(deployment.router(), Some(token.clone()));
        bearer.get("/api/v1/me").await.refused(401, "not-signed-in");
    }
}

async fn a12_an_invitation_is_declined_once_and_an_operator_appointed_once(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let links = one_of_every_kind(&deployment, &ada).await;
    let (_, invitation) = links.iter().find(|(kind, _)| *kind == "invitation").unwrap();
    let nobody = deployment.nobody();
    let declining = (0..32).map(|_| nobody.post("/api/v1/invitations/decline", json!({ "token": invitation })));
    let answers = join_all(declining).await;
    assert_eq!(answers.iter().filter(|it| it.status.is_success()).count(), 1);
    assert!(answers.iter().all(|it| it.status.is_success() || [409, 410, 503].contains(&it.status.as_u16())));
    let accept = json!({ "token": invitation, "name": "Guest" });
    nobody.post("/api/v1/invitations/accept", accept).await.refused(410, "invitation-declined");

    let link = deployment.app.accounts.first_operator_link().await.unwrap().expect("nobody is operator yet");
    let mut rivals: Vec<_> = (0..32).map(|_| Visitor::new(&deployment)).collect();
    for rival in &mut rivals {
        rival.get(&format!("/set-up/{}", link.expose_secret())).await;
    }
    let appointing = rivals.iter_mut().enumerate().map(|(number, rival)| async move {
        let fields = format!("name=Root&email=root{number}%40example.org&password={NEW_PASSWORD}");
        let answer = rival.submit("/set-up", "/set-up", &fields).await;
        (answer.status.as_u16(), rival.token().is_some())
    });
    let answers = join_all(appointing).await;
    assert_eq!(answers.iter().filter(|(_, entered)| *entered).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, entered)| *entered || [409, 410, 503].contains(status)), "{answers:?}");
}

async fn a12_every_link_works_once_for_thirty_two_at_once(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let links = one_of_every_kind(&deployment, &ada).await;
    for wanted in ["invitation", "set-up", "login", "address", "sign-up", "reset"] {
        let (_, token) = links.iter().find(|(kind, _)| *kind == wanted).unwrap();
        let (_, path) = ENDPOINTS.iter().find(|(kind, _)| *kind == wanted).unwrap();
        let sender = if wanted == "address" { ada.clone() } else { deployment.nobody() };
        let tries = (0..32).map(|_| sender.post(path, form_for(path, token)));
        let answers = join_all(tries).await;
        let won = answers.iter().filter(|answer| answer.status.is_success()).count();
        let texts: Vec<_> = answers.iter().map(|answer| (answer.status.as_u16(), &answer.text)).collect();
        assert_eq!(won, 1, "{wanted}: {texts:?}");
        // Whoever had to wait too long may be told to come again; nobody is told anything else than that it is spent.
        assert!(
            answers.iter().all(|it| [200, 201, 409, 410, 429, 503].contains(&it.status.as_u16())),
            "{wanted}: {texts:?}"
        );
    }
}

async fn addresses_are_added_verified_made_primary_and_removed(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let second = json!({ "email": "ada@work.example" });
    ada.post("/api/v1/me/emails", second.clone()).await.expect(202);
    ada.put("/api/v1/me/emails/primary", Some(second.clone())).await.refused(403, "email-unverified");
    let token = json!({ "token": link(&deployment, "ada@work", "mlv_").await });
    deployment.nobody().post("/api/v1/me/emails/verify", token.clone()).await.refused(401, "not-signed-in");
    let eve = deployment.person("Eve").await;
    eve.post("/api/v1/me/emails/verify", token.clone()).await.refused(409, "link-of-another-account");
    ada.post("/api/v1/me/emails/verify", token.clone()).await.expect(200);
    ada.post("/api/v1/me/emails/verify", token).await.refused(410, "link-spent");
    signed_in(&deployment, "ada@work.example", PASSWORD).await;
    assert!(deployment.mail_to("ada@example").await.subject.contains("addresses"), "the old address is told");
    let me = ada.put("/api/v1/me/emails/primary", Some(second)).await.expect(200);
    assert_eq!(me["emails"][0]["address"], "ada@work.example");
    let first = json!({ "email": "ada@example.org" });
    ada.post("/api/v1/me/emails/removal", first.clone()).await.expect(200);
    ada.post("/api/v1/me/emails/removal", first).await.refused(404, "unknown-address");
    let last = json!({ "email": "ada@work.example" });
    ada.post("/api/v1/me/emails/removal", last).await.refused(409, "last-address");
    let old = json!({ "login": "ada@example.org", "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", old).await.refused(401, "wrong-credentials");
}

async fn s0_12_organizations_write_to_the_address_that_their_member_has_chosen(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "member").await;
    let members = format!("/api/v1/organizations/{organization}/members");
    let member = async || ada.get(&format!("{members}?q=Bob")).await.expect(200)["items"][0].clone();
    let own = format!("{members}/{}", member().await["id"].as_str().unwrap());
    let (first, second) = (json!({ "email": "bob@example.org" }), json!({ "email": "bob@work.example" }));
    bob.post("/api/v1/me/emails", second.clone()).await.expect(202);
    bob.patch(&own, second.clone()).await.refused(403, "email-unverified");
    let token = json!({ "token": link(&deployment, "bob@work", "mlv_").await });
    bob.post("/api/v1/me/emails/verify", token).await.expect(200);
    assert_eq!(member().await["email"], first["email"], "which one is written to is still the same");
    ada.patch(&own, second.clone()).await.refused(403, "owned-by-the-person");
    bob.put("/api/v1/me/emails/primary", Some(second.clone())).await.expect(200);
    assert_eq!(member().await["email"], second["email"]);
    ada.put(&format!("{own}/seat"), None).await.expect(200);
    assert_eq!(deployment.mail_to("bob@work").await.subject, "You now have full access to Acme");
    // For this organization another one, which stays until it is given up.
    bob.patch(&own, first.clone()).await.expect(200);
    bob.put("/api/v1/me/emails/primary", Some(second.clone())).await.expect(200);
    assert_eq!(member().await["email"], first["email"]);
    bob.post("/api/v1/me/emails/removal", first).await.expect(200);
    assert_eq!(member().await["email"], second["email"]);
    ada.delete(&own).await.expect(204);
    let ended = "Your access to Acme has ended";
    let told = deployment.mails().await.into_iter().find(|mail| mail.subject == ended).expect("a mail");
    assert!(told.to.contains("bob@work"), "{}", told.to);
}

async fn i11_opening_a_link_spends_nothing(deployment: Deployment) {
    deployment.person("Ada").await;
    asked(&deployment, "/api/v1/login-links", "ada@example.org").await.expect(202);
    let token = link(&deployment, "ada@", "mlo_").await;
    for _ in 0..5 {
        let page = deployment.nobody().get(&format!("/login/{token}")).await;
        assert_eq!(page.status, 303);
        assert!(!page.header("location").contains(&token));
    }
    deployment.nobody().post("/api/v1/login-links/redeem", json!({ "token": token })).await.expect(201);
}
