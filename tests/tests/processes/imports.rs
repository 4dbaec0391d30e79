//! Imports of a server that is killed in the middle, and imports from the shell (S2.7, F15).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;

use mail_parser::MessageParser;
use membership_tests::caller::Caller;
use membership_tests::mail_server::MailServer;
use membership_tests::postgres::fresh_database;
use membership_tests::process::{Process, Start, binary};
use serde_json::json;
use sqlx::{Connection, PgConnection, SqliteConnection};

/// Enough that a server cannot be through before it is killed for the last time.
const ROWS: u64 = 900;

#[tokio::test]
async fn s2_7_an_import_survives_being_killed_and_mails_once_sqlite() {
    killed_in_the_middle(None).await;
}

#[tokio::test]
async fn s2_7_an_import_survives_being_killed_and_mails_once_postgres() {
    killed_in_the_middle(Some(fresh_database().await)).await;
}

/// Kills the server twice while it carries out an import: each row is there once, and each mail is one mail.
async fn killed_in_the_middle(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut mails = MailServer::start().await;
    let start = |smtp_url: Option<String>| {
        let (data_dir, database_url) = (folder.path().to_owned(), database_url.clone());
        Start { data_dir, database_url, smtp_url, ..Start::default() }.run()
    };
    // Without a mail server the owner's invitation can be read in the development mailbox.
    let server = start(None).await;
    let ada = Caller::owner(&server.origin, "team", "ada@example.org", 100_000).await;
    assert!(server.terminate().await.success());

    let mut server: Process = start(Some(mails.url.clone())).await;
    let mut ada = ada.at(&server.origin);
    let file: String = (0..ROWS).map(|number| format!("Person {number},A,p{number}@example.org,,1\n")).collect();
    let (status, import) = ada.post_csv("/members/import", file).await;
    assert_eq!(status, 202, "{import}");
    let path = format!("/members/imports/{}", import["id"].as_str().unwrap());
    for part in [1_u64, 3] {
        while ada.get(&path).await.1["done"].as_u64().unwrap() < 100 * part {}
        server.kill().await;
        server = start(Some(mails.url.clone())).await;
        ada = ada.at(&server.origin);
        let (_, import) = ada.get(&path).await;
        assert_eq!(import["state"], "running", "it was killed in the middle: {import}");
    }
    let import = loop {
        let (_, import) = ada.get(&path).await;
        if import["state"] == "done" {
            break import;
        }
    };
    assert_eq!((&import["counts"]["added"], &import["counts"]["failed"]), (&json!(ROWS), &json!(0)), "{import}");
    assert_eq!(ada.get("/members").await.1["total"], ROWS + 1, "every row once, and the owner");
    let (_, result) = ada.get(&format!("{path}/result.csv")).await;
    let lines: BTreeSet<u64> = result.as_str().unwrap().lines().skip(1).map(line_of_added).collect();
    assert_eq!(lines, (1..=ROWS).collect());

    // A mail that was on its way when the server was killed comes when its claim has ended: again, as the same mail (I7).
    assert!(server.terminate().await.success());
    end_claims(folder.path(), database_url.as_deref()).await;
    let server = start(Some(mails.url.clone())).await;
    let mut came: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    while came.len() < usize::try_from(ROWS).unwrap() {
        let (to, id) = envelope(&mails.next().await);
        came.entry(to).or_default().insert(id);
    }
    assert!(server.terminate().await.success());
    while let Some(mail) = mails.taken() {
        let (to, id) = envelope(&mail);
        came.entry(to).or_default().insert(id);
    }
    assert_eq!(came.len(), usize::try_from(ROWS).unwrap(), "nobody else was written to");
    let twice: Vec<_> = came.iter().filter(|(_, ids)| ids.len() != 1).collect();
    assert!(twice.is_empty(), "one mail each: {twice:?}");
}

/// As if the time had passed for which a courier that was killed has a mail to itself.
async fn end_claims(folder: &Path, database_url: Option<&str>) {
    match database_url {
        Some(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            let end = "UPDATE outbox SET leased_until = created_at WHERE leased_until IS NOT NULL";
            sqlx::query(end).execute(&mut connection).await.unwrap();
        }
        None => {
            let url = format!("sqlite://{}", folder.join("membership.db").display());
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            let end = "UPDATE outbox SET leased_until = created_at WHERE leased_until IS NOT NULL";
            sqlx::query(end).execute(&mut connection).await.unwrap();
        }
    }
}

