//! What has gone wrong elsewhere with signing in, tried here; each test names the row of the hazard.

use futures_util::future::join_all;
use membership_core::id::{UserId, UserLinkId};
use membership_core::secret::{HmacLinks, Link, LinkKey, LinkKind, LinkSigner};
use membership_tests::client::{Answer, Client};
use membership_tests::deployment::{Deployment, LINK_KEY, PASSWORD, address};
use membership_tests::on_every_store;
use membership_tests::passwords::Cost;
use membership_tests::timing::{Auc, Passes, compared, form_at};
use membership_tests::visitor::Visitor;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use server::config::Switch;

on_every_store! {
    a04_a_username_is_no_address_and_shadows_nobody,
    a09_no_link_sets_a_password_for_an_account_that_exists,
    a11_a_reset_takes_its_link_at_every_step,
    a13_an_edited_link_is_no_link_and_claims_beside_it_are_refused,
    a60_asking_for_a_way_in_reads_the_same_for_everybody,
    a61_an_unknown_login_is_answered_like_a_wrong_password,
    a61_an_unknown_login_costs_as_many_hashes_as_a_known_one,
    a62_a_link_that_is_handed_over_does_not_tell_who_has_an_account,
    a63_a_page_of_another_site_sends_no_form_of_ours,
    a64_a_fresh_sign_in_takes_the_place_of_the_present_one,
    a64_over_tls_the_cookie_belongs_to_this_host_alone,
    a67_a_flood_of_passwords_is_turned_away_and_nobody_is_told_anything_wrong,
}

const OTHER: &str = "another fine long password";

async fn sign_in(deployment: &Deployment, login: &str, password: &str) -> Answer {
    let form = json!({ "login": login, "password": password });
    deployment.nobody().post("/api/v1/sign-ins", form).await
}

fn bearing(deployment: &Deployment, answer: &Value) -> Client {
    Client::new(deployment.router(), answer["token"].as_str().map(str::to_owned))
}

async fn a04_a_username_is_no_address_and_shadows_nobody(deployment: Deployment) {
    let (ada, _) = (deployment.person("Ada").await, deployment.person("Bob").await);
    let portal = deployment.founded(&ada, "member_portal").await;
    let members = format!("/api/v1/organizations/{portal}/members");
    let roster = |username: &str| json!({ "name": "Eve", "username": username, "initial_password": OTHER });
    ada.post(&format!("/api/v1/organizations/{portal}/invitations"), json!({ "email": address("Guest") }))
        .await
        .expect(201);
    let token = deployment.link_to("guest@").await;
    for bad in ["bob@example.org", "BOB@EXAMPLE.ORG", "bob\u{ff20}example.org", "b\u{f6}b", "1bob", "b b", ""] {
        let accept = json!({ "token": token, "name": "Guest", "username": bad, "password": PASSWORD });
        for answer in [
            ada.post(&members, roster(bad)).await,
            deployment.nobody().post("/api/v1/invitations/accept", accept).await,
        ] {
            let told = answer.refused(422, "invalid-input");
            assert_eq!(told["field"], "username", "{bad}: {told}");
        }
    }
    // Two spellings are one name, and whoever has the address signs in by it as before.
    ada.post(&members, roster("bobby")).await.expect(201);
    ada.post(&members, roster(" BOBBY ")).await.refused(409, "username-taken");
    sign_in(&deployment, "bob@example.org", OTHER).await.refused(401, "wrong-credentials");
    let bob = sign_in(&deployment, "bob@example.org", PASSWORD).await.expect(201);
    assert_eq!(bob["user"]["name"], "Bob");
    assert_eq!(sign_in(&deployment, "Bobby", OTHER).await.expect(201)["user"]["name"], "Eve");
}

