//! Clearing all logins, as an administrator with a mouse does it, and as somebody does who pressed the wrong button.

use membership_tests::browser::Browser;
use membership_tests::process::Start;

/// Waits until the roster's page, which is not loaded again, says that.
async fn comes_to(browser: &Browser, text: &str) {
    browser.script("window.sameDocument = true").await;
    let path = format!("//*[@id='clears' and contains(normalize-space(.), '{text}')]");
    let mut patience = 0..6;
    while !browser.comes(&path).await {
        assert!(patience.next().is_some(), "the page does not come to `{text}`:\n{}", browser.text().await);
    }
    assert_eq!(browser.script("return window.sameDocument").await, serde_json::Value::Bool(true));
}

#[tokio::test]
async fn s4_9_all_logins_are_cleared_behind_the_name_and_given_back_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(390, 844).await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.click("Polytechnic of Applied Curiosity").await;
    ada.sees("Overview").await;
    let home = ada.page.current_url().await.unwrap();
    ada.goto(&format!("{home}/roster")).await;
    ada.click("Clear all logins …").await;
    ada.sees("they cannot sign in here any more").await;
    ada.sees("The owner's login is left alone").await;
    ada.fill("Type the organization's name to confirm", "Polytechnic").await;
    ada.click("Clear all logins").await;
    ada.sees("so nothing was cleared").await;
    ada.fill("Type the organization's name to confirm", "Polytechnic of Applied Curiosity").await;
    ada.click("Clear all logins").await;
    ada.sees("The logins are being cleared").await;
    comes_to(&ada, "Logins cleared").await;
    assert_eq!(ada.wider_than_the_window().await, 0);
    ada.click("Take it back …").await;
    ada.sees("Whoever has set up a new login keeps it").await;
    ada.click("Give them back").await;
    ada.sees("The logins are being given back").await;
    comes_to(&ada, "Taken back").await;
    ada.close().await;
}