fn line_of_added(line: &str) -> u64 {
    let (number, rest) = line.split_once(',').unwrap();
    assert!(rest.starts_with("added,"), "{line}");
    number.parse().unwrap()
}

/// To whom a mail went, and its `Message-ID`.
fn envelope(mail: &[u8]) -> (String, String) {
    let mail = MessageParser::default().parse(mail).unwrap();
    let to = mail.to().unwrap().first().unwrap().address().unwrap().to_owned();
    (to, mail.message_id().unwrap().to_owned())
}

#[tokio::test]
async fn s2_7_a_file_is_imported_from_the_shell_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), ..Start::default() }.run().await;
    from_the_shell(&server, folder.path(), &["--data-dir", folder.path().to_str().unwrap()]).await;
}

#[tokio::test]
async fn s2_7_a_file_is_imported_from_the_shell_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = fresh_database().await;
    let start = Start { data_dir: folder.path().to_owned(), database_url: Some(url.clone()), ..Start::default() };
    let server = start.run().await;
    let shared = ["--data-dir", folder.path().to_str().unwrap(), "--database-url", &url];
    from_the_shell(&server, folder.path(), &shared).await;
}

async fn from_the_shell(server: &Process, folder: &Path, shared: &[&str]) {
    let ada = Caller::owner(&server.origin, "team", "ada@example.org", 100).await;
    let bob = ada.join("bob@example.org").await;
    let (good, mixed, picture) = (folder.join("good.csv"), folder.join("mixed.csv"), folder.join("picture.csv"));
    std::fs::write(&good, "last name;first name;e-mail\r\nHopper;Grace;grace@example.org\r\n").unwrap();
    std::fs::write(&mixed, "Lamarr,Hedy,hedy@example.org\nTuring,Alan,nowhere\nGrace,,grace@example.org\n").unwrap();
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0").unwrap();
    let run = async |file: &Path, more: &[&str]| -> Output {
        let mut command = tokio::process::Command::new(binary());
        command.arg("import").arg(file).args(["--organization", ada.organization()]).args(more).args(shared);
        command.env("MEMBERSHIP_LINK_KEY", format!("1:{}", "07".repeat(32))).env("RUST_LOG", "warn");
        command.output().await.unwrap()
    };
    let said = |output: &Output| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };

    let (code, out, _) = said(&run(&good, &["--dry-run"]).await);
    assert_eq!((code, out.as_str()), (Some(0), "1 would be added\n"));
    assert_eq!(ada.get("/members").await.1["total"], 2, "nothing was written");

    let result = folder.join("result.csv");
    let (code, out, err) = said(&run(&good, &["--result", result.to_str().unwrap()]).await);
    assert!(code == Some(0) && out.contains("1 were added"), "{code:?} {out} {err}");
    assert!(std::fs::read_to_string(&result).unwrap().contains("\r\n2,added,"));
    assert_eq!(ada.get("/members?q=grace").await.1["items"][0]["name"], "Grace Hopper");

    let (code, out, err) = said(&run(&mixed, &["--mode", "ignore"]).await);
    assert_eq!(code, Some(3), "{out} {err}");
    assert!(out.contains("1 were added") && out.contains("1 were unchanged") && out.contains("1 were failed"), "{out}");
    assert!(err.contains("line 2: ") && err.contains("email") && !err.contains("line 1: "), "{err}");

    // What the member may do on whose behalf it is done counts, as everywhere.
    let (code, _, err) = said(&run(&mixed, &["--by", &bob.email]).await);
    assert!(code == Some(1) && err.contains("permission"), "{code:?} {err}");
    for (file, more, why) in [
        (&picture, &[][..], "not a table"),
        (&folder.join("nowhere.csv"), &[], "nowhere.csv"),
        (&good, &["--existing", "merge"], "fill"),
        (&good, &["--by", "nobody@example.org"], "--by"),
        (&good, &["--result", result.to_str().unwrap()], "result.csv"),
    ] {
        let (code, _, err) = said(&run(file, more).await);
        assert!(code == Some(1) && err.contains(why), "{why}: {code:?} {err}");
    }
    assert_eq!(ada.get("/members/imports").await.1["total"], 2, "one for each that was begun");
}
