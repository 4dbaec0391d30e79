//! The roster, a round to those who are ticked, and the report of who has a login: on a desktop and on a phone, with and
//! without a script (S4.1–S4.3, S4.6).

use membership_tests::browser::Browser;
use membership_tests::process::{Process, Start};
use serde_json::json;

/// Søren, who owns the rowing club of the example, at its roster.
async fn soren(folder: &std::path::Path, size: (u32, u32)) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    browser.size(size).await;
    browser.sign_in(&server.origin, "soren@example.org").await;
    browser.click("Rowing Club").await;
    browser.sees("Without a login").await;
    browser.click("Without a login").await;
    browser.sees("These people are members and have not set up a login yet").await;
    (server, browser)
}

/// Ticks the box of somebody.
async fn tick(browser: &Browser, name: &str) {
    let id = format!(
        "return [...document.querySelectorAll('label')].find(it => it.textContent.startsWith('{name}'))?.htmlFor"
    );
    let id = browser.script(&id).await;
    let id = id.as_str().unwrap_or_else(|| panic!("{name} has no box"));
    browser.script(&format!("document.getElementById('{id}').click()")).await;
}

#[tokio::test]
async fn s4_3_those_who_are_ticked_are_written_to_and_the_page_follows_the_round_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, soren) = soren(folder.path(), (1280, 860)).await;
    soren.fill("Search by name, address, number or label", "1924-001").await;
    soren.click("Search").await;
    soren.sees("Jürgen Müller").await;
    soren.sees("Mail came back").await;
    // The number finds one.
    soren.sees_no_more("Chiara").await;
    soren.goto(&soren.page.current_url().await.unwrap().as_str().replace("q=1924-001", "q=")).await;
    soren.sees("Chiara").await;
    tick(&soren, "Chiara").await;
    tick(&soren, "Dagný").await;
    soren.click("Write to those ticked").await;
    soren.sees("Send this round?").await;
    soren.sees("2 people get a mail with a personal link").await;
    soren.click("Send now").await;
    soren.sees("The round has begun").await;
    // With a script the page asks by itself until the round is over, in the same document.
    soren.script("window.sameDocument = true").await;
    soren.sees("Round 4 is finished").await;
    assert_eq!(soren.script("return window.sameDocument").await, json!(true));
    soren.goto(&format!("{}/dev/mailbox", server.origin)).await;
    soren.sees("chiara.rower@example.org").await;
    soren.close().await;
}

#[tokio::test]
async fn s4_6_the_report_is_read_on_a_phone_without_a_script_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, soren) = soren(folder.path(), (390, 844)).await;
    soren.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    soren.click("Login report").await;
    soren.sees("Logins over time").await;
    soren.sees("Of these, never signed in").await;
    soren.click("The same as a table").await;
    soren.sees("In all").await;
    soren.click("Never signed in (1)").await;
    soren.sees("Ilse von Wartensleben-Hardenberg").await;
    soren.sees("login unused").await;
    assert!(!soren.text().await.contains("Agathe"), "who has signed in is not shown");
    soren.click("Signed in within 30 days").await;
    soren.sees("Agathe Uwilingiyimana").await;
    assert!(!soren.text().await.contains("Ilse"), "who never did is not shown");
    soren.click("Last signed in first").await;
    soren.sees("Kateryna").await;
    soren.click("30 days").await;
    soren.sees("Logins over time").await;
    let overflow = soren.wider_than_the_window().await;
    assert!(overflow <= 0, "the page is {overflow} pixels too wide");
    // A round to one, chosen without a script.
    soren.page.back().await.unwrap();
    soren.click("Without a login").await;
    soren.sees("Newest first").await;
    soren.click("Newest first").await;
    soren.sees("Béla").await;
    let overflow = soren.wider_than_the_window().await;
    assert!(overflow <= 0, "the page is {overflow} pixels too wide");
    soren.close().await;
}
