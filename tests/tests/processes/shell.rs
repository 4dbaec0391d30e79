//! The binary in a shell beside its servers: what the operator sells and assigns, and an organization that moves from the
//! embedded database to Postgres (S0.13, S0.14, S3.8, X.5).

use std::path::Path;

use membership_tests::caller::{Caller, Credential};
use membership_tests::deployment::PASSWORD;
use membership_tests::postgres::fresh_database;
use membership_tests::process::{Start, binary};
use serde_json::{Value, json};

/// What a command said, and whether it did what it was asked.
struct Said {
    done: bool,
    out: String,
    error: String,
}

async fn shell(data_dir: &Path, database_url: Option<&str>, args: &[&str]) -> Said {
    let mut command = tokio::process::Command::new(binary());
    command.args(args).arg("--data-dir").arg(data_dir);
    if let Some(url) = database_url {
        command.args(["--database-url", url]);
    }
    let output = command.output().await.expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { done: output.status.success(), out: text(output.stdout), error: text(output.stderr) }
}

async fn the_operator_sells_and_assigns(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let (data_dir, database_url) = (folder.path().to_owned(), database_url.clone());
        Start { data_dir, database_url, ..Start::default() }
    };
    let operator =
        async |args: &[&str]| shell(folder.path(), database_url.as_deref(), &[&["operator"], args].concat()).await;
    let server = start().run().await;
    let bought = ["--plan", "Gold", "--seats", "3", "--expires-at", "2199-12-31T00:00:00Z", "--grace-days", "14"];
    let named = ["create-organization", "--name", "Readers", "--preset", "account", "--owner-email"];
    let made = operator(&[&named[..], &["mistyped@example.org"], &bought[..]].concat()).await;
    assert!(made.done, "{}", made.error);
    let word = made.out.split_whitespace().find(|word| word.len() == 36 && word.matches('-').count() == 4);
    let organization = word.unwrap_or_else(|| panic!("no id in: {}", made.out)).to_owned();
    let nobody = Caller::nobody(&server.origin);
    let anew = ["invite-owner", organization.as_str(), "--owner-email", "ada@example.org"];
    let invited = operator(&anew).await;
    assert!(invited.done && invited.out.contains("ada@example.org"), "{}", invited.error);
    let link = nobody.mailed_link_of("ada@example.org", "/i/").await;
    let ada = nobody.in_organization(&organization).accept(link, "ada@example.org").await;
    let owned = operator(&anew).await;
    assert!(!owned.done && owned.error.contains("must be transferred first"), "{}", owned.error);
    let sold = async || ada.get("/subscription").await.1;
    let told = sold().await;
    assert_eq!((&told["plan"], &told["seat_limit"], &told["grace_days"]), (&json!("Gold"), &json!(3), &json!(14)));

    for (wrong, field) in [
        (&["--seats", "-1"][..], "--seats"),
        (&["--seats", "4000000000"], "seat_limit"),
        (&["--seats", "5", "--expires-at", "2001-01-01T00:00:00Z"], "expires_at"),
        (&["--seats", "5", "--expires-at", "tomorrow"], "expires_at"),
        (&["--plan", "<b>Gold</b>"], "plan"),
    ] {
        let refused = operator(&[&["set-subscription", &organization], wrong].concat()).await;
        assert!(!refused.done && refused.error.contains(field), "{wrong:?}: {}", refused.error);
    }
    assert_eq!(sold().await, told, "nothing half done");
    let changed = operator(&["set-subscription", &organization, "--seats", "5"]).await;
    assert!(changed.done, "{}", changed.error);
    assert_eq!((&sold().await["plan"], &sold().await["seat_limit"]), (&Value::Null, &json!(5)));
    let shown = operator(&["show-subscription", &organization]).await;
    assert!(shown.out.contains("seats: 5") && shown.out.contains("ends: never"), "{}", shown.out);

    let bob = ada.join("bob@example.org").await;
    let (_, found) = ada.get("/members?q=bob").await;
    let member = found["items"][0]["id"].as_str().unwrap().to_owned();
    let stranger = "0190f5a0-0000-7000-8000-000000000000";
    let refused = operator(&["reassign-owner", &organization, stranger]).await;
    assert!(!refused.done && refused.error.contains("no such member"), "{}", refused.error);
    let assigned = operator(&["reassign-owner", &organization, &member]).await;
    assert!(assigned.done, "{}", assigned.error);
    assert_eq!(bob.get("").await.1["owner_id"], member.as_str());
    let (_, entries) = bob.get("/events?event=ownership-transferred").await;
    assert_eq!(entries["items"][0]["actor"]["kind"], "operator");
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn s0_13_s0_14_the_operator_sells_and_assigns_from_a_shell_sqlite() {
    the_operator_sells_and_assigns(None).await;
}

