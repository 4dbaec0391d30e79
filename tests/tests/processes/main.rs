//! Whole servers, as they are deployed: two on one Postgres, and one that is killed.

mod imports;
mod logs;
mod mails;
mod races;
mod roster;
mod shell;

use std::path::Path;

use futures_util::future::join_all;
use membership_core::port::Clock;
use membership_core::system::SystemClock;
use membership_tests::caller::{Caller, Credential};
use membership_tests::deployment::{PASSWORD, link_in};
use membership_tests::identity_provider::{AUDIENCE, IdentityProvider, Person};
use membership_tests::mail_server::MailServer;
use membership_tests::postgres::fresh_database;
use membership_tests::process::{Process, Start, binary};
use serde_json::json;
use time::Duration;
use time::format_description::well_known::Rfc3339;

async fn two_on_one_postgres(folder: &Path) -> (Process, Process) {
    two_with(folder, &[]).await
}

async fn two_with(folder: &Path, environment: &[(&'static str, String)]) -> (Process, Process) {
    let url = fresh_database().await;
    let start = || {
        let (data_dir, database_url, environment) = (folder.to_owned(), Some(url.clone()), environment.to_vec());
        Start { data_dir, database_url, environment, ..Start::default() }.run()
    };
    // Both bring the schema up at the same time (F23).
    tokio::join!(start(), start())
}

#[tokio::test]
async fn a_fresh_server_says_where_to_go_and_ends_in_order_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().join("data"), ..Start::default() }.run().await;
    let printed = server.printed.join("\n");
    for expected in ["/docs", "/dev/mailbox", "/set-up/mls_"] {
        assert!(printed.contains(expected), "{printed}");
    }
    for path in ["/healthz", "/readyz", "/openapi.json", "/docs", "/sign-in", "/metrics"] {
        assert_eq!(Caller::nobody(&server.origin).status(path).await, 200, "{path}");
    }
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn x_2_two_servers_never_oversell_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two_on_one_postgres(folder.path()).await;
    for round in 0..5_usize {
        let limit = round + 1;
        let ada = Caller::owner(&one.origin, "account", &format!("ada{round}@example.org"), limit).await;
        let rivals = (0..24).map(|number| {
            let origin = if number % 2 == 0 { &one.origin } else { &other.origin };
            let caller = ada.at(origin);
            async move { caller.post("/invitations", json!({ "email": format!("r{number}@example.org") })).await.0 }
        });
        let statuses = join_all(rivals).await;
        assert_eq!(statuses.iter().filter(|it| **it == 201).count(), limit - 1, "{statuses:?}");
        assert!(statuses.iter().all(|it| [201, 409].contains(it)), "{statuses:?}");
        let (_, seats) = ada.get("/subscription").await;
        assert_eq!((&seats["assigned"], &seats["reserved"]), (&json!(1), &json!(limit - 1)));
    }
}

#[tokio::test]
async fn x_2_two_servers_redeem_a_link_once_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two_on_one_postgres(folder.path()).await;
    let ada = Caller::owner(&one.origin, "team", "ada@example.org", 100).await;
    let (_, made) = ada.post("/invitations", json!({ "email": "bob@example.org", "deliver": "return" })).await;
    let rivals = (0..32).map(|number| {
        let origin = if number % 2 == 0 { &one.origin } else { &other.origin };
        let form = json!({ "token": made["link"], "name": format!("Bob {number}") });
        async move { Caller::nobody(origin).post_to("/api/v1/invitations/accept", form).await.0 }
    });
    let statuses = join_all(rivals).await;
    assert_eq!(statuses.iter().filter(|it| **it == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|it| [201, 409, 410].contains(it)), "{statuses:?}");
    assert_eq!(ada.get("/members").await.1["total"], 2);
}