async fn a09_no_link_sets_a_password_for_an_account_that_exists(deployment: Deployment) {
    let (ada, bob) = (deployment.person("Ada").await, deployment.person("Bob").await);
    let organization = deployment.founded(&ada, "team").await;
    let base = format!("/api/v1/organizations/{organization}");
    ada.post(&format!("{base}/invitations"), json!({ "email": address("Bob") })).await.expect(201);
    let token = deployment.link_to("bob@").await;
    let form = json!({ "token": token, "name": "Mallory", "password": OTHER });
    deployment.nobody().post("/api/v1/invitations/accept", form).await.refused(409, "account-exists");
    let invited = ada.get(&format!("{base}/invitations")).await.expect(200)["items"][0]["id"].clone();
    ada.delete(&format!("{base}/invitations/{}", invited.as_str().unwrap())).await.expect(204);

    let roster = json!({ "name": "Bob", "email": address("Bob"), "set_up_link": "mail" });
    ada.post(&format!("{base}/members"), roster).await.expect(201);
    let token = deployment.link_to("bob@").await;
    let form = json!({ "token": token, "username": "mallory", "password": OTHER });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.refused(409, "account-exists");
    sign_in(&deployment, "bob@example.org", OTHER).await.refused(401, "wrong-credentials");
    sign_in(&deployment, "mallory", OTHER).await.refused(401, "wrong-credentials");
    assert_eq!(bob.get("/api/v1/me").await.expect(200)["username"], Value::Null);
    sign_in(&deployment, "bob@example.org", PASSWORD).await.expect(201);
}

async fn a11_a_reset_takes_its_link_at_every_step(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let me = ada.get("/api/v1/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    let nobody = deployment.nobody();
    nobody.post("/api/v1/password-resets", json!({ "login": address("Ada") })).await.expect(202);
    // Having asked opens nothing: there is no step that remembers who asked.
    let redeem = "/api/v1/password-resets/redeem";
    for form in [json!({ "password": OTHER }), json!({ "login": address("Ada"), "password": OTHER })] {
        nobody.post(redeem, form).await.refused(422, "invalid-input");
    }
    let claimed = json!({ "token": "mlr_", "user_id": me, "password": OTHER });
    nobody.post(redeem, claimed).await.refused(422, "invalid-input");
    for path in ["/reset", "/login"] {
        assert_eq!(nobody.get(path).await.status, 404, "{path}");
    }
    // Not even the deployment's own key makes a link without a row.
    let user = UserId(me.parse().unwrap());
    let links = HmacLinks::new(LinkKey::new(1, LINK_KEY), Vec::new());
    for kind in [LinkKind::PasswordReset, LinkKind::OneTimeLogin] {
        let forged = links.sign(&Link::to_user(kind, user, UserLinkId(uuid::Uuid::from_u128(7)), 1));
        let form = json!({ "token": forged.expose_secret(), "password": OTHER });
        nobody.post(redeem, form).await.refused(404, "unknown-link");
    }
    sign_in(&deployment, "ada@example.org", PASSWORD).await.expect(201);
    let token = deployment.link_to("ada@").await;
    nobody.post(redeem, json!({ "token": token, "password": OTHER })).await.expect(201);
    sign_in(&deployment, "ada@example.org", OTHER).await.expect(201);
}

async fn a13_an_edited_link_is_no_link_and_claims_beside_it_are_refused(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let other = deployment.founded(&ada, "team").await;
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invitations, json!({ "email": address("Bob"), "role": "member" })).await.expect(201);
    let token = deployment.link_to("bob@").await;
    let nobody = deployment.nobody();
    let (inspect, accept) = ("/api/v1/invitations/inspect", "/api/v1/invitations/accept");
    for at in "mli_".len()..token.len() {
        let mut edited = token.clone().into_bytes();
        edited[at] = if edited[at] == b'A' { b'B' } else { b'A' };
        let edited = String::from_utf8(edited).unwrap();
        nobody.post(inspect, json!({ "token": edited })).await.refused(404, "unknown-link");
    }
    for edited in [format!("{token}A"), token[..token.len() - 1].to_owned(), token.replacen("mli_", "mls_", 1)] {
        nobody.post(inspect, json!({ "token": edited })).await.refused(404, "unknown-link");
    }
    for (field, claim) in [
        ("role", json!("admin")),
        ("organization_id", json!(other)),
        ("member_id", json!(uuid::Uuid::nil())),
        ("verified", json!(true)),
    ] {
        let mut form = json!({ "token": token, "name": "Bob" });
        form[field] = claim;
        assert_eq!(nobody.post(accept, form).await.refused(422, "invalid-input")["field"], field);
    }
    let form = json!({ "token": token, "name": "Bob", "email": "eve@example.org" });
    nobody.post(accept, form).await.refused(422, "not-the-invited-address");
    let joined = nobody.post(accept, json!({ "token": token, "name": "Bob" })).await.expect(201);
    assert_eq!(joined["membership"]["role"], "member");
}

