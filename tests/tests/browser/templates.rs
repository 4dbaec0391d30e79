//! The texts of mails on the pages: edited, looked at and reset, by who administers and by who invites.

use membership_tests::browser::Browser;
use membership_tests::process::{Process, Start};

async fn example(folder: &std::path::Path) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    browser.sign_in(&server.origin, "ada@example.org").await;
    browser.click("Analytical Engines").await;
    (server, browser)
}

/// What the frame with the preview shows, once it shows that.
async fn preview_shows(browser: &Browser, text: &str) {
    let mut seen = String::new();
    for _ in 0..100 {
        browser.page.enter_frame(0).await.unwrap();
        seen = browser.page.source().await.unwrap();
        browser.page.enter_parent_frame().await.unwrap();
        if seen.contains(text) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the preview does not show {text}: {seen}");
}

#[tokio::test]
async fn s1_5_a_text_is_edited_looked_at_and_reset_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = example(folder.path()).await;
    ada.click("Mail texts").await;
    ada.sees("Reminder of an invitation").await;
    ada.click("English").await;
    ada.sees("The built-in text is in use").await;
    preview_shows(&ada, "mli_example").await;
    ada.fill("Subject", "Welcome to {{ organization }}").await;
    ada.fill("Text", "Come to {{ organization }}!").await;
    ada.click("Preview").await;
    preview_shows(&ada, "{{ link }}").await;
    ada.click("Save").await;
    ada.sees("is missing, or does not show in every mail").await;
    ada.fill("Text", "Come to {{ organization }}!\n\n{{ link }}").await;
    ada.click("Preview").await;
    preview_shows(&ada, "Come to Analytical Engines").await;
    ada.click("Save").await;
    ada.sees("The text is saved").await;
    ada.sees("uses a text of its own").await;
    ada.click("Reset to the built-in text").await;
    ada.sees("Your own text stays in the log").await;
    ada.click("Reset to the built-in text").await;
    ada.sees("The built-in text is back in use").await;
    ada.close().await;
}

#[tokio::test]
async fn s1_5_the_preview_follows_the_typing_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = example(folder.path()).await;
    ada.click("Mail texts").await;
    ada.click("English").await;
    preview_shows(&ada, "mli_example").await;
    let before = ada.script("return history.length").await;
    ada.fill("Text", "Come and see {{ organization }}!\n\n{{ link }}").await;
    // The frame is another one after the pause.
    assert!(ada.comes("//iframe[@name='mail-preview' and not(@src)]").await, "nothing follows the typing");
    preview_shows(&ada, "Come and see Analytical Engines").await;
    assert_eq!(ada.script("return history.length").await, before, "the way back is the same");
    ada.close().await;
}

#[tokio::test]
async fn s0_8_an_inviter_edits_one_invitations_text_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    let home = ada.page.current_url().await.unwrap();
    ada.goto(&format!("{home}/invite")).await;
    ada.fill("E-mail addresses", "charles@example.net").await;
    ada.click("Message, language, dates and delivery").await;
    ada.click("Edit the mail's text").await;
    ada.sees("Text of this mail").await;
    ada.fill("Text", "Dear Charles,").await;
    ada.click("Invite").await;
    ada.sees("is missing, or does not show in every mail").await;
    ada.fill("Text", "Dear Charles,\n\n{{ link }}").await;
    ada.click("Preview").await;
    preview_shows(&ada, "Dear Charles,").await;
    ada.click("Invite").await;
    ada.sees("charles@example.net").await;
    for _ in 0..100 {
        ada.goto(&format!("{}/dev/mailbox.json", server.origin)).await;
        let mails: serde_json::Value = serde_json::from_str(&ada.text().await).unwrap();
        let mail = mails.as_array().unwrap().iter().find(|it| it["to"] == "charles@example.net");
        if let Some(mail) = mail {
            let text = mail["text"].as_str().unwrap();
            assert!(text.starts_with("Dear Charles,") && text.contains("/i/mli_"), "{text}");
            return ada.close().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("no mail to Charles");
}