#[tokio::test]
async fn i1_two_servers_transfer_the_ownership_once_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two_on_one_postgres(folder.path()).await;
    let ada = Caller::owner(&one.origin, "team", "ada@example.org", 100).await;
    let (bob, cleo) = (ada.join("bob@example.org").await, ada.join("cleo@example.org").await);
    for _ in 0..10 {
        let (_, members) = ada.get("/members").await;
        let id = |email: &str| {
            let items = members["items"].as_array().unwrap();
            items.iter().find(|it| it["email"] == email).unwrap()["id"].clone()
        };
        let owner = members["items"].as_array().unwrap().iter().find(|it| it["role"] == "owner").unwrap().clone();
        let holder = [&ada, &bob, &cleo].into_iter().find(|it| owner["email"] == it.email).unwrap();
        let heirs: Vec<_> = [&ada, &bob, &cleo].into_iter().filter(|it| owner["email"] != it.email).collect();
        let (to_first, to_second) =
            (json!({ "member_id": id(&heirs[0].email) }), json!({ "member_id": id(&heirs[1].email) }));
        let (elsewhere, here) = (holder.at(&other.origin), holder.at(&one.origin));
        let (first, second) = tokio::join!(elsewhere.post("/ownership", to_first), here.post("/ownership", to_second));
        let mut statuses = [first.0, second.0];
        statuses.sort_unstable();
        assert!(statuses[0] == 200 && [403, 409].contains(&statuses[1]), "{statuses:?}");
        let (_, members) = ada.get("/members").await;
        let owners = members["items"].as_array().unwrap().iter().filter(|it| it["role"] == "owner").count();
        assert_eq!(owners, 1);
    }
}

/// A hundred rounds, each with another member: the removal that one server has acknowledged the other knows at the very
/// next request, whatever is shown.
#[tokio::test]
async fn i8_a_removal_holds_on_the_other_server_at_once_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two_on_one_postgres(folder.path()).await;
    let ada = Caller::owner(&one.origin, "team", "ada@example.org", 1_000).await;
    for round in 0..100 {
        let email = format!("bob{round}@example.org");
        let form = json!({ "email": email, "role": "admin", "deliver": "return" });
        let (_, made) = ada.post("/invitations", form).await;
        let bob = ada.accept(made["link"].as_str().unwrap().to_owned(), &email).await;
        let (status, key) = bob.post("/keys", json!({ "name": "Key", "scopes": ["members:view"] })).await;
        assert_eq!(status, 201, "{key}");
        let elsewhere = bob.at(&other.origin);
        let cookie = elsewhere.by(Credential::Cookie);
        let key = elsewhere.by(Credential::Bearer(key["secret"].as_str().unwrap().to_owned()));
        let seen = || [&elsewhere, &cookie, &key].map(|it| it.get("/members"));
        let answers = join_all(seen()).await;
        assert!(answers.iter().all(|(status, _)| *status == 200), "round {round}: {answers:?}");
        let (_, found) = ada.get(&format!("/members?q=bob{round}@")).await;
        let member = found["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(ada.delete(&format!("/members/{member}")).await, 204);
        let refused: Vec<_> = join_all(seen()).await.into_iter().map(|(status, _)| status).collect();
        assert_eq!(refused, [404, 404, 401], "round {round}");
        let page = format!("/organizations/{}", ada.organization());
        assert_eq!(cookie.status(&page).await, 404, "the page, round {round}");
    }
}

#[tokio::test]
async fn i8_a_removal_holds_for_a_trusted_issuers_token_on_the_other_server_at_once_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = IdentityProvider::start().await;
    let (one, other) = two_with(folder.path(), &issuer.environment()).await;
    let ada = Caller::owner(&one.origin, "team", "ada@example.org", 200).await;
    for round in 0..100 {
        let person = Person::new(&format!("Bob {round}"));
        let bob = ada.by(Credential::Bearer(issuer.token(&person, AUDIENCE, &json!({}))));
        let (_, made) = ada.post("/invitations", json!({ "email": person.email, "deliver": "return" })).await;
        let (status, accepted) = bob.post_to("/api/v1/invitations/accept", json!({ "token": made["link"] })).await;
        assert_eq!(status, 201, "{accepted}");
        let bob = bob.at(&other.origin);
        assert_eq!(bob.get("").await.0, 200);
        let member = accepted["membership"]["id"].as_str().unwrap();
        assert_eq!(ada.delete(&format!("/members/{member}")).await, 204);
        assert_eq!(bob.get("").await.0, 404, "round {round}");
        assert_eq!(bob.get_from("/api/v1/me").await.0, 200, "the token itself still holds");
    }
}