/// All of an answer but when it was given.
fn whole(answer: &Answer) -> (u16, Vec<(String, String)>, &str) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, &answer.text)
}

async fn a60_asking_for_a_way_in_reads_the_same_for_everybody(deployment: Deployment) {
    deployment.person("Ada").await;
    // With the same id of the request, the answers are the same to the byte, headers included.
    let nobody = deployment.nobody().with("x-request-id", "the-same");
    let logins = ["ada@example.org", "zoe@example.org", "ada", "no login at all"];
    for path in ["/api/v1/login-links", "/api/v1/password-resets"] {
        let mut answers = Vec::new();
        for login in logins {
            answers.push(nobody.post(path, json!({ "login": login })).await);
        }
        assert_eq!(answers[0].status, 202);
        assert!(answers.iter().all(|it| whole(it) == whole(&answers[0])), "{path}: {answers:?}");
    }
    let form = |email: &str| json!({ "email": email, "name": "Eve", "password": PASSWORD });
    let known = nobody.post("/api/v1/users", form("ada@example.org")).await;
    let unknown = nobody.post("/api/v1/users", form("zoe@example.org")).await;
    assert_eq!((known.status.as_u16(), whole(&known)), (202, whole(&unknown)));
}

async fn a61_an_unknown_login_is_answered_like_a_wrong_password(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let portal = deployment.founded(&ada, "member_portal").await;
    let roster = json!({ "name": "Grace", "username": "grace", "initial_password": OTHER });
    ada.post(&format!("/api/v1/organizations/{portal}/members"), roster).await.expect(201);
    let nobody = deployment.nobody().with("x-request-id", "the-same");
    let mut answers = Vec::new();
    for login in ["ada@example.org", "grace", "zoe@example.org", "nobody.here", "no login at all"] {
        let form = json!({ "login": login, "password": "not the password at all" });
        answers.push(nobody.post("/api/v1/sign-ins", form).await);
    }
    answers[0].refused(401, "wrong-credentials");
    assert!(answers.iter().all(|it| whole(it) == whole(&answers[0])), "{answers:?}");
}

async fn a61_an_unknown_login_costs_as_many_hashes_as_a_known_one(deployment: Deployment) {
    deployment.person("Ada").await;
    let nobody = deployment.nobody();
    for (path, hashes) in
        [("/api/v1/sign-ins", 1), ("/api/v1/users", 1), ("/api/v1/login-links", 0), ("/api/v1/password-resets", 0)]
    {
        for login in ["ada@example.org", "zoe@example.org"] {
            let before = deployment.hashes();
            let answer = nobody.post(path, form_at(path, login)).await;
            assert!([202, 401].contains(&answer.status.as_u16()), "{path}: {}", answer.text);
            assert_eq!(deployment.hashes() - before, hashes, "{login} at {path}");
        }
    }
    // Nor does a name that nobody has, or one that nobody can have.
    for login in ["nobody.here", "no login at all"] {
        let before = deployment.hashes();
        nobody.post("/api/v1/sign-ins", form_at("/api/v1/sign-ins", login)).await.refused(401, "wrong-credentials");
        assert_eq!(deployment.hashes() - before, 1, "{login}");
    }
}

