//! Imports that are killed in the middle, of a server and of the shell, and imports from the shell (S2.7, F15).

use std::path::Path;
use std::process::Output;

use membership_tests::caller::Caller;
use membership_tests::killed_import::{server_is_killed, shell_is_killed};
use membership_tests::postgres::fresh_database;
use membership_tests::process::{Process, Start, binary};

/// Enough that nobody can be through before they are killed for the last time; `cargo xtask bench killed-import` takes more.
const ROWS: u64 = 900;

#[tokio::test]
async fn s2_7_an_import_survives_being_killed_and_mails_once_sqlite() {
    server_is_killed(None, ROWS, |_, _| {}).await;
}

#[tokio::test]
async fn s2_7_an_import_survives_being_killed_and_mails_once_postgres() {
    server_is_killed(Some(fresh_database().await), ROWS, |_, _| {}).await;
}

/// Rows that the shell began are anybody's: a server goes on with them, one that runs or the next one (F15).
#[tokio::test]
async fn s2_7_a_running_server_goes_on_when_the_shell_is_killed_sqlite() {
    shell_is_killed(None, ROWS, true).await;
}

#[tokio::test]
async fn s2_7_a_running_server_goes_on_when_the_shell_is_killed_postgres() {
    shell_is_killed(Some(fresh_database().await), ROWS, true).await;
}

#[tokio::test]
async fn s2_7_the_next_server_goes_on_when_the_shell_is_killed_sqlite() {
    shell_is_killed(None, ROWS, false).await;
}

#[tokio::test]
async fn s2_7_the_next_server_goes_on_when_the_shell_is_killed_postgres() {
    shell_is_killed(Some(fresh_database().await), ROWS, false).await;
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