#[tokio::test]
async fn s0_13_s0_14_the_operator_sells_and_assigns_from_a_shell_postgres() {
    the_operator_sells_and_assigns(Some(fresh_database().await)).await;
}

/// The binary alone, in an empty folder, keeps everything in one file; the same rows live on in Postgres, and come back.
#[tokio::test]
async fn x_5_one_binary_starts_on_an_embedded_database_and_the_same_rows_run_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("embedded");
    let server = Start { data_dir: home.clone(), ..Start::default() }.run().await;
    let ada = Caller::owner(&server.origin, "account", "ada@example.org", 20).await;
    let organization = ada.organization().to_owned();
    let _bob = ada.join("bob@example.org").await;
    let (_, group) = ada.post("/groups", json!({ "name": "North" })).await;
    let group = group["id"].as_str().unwrap().to_owned();
    let base = format!("/api/v1/organizations/{organization}");
    assert_eq!(ada.put_to(&format!("{base}/resources/report/1"), json!({ "restricted": true })).await, 200);
    let share = format!("{base}/resources/report/1/shares/groups/{group}");
    assert_eq!(ada.put_to(&share, json!({ "level": "edit" })).await, 200);
    let read = async |who: &Caller| {
        let mut read = Vec::new();
        for path in ["/members?sort=name", "/invitations", "/groups", "/subscription", "/resources/report/1"] {
            let (status, mut body) = who.get(path).await;
            assert_eq!(status, 200, "{path}: {body}");
            body.as_object_mut().unwrap().remove("seats_url");
            read.push(body);
        }
        read
    };
    let before = read(&ada).await;
    assert!(home.join("membership.db").is_file(), "one file holds it all");
    assert!(server.terminate().await.success());
    let again = Start { data_dir: home.clone(), ..Start::default() }.run().await;
    assert_eq!(read(&ada.at(&again.origin)).await, before, "it is there after a new start");
    assert!(again.terminate().await.success());

    let (file, elsewhere) = (folder.path().join("acme.jsonl"), folder.path().join("elsewhere"));
    let (path, url) = (file.to_str().unwrap(), fresh_database().await);
    let taken = shell(&home, None, &["backup", "--organization", &organization, path]).await;
    assert!(taken.done, "{}", taken.error);
    let restored = shell(&elsewhere, Some(&url), &["restore", path]).await;
    assert!(
        restored.done && restored.out.contains("members: 2, of whom 2 have no login here yet"),
        "{}",
        restored.error
    );
    let twice = shell(&elsewhere, Some(&url), &["restore", path]).await;
    assert!(!twice.done && twice.error.contains("in the store already"), "it says why and what to do: {}", twice.error);
    let cut = folder.path().join("cut.jsonl");
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let refused = shell(&elsewhere, Some(&url), &["restore", cut.to_str().unwrap()]).await;
    assert!(!refused.done && refused.error.contains("cut off"), "{}", refused.error);

    // The same people and rows, on the other database; the operator's token reads them.
    let server = Start { data_dir: elsewhere.clone(), database_url: Some(url.clone()), ..Start::default() }.run().await;
    let operator = Caller::operator(&server.origin).in_organization(&organization);
    let checks = json!({ "member_id": before[0]["items"][1]["id"], "permission": "records:read",
        "resource": { "type": "report", "id": "1" } });
    assert_eq!(operator.post("/access-checks", checks).await.1["rule"], "record-restricted");
    assert!(server.terminate().await.success());
    let back = folder.path().join("back.jsonl");
    let taken =
        shell(&elsewhere, Some(&url), &["backup", "--organization", &organization, back.to_str().unwrap()]).await;
    assert!(taken.done, "{}", taken.error);
    let rows = |text: &str| -> Vec<Value> {
        let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        rows.filter(|row| ["group", "group_member", "record", "share"].iter().any(|it| row.get(it).is_some())).collect()
    };
    let (one, other) = (rows(&whole), rows(&std::fs::read_to_string(&back).unwrap()));
    assert_eq!(one.len(), 4, "a group, a record, and two shares of it: {one:?}");
    assert_eq!(one, other);
}