async fn a62_a_link_that_is_handed_over_does_not_tell_who_has_an_account(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let bob = deployment.person("Bob").await;
    for preset in ["team", "group_subscription"] {
        let organization = deployment.founded(&ada, preset).await;
        let base = format!("/api/v1/organizations/{organization}");
        let mut told = Vec::new();
        let mut links = Vec::new();
        for name in ["Bob", "Zoe"] {
            let offer = json!({ "email": address(name), "deliver": "return" });
            let offered = ada.post(&format!("{base}/invitations"), offer).await.expect(201);
            let link = offered["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            let seen = deployment.nobody().post("/api/v1/invitations/inspect", json!({ "token": link })).await;
            let mut seen = seen.expect(200);
            assert_eq!((&seen["has_account"], &seen["proves_mailbox"]), (&json!(false), &json!(false)));
            seen["masked_email"] = Value::Null;
            told.push(seen);
            links.push(link);
        }
        assert_eq!(told[0], told[1]);
        // What an administrator might try with the link is answered alike.
        let nobody = deployment.nobody();
        for typed in [None, Some(false), Some(true)] {
            let mut answers = Vec::new();
            for (link, own, other) in [(&links[0], "Bob", "Zoe"), (&links[1], "Zoe", "Bob")] {
                let email = typed.map(|is_own| address(if is_own { own } else { other }));
                let form = json!({ "token": link, "email": email });
                answers.push(nobody.post("/api/v1/invitations/accept", form).await.json()["code"].clone());
            }
            assert_eq!(answers[0], answers[1], "{preset}: {typed:?}");
        }
        // So is registering where nobody does, and with less than is asked for.
        let form = if preset == "team" { json!({ "name": "Somebody" }) } else { json!({}) };
        let mut answers = Vec::new();
        for link in &links {
            let mut form = form.clone();
            form["token"] = json!(link);
            let answer = nobody.post("/api/v1/invitations/register", form).await;
            answers.push((answer.status, answer.json()["code"].clone()));
        }
        assert_eq!(answers[0], answers[1], "{preset}");
        assert!(answers[0].0.is_client_error(), "{answers:?}");
        if preset == "group_subscription" {
            for link in &links {
                let form = json!({ "token": link, "name": "Somebody" });
                nobody.post("/api/v1/invitations/register", form).await.expect(202);
            }
            // The mailbox decides: Bob's login link is to the account he has.
            let token = deployment.link_to("bob@").await;
            assert!(token.starts_with("mlo_"));
            let entered = nobody.post("/api/v1/login-links/redeem", json!({ "token": token })).await.expect(201);
            assert_eq!(entered["password_change_required"], false);
        } else {
            // Bob takes the invitation up by signing in first; nobody has become Bob by the link alone.
            let form = json!({ "token": links[0], "name": "Mallory", "password": OTHER });
            sign_in(&deployment, "bob@example.org", OTHER).await.refused(401, "wrong-credentials");
            let mallory = bearing(&deployment, &nobody.post("/api/v1/invitations/accept", form).await.expect(201));
            let me = mallory.get("/api/v1/me").await.expect(200);
            assert_eq!((&me["name"], &me["emails"][0]["verified_at"]), (&json!("Mallory"), &Value::Null));
            sign_in(&deployment, "bob@example.org", OTHER).await.refused(401, "wrong-credentials");
            bob.get("/api/v1/me").await.expect(200);
        }
    }
}

async fn a63_a_page_of_another_site_sends_no_form_of_ours(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let (invite, members) = (format!("/organizations/{organization}/invite"), "/api/v1/organizations");
    let cookie = format!("membership={}", ada.token.clone().unwrap());
    let mut visitor = Visitor::signed_in(&deployment, &ada);
    let page = visitor.get(&invite).await.text;
    let token = page.split_once("name=\"form_token\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let invites = "addresses=eve%40example.org&role=admin";
    let sent = async |site: (&'static str, &'static str), fields: String| {
        let request = http::Request::post(&invite)
            .header("host", "localhost:8080")
            .header("cookie", &cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .header(site.0, site.1);
        deployment.nobody().raw(request.body(fields.into()).unwrap()).await.status.as_u16()
    };
    let whole = format!("{invites}&form_token={token}");
    for site in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:8081"),
    ] {
        assert_eq!(sent(site, whole.clone()).await, 403, "{site:?}");
    }
    // Where no header tells, the form's own token does.
    let plain = ("accept", "text/html");
    let other = deployment.person("Eve").await;
    let theirs = Visitor::signed_in(&deployment, &other).get("/organizations/new").await.text;
    let theirs = theirs.split_once("name=\"form_token\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    for fields in [invites.to_owned(), format!("{invites}&form_token="), format!("{invites}&form_token={theirs}")] {
        assert_eq!(sent(plain, fields.clone()).await, 403, "{fields}");
    }
    let outstanding = ada.get(&format!("{members}/{organization}/invitations")).await.expect(200);
    assert_eq!(outstanding["total"], 0);
    assert_eq!(sent(plain, whole).await, 303);
}

async fn a67_a_flood_of_passwords_is_turned_away_and_nobody_is_told_anything_wrong(deployment: Deployment) {
    let deployment = deployment.again(|settings| settings.limits = Switch::Off);
    deployment.person("Ada").await;
    let nobody = deployment.nobody();
    let flood = (0..96).map(|number| {
        let right = number % 8 == 0;
        let password = if right { PASSWORD } else { "not the password at all" };
        let form = json!({ "login": address("Ada"), "password": password });
        let nobody = nobody.clone();
        async move { (right, nobody.post("/api/v1/sign-ins", form).await) }
    });
    let answers = join_all(flood).await;
    let mut turned_away = 0;
    for (right, answer) in &answers {
        match answer.status.as_u16() {
            503 => {
                turned_away += 1;
                answer.refused(503, "overloaded");
                assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|it| 0 < it));
            }
            status => assert_eq!(status, if *right { 201 } else { 401 }, "{}", answer.text),
        }
    }
    assert!(0 < turned_away && turned_away < answers.len(), "{turned_away} of {}", answers.len());
    sign_in(&deployment, "ada@example.org", PASSWORD).await.expect(201);
    let long = json!({ "login": address("Ada"), "password": "x".repeat(1_025) });
    let before = deployment.hashes();
    nobody.post("/api/v1/sign-ins", long).await.refused(422, "invalid-input");
    assert_eq!(deployment.hashes(), before, "nothing is hashed for what can be no password");
}

