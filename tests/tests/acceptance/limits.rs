//! Mail that somebody else has to bear has limits, which hold for all servers and after a restart (A54, I13).

use membership_tests::client::{Answer, Client};
use membership_tests::deployment::{Deployment, PASSWORD, address};
use serde_json::{Value, json};
use server::config::Settings;
use time::Duration;

macro_rules! with_limits {
    ($($name:ident($settings:expr),)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Deployment::sqlite().await.again($settings)).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Deployment::postgres().await.again($settings)).await;
            })*
        }
    };
}

with_limits! {
    a54_a_stranger_is_invited_three_times_a_day_by_everybody_together(super::per_recipient),
    a54_a_personal_link_and_word_of_a_login_reach_a_mailbox_three_times_a_day(super::per_recipient),
    a54_an_import_repeated_mails_a_mailbox_three_times_a_day(super::per_recipient),
    a54_a_round_leaves_out_whose_mailbox_has_had_enough(super::per_recipient),
    a54_an_inviter_and_an_organization_are_limited(super::per_sender),
    a54_an_invitation_is_sent_again_now_and_then(super::per_invitation),
    i13_recoveries_are_limited_alike_for_known_and_unknown_logins(super::per_login),
    an_account_verifies_few_addresses_an_hour(super::per_account),
}

fn per_recipient(settings: &mut Settings) {
    settings.invitations_per_recipient = "3/d, 10/30d".to_owned();
}

fn per_sender(settings: &mut Settings) {
    settings.invitations_per_inviter = "3/h".to_owned();
    settings.invitations_per_organization = "5/h".to_owned();
}

fn per_invitation(settings: &mut Settings) {
    settings.resends_per_invitation = "1/10m, 5/30d".to_owned();
    settings.resends_per_inviter = "20/h".to_owned();
}

fn per_login(settings: &mut Settings) {
    settings.recoveries_per_recipient = "3/h, 10/d".to_owned();
}

fn per_account(settings: &mut Settings) {
    settings.recoveries_per_account = "3/h".to_owned();
}

async fn invite(by: &Client, organization: &str, email: &str) -> Answer {
    let form = json!({ "email": email, "role": "member" });
    by.post(&format!("/api/v1/organizations/{organization}/invitations"), form).await
}

/// The seconds that a refusal names in its header and its body.
#[track_caller]
fn wait(answer: &Answer) -> i64 {
    let body = answer.refused(429, "rate-limited");
    let seconds: i64 = answer.header("retry-after").parse().unwrap();
    assert_eq!(body["retry_after"], seconds);
    seconds
}

fn without_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

async fn a54_a_stranger_is_invited_three_times_a_day_by_everybody_together(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let mut organizations = Vec::new();
    for _ in 0..4 {
        organizations.push(deployment.founded(&ada, "team").await);
    }
    for (organization, email) in organizations.iter().zip(["bob@example.org", "bob+x@example.org", "BOB@example.org"]) {
        invite(&ada, organization, email).await.expect(201);
    }
    let refused = invite(&ada, &organizations[3], "bob+another@example.org").await;
    assert_eq!(wait(&refused), 8 * 60 * 60);
    assert_eq!(deployment.mails().await.iter().filter(|it| it.to.contains("bob")).count(), 3);

    // A batch goes on without whom nobody may write to now.
    let batch = json!({ "emails": ["bob@example.org", "cleo@example.org"] });
    let path = format!("/api/v1/organizations/{}/invitations/batch", organizations[3]);
    let outcomes = ada.post(&path, batch).await.expect(200);
    let codes: Vec<_> = outcomes["items"].as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(codes, [json!("rate-limited"), json!("invited")], "{outcomes}");
    // A link that is handed over sends no mail.
    let form = json!({ "email": "bob@example.org", "deliver": "return" });
    let handed = ada.post(&format!("/api/v1/organizations/{}/invitations", organizations[3]), form).await;
    handed.expect(201);

    deployment.pass(Duration::hours(8));
    let fresh = deployment.founded(&ada, "team").await;
    invite(&ada, &fresh, "bob@example.org").await.expect(201);
}