#[tokio::test]
async fn i5_what_was_acknowledged_survives_a_kill_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Start { data_dir: folder.path().to_owned(), ..Start::default() }.run();
    let server = start().await;
    let ada = Caller::owner(&server.origin, "account", "ada@example.org", 1_000).await;
    let inviting = tokio::spawn({
        let ada = ada.clone();
        async move {
            let mut acknowledged = Vec::new();
            for number in 0..10_000 {
                let email = format!("r{number}@example.org");
                match ada.try_post("/invitations", json!({ "email": email })).await {
                    Some(201) => acknowledged.push(email),
                    _ => break,
                }
            }
            acknowledged
        }
    });
    // Killed as soon as some are through, in the middle of others.
    while ada.get("/invitations?state=outstanding").await.1["total"].as_u64().unwrap_or(0) < 20 {}
    server.kill().await;
    let acknowledged = inviting.await.unwrap();
    assert!(acknowledged.len() >= 19, "only {} were acknowledged", acknowledged.len());
    let server = start().await;
    let ada = ada.at(&server.origin);
    for email in &acknowledged {
        assert_eq!(ada.get(&format!("/invitations?q={email}")).await.1["total"], 1, "{email}");
    }
    let total = ada.get("/invitations?state=outstanding").await.1["total"].clone();
    let (_, seats) = ada.get("/subscription").await;
    assert_eq!(seats["reserved"], total, "the counter equals the rows");
    assert!(server.terminate().await.success());
    let mut verify = tokio::process::Command::new(binary());
    verify.args(["audit", "verify", "--data-dir"]).arg(folder.path());
    let verified = verify.output().await.unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[tokio::test]
async fn i15_an_edited_audit_entry_shows_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), ..Start::default() }.run().await;
    let ada = Caller::owner(&server.origin, "team", "ada@example.org", 10).await;
    ada.join("bob@example.org").await;
    assert!(server.terminate().await.success());
    let verify = async || {
        let mut verify = tokio::process::Command::new(binary());
        verify.args(["audit", "verify", "--data-dir"]).arg(folder.path());
        verify.output().await.unwrap()
    };
    assert!(verify().await.status.success());
    let url = format!("sqlite://{}", folder.path().join("membership.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query("UPDATE audit_log SET subject_name = 'Eve' WHERE sequence = 2").execute(&pool).await.unwrap();
    pool.close().await;
    let broken = verify().await;
    let said = String::from_utf8_lossy(&broken.stdout).into_owned();
    assert!(!broken.status.success() && said.contains("entry 2 was changed"), "{said}");
}

#[tokio::test]
async fn s1_6_the_mail_arrives_at_a_real_mail_server_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let mut mail_server = MailServer::start().await;
    let smtp_url = Some(mail_server.url.clone());
    let server = Start { data_dir: folder.path().to_owned(), smtp_url, ..Start::default() }.run().await;
    assert_eq!(
        Caller::nobody(&server.origin).status("/dev/mailbox").await,
        404,
        "no mail is kept for everybody to read"
    );
    let form = json!({ "name": "Acme", "preset": "team", "owner_email": "ada@example.org", "language": "fr" });
    assert_eq!(Caller::operator(&server.origin).post_to("/api/v1/operator/organizations", form).await.0, 201);
    let bytes = mail_server.next().await;
    let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("ada@example.org"));
    assert!(mail.message_id().unwrap().ends_with("@localhost"));
    assert!(mail.body_html(0).is_some());
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("Acme") && text.contains("Bonjour"), "{text}");
    let form = json!({ "token": link_in(&text), "name": "Ada", "password": PASSWORD });
    assert_eq!(Caller::nobody(&server.origin).post_to("/api/v1/invitations/accept", form).await.0, 201);
}