async fn a64_a_fresh_sign_in_takes_the_place_of_the_present_one(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let over = async |client: &Client| client.get("/api/v1/me").await.refused(401, "not-signed-in");
    let bob = deployment.person("Bob").await;

    // Signing in again, by password and by a mailed link.
    let form = json!({ "login": address("Bob"), "password": PASSWORD });
    let second = bearing(&deployment, &bob.post("/api/v1/sign-ins", form.clone()).await.expect(201));
    over(&bob).await;
    second.post("/api/v1/login-links", json!({ "login": address("Bob") })).await.expect(202);
    let token = json!({ "token": deployment.link_to("bob@").await });
    let third = bearing(&deployment, &second.post("/api/v1/login-links/redeem", token).await.expect(201));
    over(&second).await;

    // Accepting an invitation, and a membership that somebody else had set up.
    let invitations = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invitations, json!({ "email": address("Bob") })).await.expect(201);
    let token = json!({ "token": deployment.link_to("bob@").await });
    let fourth = bearing(&deployment, &third.post("/api/v1/invitations/accept", token).await.expect(201));
    over(&third).await;
    let portal = deployment.founded(&ada, "member_portal").await;
    let roster = json!({ "name": "Bob", "email": address("Bob"), "set_up_link": "mail" });
    ada.post(&format!("/api/v1/organizations/{portal}/members"), roster).await.expect(201);
    let token = json!({ "token": deployment.link_to("bob@").await });
    let fifth = bearing(&deployment, &fourth.post("/api/v1/set-up-links/redeem", token).await.expect(201));
    over(&fourth).await;

    // Whoever chooses a new password by mail is signed in afresh, and nowhere else.
    fifth.post("/api/v1/password-resets", json!({ "login": address("Bob") })).await.expect(202);
    let form = json!({ "token": deployment.link_to("bob@").await, "password": OTHER });
    let sixth =
        bearing(&deployment, &deployment.nobody().post("/api/v1/password-resets/redeem", form).await.expect(201));
    over(&fifth).await;

    // A link that was handed out before a sign-in ended it opens nothing in a browser that brings its own.
    let planted = deployment.nobody().with("cookie", format!("membership={}", fifth.token.clone().unwrap()));
    planted.get("/api/v1/me").await.refused(401, "not-signed-in");
    sixth.get("/api/v1/me").await.expect(200);
}