async fn a54_a_personal_link_and_word_of_a_login_reach_a_mailbox_three_times_a_day(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let portal = deployment.founded(&ada, "member_portal").await;
    let other = deployment.founded(&ada, "member_portal").await;
    let members = |organization: &str| format!("/api/v1/organizations/{organization}/members");
    let form = |email: &str| json!({ "name": "Bob", "email": email, "set_up_link": "mail" });
    let bob = ada.post(&members(&portal), form("bob@example.org")).await.expect(201);
    let bob = format!("{}/{}", members(&portal), bob["id"].as_str().unwrap());
    let link = format!("{bob}/set-up-link");
    for _ in 0..2 {
        // A link that is dead before its mail goes out is never mailed.
        deployment.mails().await;
        ada.post(&link, json!({ "deliver": "mail" })).await.expect(200);
    }
    assert_eq!(wait(&ada.post(&link, json!({ "deliver": "mail" })).await), 8 * 60 * 60);
    let help = json!({ "username": "bob.ray", "initial_password": PASSWORD });
    wait(&ada.put(&format!("{bob}/login"), Some(help.clone())).await);
    wait(&ada.post(&members(&other), form("bob+x@example.org")).await);
    wait(&invite(&ada, &other, "bob@example.org").await);
    assert_eq!(deployment.mails().await.iter().filter(|it| it.to.contains("bob")).count(), 3);
    // A link that is handed over sends no mail.
    ada.post(&link, json!({ "deliver": "return" })).await.expect(200);

    deployment.pass(Duration::hours(8));
    ada.put(&format!("{bob}/login"), Some(help)).await.expect(200);
    wait(&ada.post(&link, json!({ "deliver": "mail" })).await);
}

async fn carried_out(deployment: &Deployment) {
    while 0 < deployment.app.importer.run_once().await.expect("importing works") {}
}

async fn a54_an_import_repeated_mails_a_mailbox_three_times_a_day(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let portal = deployment.founded(&ada, "member_portal").await;
    let base = format!("/api/v1/organizations/{portal}/members");
    let import = format!("{base}/import");
    let to_bob = async || deployment.mails().await.iter().filter(|it| it.to.contains("bob")).count();
    for sent in 1..=3 {
        let accepted = ada.post_csv(&import, "Ray,Bob,bob@example.org,,1\n").await.expect(202);
        carried_out(&deployment).await;
        assert_eq!(to_bob().await, sent);
        let undo = format!("{base}/imports/{}/undo", accepted["id"].as_str().unwrap());
        ada.post_nothing(&undo).await.expect(202);
        carried_out(&deployment).await;
    }

    // All plus-tags are one mailbox. Whoever is not written to is added, and nothing of the others is lost.
    let file = "Ray,Bob,bob@example.org,,1\nRay,Bo,bob+bo@example.org,,1,first come and choose your own\n\
                Ray,Rob,bob+rob@example.org,,0\nFell,Cleo,cleo@example.org,,1\n";
    let dry = ada.post_csv(&format!("{import}?dry_run=true"), file).await.expect(200);
    let outcomes: Vec<_> = dry["rows"].as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(outcomes, ["failed", "failed", "added", "added"], "{dry:#}");
    let problem = &dry["rows"][0]["problems"][0];
    assert_eq!((&problem["field"], &problem["code"]), (&json!("send_email"), &json!("rate-limited")));
    let accepted = ada.post_csv(&import, file).await.expect(202);
    carried_out(&deployment).await;
    let path = format!("{base}/imports/{}", accepted["id"].as_str().unwrap());
    assert_eq!(ada.get(&path).await.expect(200)["counts"], dry["counts"]);
    let result = ada.get(&format!("{path}/result.csv")).await.text;
    assert_eq!(result.matches("failed,,send_email,\"this mailbox has had").count(), 2, "{result}");
    assert_eq!(to_bob().await, 3);
    deployment.mail_to("cleo@").await;
    wait(&invite(&ada, &deployment.founded(&ada, "team").await, "bob@example.org").await);

    // The same file again, later: who was refused comes in, and nobody comes twice.
    deployment.pass(Duration::hours(8));
    let accepted = ada.post_csv(&import, file).await.expect(202);
    carried_out(&deployment).await;
    let path = format!("{base}/imports/{}", accepted["id"].as_str().unwrap());
    let counts = ada.get(&path).await.expect(200)["counts"].clone();
    assert_eq!([&counts["added"], &counts["failed"], &counts["unchanged"]], [1, 1, 2], "{counts}");
    assert_eq!(to_bob().await, 4);
}

