//! Many people at once, by clicks: a file is tried, started, watched and taken back (S2.7, S2.8).

use membership_tests::axe::finds_nothing;
use membership_tests::browser::Browser;
use membership_tests::process::{Process, Start};
use serde_json::json;

/// A server with the example, and Ada on the page of her platform where imports begin.
async fn importing(folder: &std::path::Path, size: (u32, u32)) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(1280, 860).await;
    ada.size(size).await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.click("Polytechnic of Applied Curiosity").await;
    ada.click("Members").await;
    ada.click("Import a file").await;
    ada.sees("Import people from a file").await;
    (server, ada)
}

/// Whether pages may run scripts.
async fn scripts(browser: &Browser, on: bool) {
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await;
}

/// That a page that came without a script can be used by everybody: the engine that looks at it is one itself.
async fn is_usable_without(browser: &Browser) {
    scripts(browser, true).await;
    is_usable(browser).await;
    scripts(browser, false).await;
}

/// That a page can be used by everybody, and needs no scrolling sideways.
async fn is_usable(browser: &Browser) {
    finds_nothing(browser).await;
    let overflow = browser.wider_than_the_window().await;
    assert!(overflow <= 0, "the page is {overflow} pixels too wide:\n{}", browser.text().await);
}

#[tokio::test]
async fn s2_7_a_file_is_tried_imported_and_taken_back_on_a_phone_without_a_script_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = importing(folder.path(), (390, 844)).await;
    is_usable_without(&ada).await;
    let file = folder.path().join("people.csv");
    let rows = "nom;prénom;courriel;étiquettes;mot de passe\r\n\
        Germain;Sophie;sophie.germain@example.org;France | North;\r\n\
        Meitner;Lise;nowhere;;\r\n\
        Noether;Emmy;emmy@example.org;;first come and choose your own\r\n";
    std::fs::write(&file, rows).unwrap();
    let begin = ada.page.current_url().await.unwrap();
    // Nothing chosen, and something that is no table.
    ada.click("Show me what would happen").await;
    ada.sees("Choose a file, or paste rows").await;
    let picture = folder.path().join("picture.csv");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0").unwrap();
    ada.choose("file", &picture).await;
    ada.click("Show me what would happen").await;
    ada.sees("This is not a table in text form").await;

    ada.goto(begin.as_str()).await;
    ada.choose("file", &file).await;
    ada.click("Show me what would happen").await;
    ada.sees("The file has 3 rows. Nothing is written yet.").await;
    ada.sees("The first row named them").await;
    ada.sees("Germain · Meitner · Noether").await;
    ada.sees("Line 3").await;
    ada.sees("E-mail address: This is not an e-mail address").await;
    assert!(!ada.text().await.contains("first come and choose"), "a password is never shown");
    let listed = ada.script("return [...document.querySelectorAll('ol.rows .badge')].map(it => it.textContent)").await;
    assert_eq!(listed, json!(["Not possible", "To be added", "To be added"]), "what is not possible comes first");
    is_usable_without(&ada).await;
    ada.click("Options").await;
    ada.click("Leave alone").await;
    ada.click("Show again with these options").await;
    ada.sees("The file has 3 rows").await;
    assert!(ada.has("//input[@value='ignore' and @checked]").await, "what was chosen stays chosen");
    ada.picture("import-trial-phone").await;
    ada.click("Import 2 people").await;
    ada.sees("Import of").await;
    while !ada.text().await.contains("Rows that need your attention") {
        ada.click("Look again").await;
    }
    ada.sees("Added").await;
    ada.sees("E-mail address: This is not an e-mail address").await;
    is_usable_without(&ada).await;
    ada.picture("import-done-phone").await;
    let import = ada.page.current_url().await.unwrap();
    ada.click("To the members").await;
    ada.sees("Sophie Germain").await;
    ada.goto(import.as_str()).await;
    ada.click("Take it back").await;
    ada.sees("2 members whom it made will go").await;
    is_usable_without(&ada).await;
    ada.click("Take it back").await;
    while !ada.text().await.contains("Taken back") || ada.text().await.contains("Look again") {
        ada.click("Look again").await;
    }
    ada.click("To the members").await;
    assert!(!ada.text().await.contains("Sophie Germain"), "{}", ada.text().await);
    ada.goto(begin.as_str()).await;
    ada.sees("Imports of the last 30 days").await;
    ada.close().await;
}

#[tokio::test]
async fn s2_7_pasted_rows_are_watched_as_they_come_in_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = importing(folder.path(), (1280, 860)).await;
    // More than fit on one page, and more people than there are seats.
    let rows: String = (0..120).map(|number| format!("Person {number},P,p{number}@example.org\\n")).collect();
    ada.script(&format!("document.getElementById('rows').value = '{rows}'")).await;
    ada.click("Show me what would happen").await;
    ada.sees("The file has 120 rows").await;
    ada.sees("they were taken in the order of the template").await;
    ada.sees("All seats were taken when it came to this row").await;
    ada.sees("Rows 1 to 50").await;
    ada.click("Next page").await;
    ada.sees("Rows 51 to 100").await;
    ada.click("Earlier rows").await;
    ada.sees("Rows 1 to 50").await;
    is_usable(&ada).await;
    ada.picture("import-trial").await;
    let start = ada.script("return document.querySelector('button[value=start]').textContent").await;
    ada.click(start.as_str().unwrap()).await;
    // The page looks again by itself.
    ada.sees("Download the result").await;
    ada.sees("Rows that need your attention").await;
    is_usable(&ada).await;
    ada.picture("import-done").await;
    ada.click("Next page").await;
    ada.sees("Line 100").await;
    ada.close().await;
}