/// Whoever was invited, and whoever has no login there, is mailed a link that works; those of before are dead, although
/// both deployments sign with the same key.
async fn a_restore_elsewhere_mails_links_that_work(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let (home, elsewhere) = (folder.path().join("home"), folder.path().join("elsewhere"));
    let server = Start { data_dir: home.clone(), ..Start::default() }.run().await;
    let ada = Caller::owner(&server.origin, "account", "ada@example.org", 20).await;
    let (status, invited) = ada.post("/invitations", json!({ "email": "dan@example.org" })).await;
    assert_eq!(status, 201, "{invited}");
    let (status, ida) = ada.post("/members", json!({ "name": "Ida", "email": "ida@example.org" })).await;
    assert_eq!(status, 201, "{ida}");
    let path = format!("/members/{}/set-up-link", ida["id"].as_str().unwrap());
    let (status, made) = ada.post(&path, json!({ "deliver": "mail" })).await;
    assert_eq!(status, 200, "{made}");
    let links = async |at: &Caller| {
        (at.mailed_link_of("dan@example.org", "/i/").await, at.mailed_link_of("ida@example.org", "/join/").await)
    };
    let old = links(&ada).await;
    let file = folder.path().join("acme.jsonl");
    let path = file.to_str().unwrap();
    let taken = shell(&home, None, &["backup", "--organization", ada.organization(), path]).await;
    assert!(taken.done, "{}", taken.error);
    assert!(server.terminate().await.success());

    let restored = shell(&elsewhere, database_url.as_deref(), &["restore", "--mail", path]).await;
    assert!(restored.done && restored.out.contains("open invitations: 1"), "{}{}", restored.out, restored.error);
    let server = Start { data_dir: elsewhere, database_url, ..Start::default() }.run().await;
    let nobody = Caller::nobody(&server.origin).in_organization(ada.organization());
    let new = links(&nobody).await;
    assert!(new.0 != old.0 && new.1 != old.1);
    for (kind, link) in [("invitations", &old.0), ("set-up-links", &old.1)] {
        let (status, gone) = nobody.post_to(&format!("/api/v1/{kind}/inspect"), json!({ "token": link })).await;
        assert_eq!(status, 410, "{kind}: {gone}");
    }
    let dan = nobody.accept(new.0, "dan@example.org").await;
    assert_eq!(dan.get("").await.0, 200);
    let form = json!({ "token": new.1, "password": PASSWORD });
    let (status, set_up) = nobody.post_to("/api/v1/set-up-links/redeem", form).await;
    assert_eq!(status, 201, "{set_up}");
    let ida = nobody.by(Credential::Bearer(set_up["token"].as_str().unwrap().to_owned()));
    assert_eq!(ida.get("").await.0, 200);
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn s3_8_a_restore_elsewhere_mails_links_that_work_sqlite() {
    a_restore_elsewhere_mails_links_that_work(None).await;
}

#[tokio::test]
async fn s3_8_a_restore_elsewhere_mails_links_that_work_postgres() {
    a_restore_elsewhere_mails_links_that_work(Some(fresh_database().await)).await;
}
