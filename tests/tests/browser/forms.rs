//! Forms that go wrong as forms do: pressed twice, sent late, sent without a script, sent after somebody else was faster.

use membership_tests::browser::Browser;
use membership_tests::process::{Process, Start};
use serde_json::json;

async fn example(folder: &std::path::Path) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    browser.sign_in(&server.origin, "ada@example.org").await;
    browser.sees("Analytical Engines").await;
    (server, browser)
}

#[tokio::test]
async fn f20_a_double_click_founds_one_organization_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    ada.goto(&format!("{}/organizations/new", server.origin)).await;
    ada.fill("Name of the organization", "Twice").await;
    // Past the script, which would hold the second press back: the form goes out twice, as it stands.
    let sent = ada
        .page
        .execute_async(
            "const done = arguments[0]; const form = document.querySelector('main form');
             const send = () => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
             Promise.all([send(), send()]).then(both => done(both.map(it => it.url)));",
            Vec::new(),
        )
        .await
        .unwrap();
    assert_eq!(sent[0], sent[1], "both presses lead to the same organization");
    assert!(sent[0].as_str().unwrap().contains("done=founded"), "{sent}");
    ada.goto(&format!("{}/organizations", server.origin)).await;
    let named = ada
        .script("return [...document.querySelectorAll('.tile-link')].filter(it => it.textContent == 'Twice').length");
    assert_eq!(named.await, 1);
    ada.close().await;
}

#[tokio::test]
async fn what_was_typed_survives_an_expired_sign_in_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    ada.goto(&format!("{}/organizations/new", server.origin)).await;
    ada.fill("Name of the organization", "Not lost & found").await;
    ada.page.delete_all_cookies().await.unwrap();
    ada.click("Create the organization").await;
    ada.sees("Your sign-in has ended").await;
    ada.fill("E-mail address or username", "ada@example.org").await;
    ada.fill("Password", "not the password at all").await;
    ada.click("Sign in").await;
    ada.fill("Password", membership_tests::deployment::PASSWORD).await;
    ada.click("Sign in").await;
    ada.sees("Nothing you typed is lost").await;
    ada.sees("Not lost & found").await;
    ada.click("Send it now").await;
    ada.sees("The organization is ready, and you own it").await;
    ada.close().await;
}

#[tokio::test]
async fn a_stale_form_shows_both_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    ada.click("Analytical Engines").await;
    ada.click("Settings").await;
    ada.fill("Name of the organization", "Mine").await;
    let settings = ada.page.current_url().await.unwrap();
    let other = Browser::open(1280, 860).await;
    other.sign_in(&server.origin, "grace@example.org").await;
    other.sees("Analytical Engines").await;
    other.goto(settings.as_str()).await;
    other.fill("Name of the organization", "Theirs").await;
    other.click("Save").await;
    other.sees("The new name is saved").await;
    other.close().await;
    ada.click("Save").await;
    ada.sees("it is now “Theirs”").await;
    assert!(ada.has("//input[@name='name' and @value='Mine']").await, "what was typed is kept");
    ada.click("Save").await;
    ada.sees("The new name is saved").await;
    ada.close().await;
}

/// A network that is there, or is not.
fn network(offline: bool) -> serde_json::Value {
    json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
}

#[tokio::test]
async fn what_a_lost_connection_left_undone_is_said_and_can_be_pressed_again_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = example(folder.path()).await;
    ada.click("Analytical Engines").await;
    ada.sees("Overview").await;
    let home = ada.page.current_url().await.unwrap();
    ada.goto(&format!("{home}/invite")).await;
    ada.fill("E-mail addresses", "vi@example.org").await;
    ada.click("Invite").await;
    ada.sees("vi@example.org").await;
    ada.devtools("Network.enable", json!({})).await;
    ada.devtools("Network.emulateNetworkConditions", network(true)).await;
    ada.act("Actions for the invitation to vi@example.org", "Send again").await;
    ada.sees("The connection was lost").await;
    assert!(!ada.has("//*[@data-hoped]").await, "the row promises nothing any more");
    assert!(!ada.has("//li[@aria-busy]").await, "the row is not busy any more");
    ada.devtools("Network.emulateNetworkConditions", network(false)).await;
    ada.act("Actions for the invitation to vi@example.org", "Send again").await;
    ada.sees("The invitation is sent again").await;
    assert!(!ada.has("//*[@id='connection-lost']").await, "what was lost came back");
    ada.close().await;
}

#[tokio::test]
async fn the_lists_search_in_place_and_work_without_a_script_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = example(folder.path()).await;
    ada.click("Analytical Engines").await;
    ada.click("Members").await;
    ada.sees("Zoë Quiñones").await;
    // With the script the list follows the typing, in the same document.
    ada.script("window.sameDocument = true").await;
    ada.fill("Search by name or address", "grace").await;
    ada.sees_no_more("Zoë Quiñones").await;
    assert_eq!(ada.script("return window.sameDocument").await, json!(true));
    assert!(ada.page.current_url().await.unwrap().query().unwrap_or_default().contains("q=grace"));
    // What is narrowed by a press stays so while one types, and the count follows.
    let members = ada.page.current_url().await.unwrap();
    ada.goto(members.as_str().split('?').next().unwrap()).await;
    ada.script("window.sameDocument = true").await;
    ada.press_on("//*[@id='lists']//a[contains(@href, 'role=member')]").await;
    assert!(ada.comes("//*[@id='lists']//nav[1]/a[@aria-current]").await);
    ada.fill("Search by name or address", "zoe").await;
    assert!(ada.comes("//*[@data-count and .='0']").await, "Zoë administers:\n{}", ada.text().await);
    let query = ada.page.current_url().await.unwrap().query().unwrap_or_default().to_owned();
    assert!(query.contains("role=member") && query.contains("q=zoe"), "{query}");
    assert_eq!(ada.script("return document.getElementById('said').textContent").await, "Nothing is found");
    assert_eq!(ada.script("return window.sameDocument").await, json!(true));
    // Without it the same form does the same by a press.
    ada.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    let members = ada.page.current_url().await.unwrap();
    ada.goto(members.as_str().split('?').next().unwrap()).await;
    ada.fill("Search by name or address", "zoe").await;
    ada.click("Search").await;
    ada.sees("Zoë Quiñones").await;
    assert!(!ada.text().await.contains("Grace Hopper"));
    ada.act("Actions for Zoë Quiñones Ibáñez", "Change role").await;
    ada.click("Member").await;
    ada.click("Change role").await;
    ada.sees("The new role holds from now on").await;
    ada.close().await;
}