async fn a64_over_tls_the_cookie_belongs_to_this_host_alone(deployment: Deployment) {
    deployment.person("Ada").await;
    let deployment = deployment.again(|settings| settings.public_url = "https://members.example.org".to_owned());
    let request = http::Request::post("/sign-in")
        .header("host", "members.example.org")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    let form = format!("login=ada%40example.org&password={PASSWORD}");
    let answer = deployment.nobody().raw(request.body(form.into()).unwrap()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-membership=mst_"), "{cookie}");
    for part in ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"] {
        assert!(cookie.split("; ").any(|it| it == part), "{part} is missing in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

/// A deployment in which a login may fail thousands of times, and passwords cost that much.
async fn unlimited(cost: Cost) -> Deployment {
    Deployment::sqlite().await.at_cost(cost).again(|settings| settings.limits = Switch::Off)
}

/// How well known and unknown logins can be told apart at a door, by so many answers for each of them.
async fn auc_at(deployment: &Deployment, path: &str, pairs: usize) -> Auc {
    let nobody = deployment.nobody();
    let ask = async |form: Value| {
        let status = nobody.post(path, form).await.status.as_u16();
        assert!([202, 401].contains(&status), "{path} answers {status}");
    };
    let auc = compared(Passes { pairs, warm_up: 20 }, path, ask).await;
    println!("{path}: {pairs} + {pairs} samples, AUC {auc}");
    auc
}

/// Reports the figure for a door whose answers leave evenly, in a step as much shorter as passwords cost less here, so
/// that thousands of answers take seconds. `cargo xtask bench timing` asks a whole server as people deploy it.
async fn no_timing_tells_at(path: &str) {
    let deployment = unlimited(Cost::Low).await.again(|settings| settings.even_answers_ms = 6);
    deployment.person("Ada").await;
    let auc = auc_at(&deployment, path, 2_000).await;
    // The standard error of 2,000 samples of each kind is a hundredth; a busy machine adds some.
    assert!((auc.value - 0.5).abs() < 0.05, "{path} tells known and unknown logins apart: {auc}");
}

#[tokio::test]
async fn i13_the_time_of_a_refused_sign_in_tells_nothing_sqlite() {
    no_timing_tells_at("/api/v1/sign-ins").await;
}

#[tokio::test]
async fn i13_the_time_of_a_sign_up_tells_nothing_sqlite() {
    no_timing_tells_at("/api/v1/users").await;
}

#[tokio::test]
async fn i13_the_time_of_asking_for_a_login_link_tells_nothing_sqlite() {
    no_timing_tells_at("/api/v1/login-links").await;
}

#[tokio::test]
async fn i13_the_time_of_asking_for_a_reset_tells_nothing_sqlite() {
    no_timing_tells_at("/api/v1/password-resets").await;
}

/// The same measurement finds what A61 is about, though a hash costs a tenth of what it costs in a deployment.
#[tokio::test]
async fn a61_a_server_that_hashes_nothing_for_strangers_is_told_apart_sqlite() {
    let deployment = unlimited(Cost::LowAndLeaking).await;
    deployment.person("Ada").await;
    let auc = auc_at(&deployment, "/api/v1/sign-ins", 500).await;
    // On a busy machine the figure is lower than on a quiet one; chance alone does not get here.
    assert!(0.6 < auc.interval().0, "it was not found out: {auc}");
}
