//! A key, from its making to its end, by clicks; and the program that bears it (I8, I12).

use membership_tests::browser::Browser;
use membership_tests::process::Start;
use serde_json::json;

#[tokio::test]
async fn i12_a_key_is_copied_used_and_revoked_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(1280, 860).await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.click("Analytical Engines").await;
    ada.click("API keys").await;
    ada.click("New key").await;
    ada.fill("Name of the key", "Night shift").await;
    ada.click("see who belongs").await;
    ada.click("Make the key").await;
    ada.sees("The key “Night shift”").await;
    // It can be selected without a script; with one, a press copies it.
    let shown =
        ada.script("const it = document.getElementById('secret'); it.select(); return getSelection().toString()");
    let key = shown.await.as_str().unwrap().to_owned();
    assert!(key.starts_with("mka_"), "{key}");
    let permission =
        json!({ "origin": server.origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    ada.devtools("Browser.grantPermissions", permission).await;
    ada.click("Copy").await;
    ada.sees("Copied").await;
    assert_eq!(ada.script("return navigator.clipboard.readText()").await, json!(key));

    let path = ada.page.current_url().await.unwrap().path().to_owned();
    let organization = path.split('/').nth(2).unwrap();
    let members = format!("{}/api/v1/organizations/{organization}/members", server.origin);
    rustls::crypto::ring::default_provider().install_default().ok();
    let program = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async || program.get(&members).bearer_auth(&key).send().await.unwrap().status();
    assert_eq!(ask().await, 200);
    ada.goto(&format!("{}/organizations/{organization}/keys", server.origin)).await;
    ada.sees("Night shift").await;
    assert!(!ada.text().await.contains("mka_"), "the list does not show it");
    ada.press("Revoke the key Night shift").await;
    ada.sees("refused from its next request on").await;
    assert_eq!(ask().await, 200);
    ada.click("Revoke").await;
    ada.sees("The key is revoked").await;
    assert_eq!(ask().await, 401);
    ada.close().await;
}
