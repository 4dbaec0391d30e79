//! A round to a roster, and a server that is killed in the middle of it: nobody gets a second mail, nobody is forgotten.

use std::path::Path;

use membership_tests::caller::Caller;
use membership_tests::large_roster::{Rows, Written, import, latest_round};
use membership_tests::postgres::fresh_database;
use membership_tests::process::{Start, binary};
use serde_json::json;

/// Six chunks.
const PEOPLE: usize = 600;

async fn a_round_goes_on_after_a_kill(folder: &Path, database_url: Option<String>) {
    let start = || {
        let (data_dir, database_url) = (folder.to_owned(), database_url.clone());
        Start { data_dir, database_url, ..Start::default() }.run()
    };
    let server = start().await;
    let ada = Caller::owner_of_portal(&server.origin, "ada@example.org").await;
    import(&ada, PEOPLE).await;
    let (status, begun) = ada.post("/roster/rounds", json!({ "filter": {} })).await;
    assert_eq!(status, 201, "{begun}");
    // Killed as soon as a chunk is through, in the middle of others.
    let before = loop {
        let mailed = latest_round(&ada).await["mailed"].as_u64().unwrap_or_default();
        if mailed > 0 {
            break mailed;
        }
    };
    server.kill().await;
    let rows = Rows::connect(folder, database_url.as_deref()).await;
    let half = rows.written(ada.organization()).await;
    assert!(before < 600 && half.most <= 1, "killed at {before}: {half:?}");
    rows.end_claims().await;

    let server = start().await;
    let ada = ada.at(&server.origin);
    while !latest_round(&ada).await["finished_at"].is_string() {}
    let round = latest_round(&ada).await;
    assert_eq!((&round["mailed"], &round["left_out"]), (&json!(600), &json!({})), "{round}");
    let written = rows.written(ada.organization()).await;
    assert_eq!(written, Written { mails: 600, members: 600, most: 1, generation: 1 }, "killed at {before}");
    assert!(server.terminate().await.success());
    let mut verify = tokio::process::Command::new(binary());
    verify.args(["audit", "verify", "--data-dir"]).arg(folder);
    if let Some(url) = &database_url {
        verify.args(["--database-url", url]);
    }
    let verified = verify.output().await.unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[tokio::test]
async fn s4_3_a_kill_in_the_middle_of_a_round_repeats_no_mail_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    a_round_goes_on_after_a_kill(folder.path(), None).await;
}

#[tokio::test]
async fn s4_3_a_kill_in_the_middle_of_a_round_repeats_no_mail_postgres() {
    let folder = tempfile::tempdir().unwrap();
    a_round_goes_on_after_a_kill(folder.path(), Some(fresh_database().await)).await;
}