async fn a54_a_round_leaves_out_whose_mailbox_has_had_enough(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let portal = deployment.founded(&ada, "member_portal").await;
    let base = format!("/api/v1/organizations/{portal}");
    let mut ids = Vec::new();
    for (name, email) in [("Bob", "bob@example.org"), ("Cleo", "cleo@example.org")] {
        let form = json!({ "name": name, "email": email });
        ids.push(ada.post(&format!("{base}/members"), form).await.expect(201)["id"].clone());
    }
    for _ in 0..3 {
        let other = deployment.founded(&ada, "team").await;
        invite(&ada, &other, "bob@example.org").await.expect(201);
    }
    let to = async |name: &str| deployment.mails().await.iter().filter(|it| it.to.contains(name)).count();
    let rounds = format!("{base}/roster/rounds");
    let left_out = json!({ "rate_limited": 1 });
    let trial = ada.post(&rounds, json!({ "members": ids, "dry_run": true })).await.expect(200);
    assert_eq!(trial, json!({ "mail": 1, "left_out": left_out }));
    let alone = json!({ "members": [ids[0]] });
    ada.post(&rounds, alone.clone()).await.refused(409, "nobody-to-write-to");
    ada.post(&rounds, json!({ "filter": {} })).await.expect(201);
    assert_eq!((to("bob").await, to("cleo").await), (3, 1));
    let done = ada.get(&rounds).await.expect(200)["items"][0].clone();
    assert_eq!((&done["mailed"], &done["left_out"]), (&json!(1), &left_out), "{done}");
    assert!(done["finished_at"].is_string(), "{done}");

    deployment.pass(Duration::hours(8));
    ada.post(&rounds, alone).await.expect(201);
    assert_eq!(to("bob").await, 4, "a later one reaches him");
}

async fn a54_an_inviter_and_an_organization_are_limited(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "admin").await;
    for name in ["c", "d"] {
        invite(&ada, &organization, &address(name)).await.expect(201);
    }
    assert_eq!(wait(&invite(&ada, &organization, "e@example.org").await), 20 * 60, "an inviter's own are used up");
    for name in ["e", "f"] {
        invite(&bob, &organization, &address(name)).await.expect(201);
    }
    assert_eq!(wait(&invite(&bob, &organization, "g@example.org").await), 12 * 60, "the organization's are used up");
    let form = json!({ "name": "Key", "scopes": ["members:invite", "members:view", "records:read", "records:write"] });
    let key = bob.post(&format!("/api/v1/organizations/{organization}/keys"), form).await.expect(201);
    let key = Client::new(deployment.router(), key["secret"].as_str().map(str::to_owned));
    wait(&invite(&key, &organization, "g@example.org").await);
    deployment.pass(Duration::minutes(12));
    invite(&key, &organization, "g@example.org").await.expect(201);
    wait(&invite(&bob, &organization, "h@example.org").await);
}

async fn a54_an_invitation_is_sent_again_now_and_then(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let made = invite(&ada, &organization, "bob@example.org").await.expect(201);
    let path = format!("/api/v1/organizations/{organization}/invitations/{}", made["id"].as_str().unwrap());
    let resend = format!("{path}/resend");
    deployment.mails().await;
    for round in 0..5 {
        ada.post_nothing(&resend).await.expect(200);
        assert_eq!(deployment.mails().await.iter().filter(|it| it.to.contains("bob")).count(), round + 2);
        if round < 4 {
            assert_eq!(wait(&ada.post_nothing(&resend).await), 10 * 60);
        }
        deployment.pass(Duration::minutes(10));
    }
    assert!(10 * 60 < wait(&ada.post_nothing(&resend).await), "five are enough for one invitation");
    ada.post_nothing(&format!("{path}/link")).await.expect(200);
}

async fn i13_recoveries_are_limited_alike_for_known_and_unknown_logins(deployment: Deployment) {
    deployment.person("Ada").await;
    let ask = async |path: &str, login: &str| {
        deployment.nobody().post(&format!("/api/v1/{path}"), json!({ "login": login })).await
    };
    // Ada's sign-up was a mail to her mailbox, too, some time ago.
    deployment.pass(Duration::days(1));
    let mut told = Vec::new();
    for login in ["ada@example.org", "nobody@example.org"] {
        ask("login-links", login).await.expect(202);
        ask("password-resets", &login.to_uppercase()).await.expect(202);
        ask("login-links", &login.replace('@', "+tag@")).await.expect(202);
        let refused = ask("password-resets", login).await;
        assert_eq!(wait(&refused), 20 * 60);
        told.push(without_id(&refused));
    }
    assert_eq!(told[0], told[1]);
    let form = json!({ "email": "nobody@example.org", "name": "Nobody", "password": PASSWORD });
    wait(&deployment.nobody().post("/api/v1/users", form).await);
    deployment.pass(Duration::minutes(20));
    ask("login-links", "ada@example.org").await.expect(202);
    deployment.mails().await;
}

async fn an_account_verifies_few_addresses_an_hour(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    for number in 0..3 {
        let form = json!({ "email": format!("ada{number}@example.net") });
        ada.post("/api/v1/me/emails", form).await.expect(202);
    }
    let form = json!({ "email": "ada9@example.net" });
    assert_eq!(wait(&ada.post("/api/v1/me/emails", form).await), 20 * 60);
    deployment.mails().await;
}