/// I8, on two servers: what one of them has acknowledged, the other knows at the very next request, whatever is shown:
/// cookie, bearer token or API key. A hundred rounds, each with another member.
#[tokio::test]
async fn i8_what_one_server_ended_the_other_refuses_at_once_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two_on_one_postgres(folder.path()).await;
    let ada = Caller::owner(&one.origin, "team", "ada@example.org", 1_000).await;
    for round in 0..100_usize {
        let email = format!("bob{round}@example.org");
        let bob = ada.join(&email).await;
        let (_, found) = ada.get(&format!("/members?q=bob{round}@")).await;
        let member = found["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(ada.patch(&format!("/members/{member}"), json!({ "role": "admin" })).await, 200);
        let scopes = json!({ "name": "Key", "scopes": ["members:view", "audit:view"] });
        let (status, made) = bob.post("/keys", scopes).await;
        assert_eq!(status, 201, "{made}");
        let (key_id, text) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap().to_owned());
        let (token, cookie) = (bob.at(&other.origin), bob.at(&other.origin).by(Credential::Cookie));
        let key = bob.at(&other.origin).by(Credential::Bearer(text));
        let seen = async |path: &str| [token.get(path).await.0, cookie.get(path).await.0, key.get(path).await.0];
        assert_eq!(seen("/events").await, [200; 3], "round {round}");
        match round % 7 {
            0 => {
                assert_eq!(ada.delete(&format!("/members/{member}")).await, 204);
                assert_eq!(seen("/events").await, [404, 404, 401], "removal, round {round}");
            }
            1 => {
                assert_eq!(ada.patch(&format!("/members/{member}"), json!({ "role": "member" })).await, 200);
                assert_eq!(seen("/events").await, [403; 3], "change of role, round {round}");
            }
            2 => {
                assert_eq!(ada.post(&format!("/members/{member}/suspension"), json!({})).await.0, 200);
                assert_eq!(seen("/events").await, [403, 403, 401], "suspension, round {round}");
            }
            3 => {
                assert_eq!(ada.delete(&format!("/keys/{key_id}")).await, 204);
                assert_eq!(seen("/events").await, [200, 200, 401], "revocation of the key, round {round}");
            }
            4 => {
                let elsewhere = sign_in(&one.origin, &email).await;
                assert_eq!(elsewhere.delete_at("/api/v1/sign-ins").await, 204);
                assert_eq!(seen("/events").await, [401, 401, 200], "signing out elsewhere, round {round}");
            }
            5 => {
                let at = SystemClock.now() + Duration::milliseconds(300);
                let date = json!({ "deactivates_at": at.format(&Rfc3339).unwrap() });
                assert_eq!(ada.patch(&format!("/members/{member}"), date).await, 200);
                while SystemClock.now() < at {
                    token.get("/events").await;
                }
                assert_eq!(seen("/events").await, [403, 403, 401], "a date that has come, round {round}");
            }
            _ => {
                let elsewhere = sign_in(&one.origin, &email).await;
                let form = json!({ "present_password": PASSWORD, "password": "another fine long password" });
                assert_eq!(elsewhere.put_to("/api/v1/me/password", form).await, 200);
                assert_eq!(seen("/events").await, [401, 401, 200], "another password, round {round}");
            }
        }
    }
}

async fn sign_in(origin: &str, login: &str) -> Caller {
    let nobody = Caller::nobody(origin);
    let form = json!({ "login": login, "password": PASSWORD });
    let (status, signed_in) = nobody.post_to("/api/v1/sign-ins", form).await;
    assert_eq!(status, 201, "{signed_in}");
    nobody.by(Credential::Bearer(signed_in["token"].as_str().unwrap().to_owned()))
}

/// Keys of the operator from a shell: made, used at a running server, listed without their texts, revoked.
#[tokio::test]
async fn the_operator_keeps_keys_from_a_shell_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), ..Start::default() }.run().await;
    let shell = async |args: &[&str]| {
        let mut command = tokio::process::Command::new(binary());
        let output = command.args(["operator", "key"]).args(args).arg("--data-dir").arg(folder.path()).output().await;
        let output = output.unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, said, _) = shell(&["create", "--name", "Billing", "--scope", "operator:found,operator:keys"]).await;
    let text = said.lines().next().unwrap().to_owned();
    assert!(done && text.starts_with("mko_"), "{said}");
    let key = Caller::nobody(&server.origin).by(Credential::Bearer(text.clone()));
    let form = json!({ "name": "Acme", "preset": "team", "owner_email": "ada@example.org" });
    assert_eq!(key.post_to("/api/v1/operator/organizations", form.clone()).await.0, 201);
    let (_, listed, _) = shell(&["list"]).await;
    assert!(listed.contains("Billing") && listed.contains("usable") && !listed.contains(&text[4..]), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    assert!(shell(&["revoke", id]).await.0);
    assert_eq!(key.post_to("/api/v1/operator/organizations", form).await.0, 401);
    let (done, _, error) = shell(&["create", "--name", "Wide", "--scope", "everything"]).await;
    assert!(!done && error.contains("scopes"), "{error}");
}
