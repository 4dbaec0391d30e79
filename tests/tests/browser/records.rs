//! Records by mouse and keyboard: found, restricted, shared with a member and a group, on a desktop with a script and on a
//! phone without one (S3.4).

use membership_tests::browser::Browser;
use membership_tests::gallery::sign_out;
use membership_tests::process::{Process, Start};
use serde_json::json;

async fn ada(folder: &std::path::Path, (width, height): (u32, u32)) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    browser.size((width, height)).await;
    browser.sign_in(&server.origin, "ada@example.org").await;
    browser.click("The Worshipful").await;
    browser.sees("Seats").await;
    (server, browser)
}

#[tokio::test]
async fn s3_4_a_record_is_found_shared_and_opened_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = ada(folder.path(), (1280, 860)).await;
    ada.click("Records").await;
    ada.sees("wooden-labyrinth-v3").await;
    ada.fill("Find by id", "2026").await;
    ada.fill("Type", "invoice").await;
    ada.click("Search").await;
    ada.sees("2026-0118").await;
    ada.sees_no_more("annual-report").await;
    ada.click("2026-0118").await;
    ada.sees("Only those reach it with whom it is shared").await;
    ada.click("Share with the group").await;
    ada.sees("The record is shared").await;
    ada.sees("Auditors and book-keepers").await;
    ada.fill("Find a member to share it with", "dov").await;
    ada.click("Search").await;
    ada.click("Share: דב").await;
    ada.sees("The record is shared").await;
    ada.click("End: דב").await;
    ada.sees("The share has ended").await;
    ada.click("Open to everybody with access").await;
    ada.sees("The record is open to everybody with access").await;
    ada.sees("2026-0118 with Auditors and book-keepers").await;
    let record = ada.script("return location.pathname").await.as_str().unwrap().to_owned();
    sign_out(&ada, &server.origin).await;
    // One of the group, who only looks.
    ada.sign_in(&server.origin, "min@example.org").await;
    ada.sees("▾").await;
    ada.goto(&format!("{}{record}", server.origin)).await;
    ada.sees("May view").await;
    assert!(!ada.text().await.contains("Share the record"));
    ada.close().await;
}

#[tokio::test]
async fn s3_4_a_level_is_changed_and_a_record_forgotten_on_a_phone_without_a_script_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = ada(folder.path(), (390, 844)).await;
    ada.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    ada.click("Records").await;
    ada.click("Restricted").await;
    ada.sees("annual-report-2025").await;
    assert!(!ada.text().await.contains("materials-and-suppliers"));
    ada.click("annual-report-2025").await;
    ada.sees("Auditors and book-keepers").await;
    ada.click("Save: Auditors").await;
    ada.sees("The record is shared").await;
    ada.click("End: Auditors").await;
    ada.sees("The share has ended").await;
    ada.click("Forget the record").await;
    ada.sees("Its 2 shares end").await;
    ada.click("Forget the record").await;
    ada.sees("The record is forgotten here").await;
    assert!(!ada.text().await.contains("annual-report-2025"));
    ada.close().await;
}
