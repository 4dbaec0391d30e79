//! The main job by keyboard alone: Tab and Enter lead everywhere, and where one is can be seen at every stop.

use std::time::Duration;

use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::process::Start;
use serde_json::{Value, json};

/// More stops than any page of the way has before what is looked for.
const MOST_STOPS: usize = 120;

/// What the focus is on, as a screen reader calls it, and whether that can be seen: within the window, and with a ring.
const STOP: &str = "
    const it = document.activeElement;
    if (it === document.body) return { name: '', seen: true };
    const name = it.labels?.[0]?.textContent ?? it.getAttribute('aria-label') ?? it.textContent;
    const { top, right, bottom, left, width, height } = it.getBoundingClientRect();
    const within = 0 < width && 0 < height && 0 < bottom && 0 < right && top < innerHeight && left < innerWidth;
    const rings = (style) => style.outlineStyle !== 'none' && 0 < parseFloat(style.outlineWidth);
    const ring = rings(getComputedStyle(it)) || rings(getComputedStyle(it, '::after'));
    return { name: name.trim().replace(/\\s+/g, ' '), seen: within && ring };
";

/// Which way Tab leads, as the modifier that is held with it.
#[derive(Clone, Copy)]
enum Way {
    On = 0,
    /// With the shift key.
    Back = 8,
}

async fn tab(browser: &Browser, way: Way) {
    let held = way as u8;
    for kind in ["rawKeyDown", "keyUp"] {
        let key = json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9, "modifiers": held });
        browser.devtools("Input.dispatchKeyEvent", key).await;
    }
}

async fn enter(browser: &Browser) {
    let down = json!({ "type": "keyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
    let up = json!({ "type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13 });
    for key in [down, up] {
        browser.devtools("Input.dispatchKeyEvent", key).await;
    }
}

async fn types(browser: &Browser, text: &str) {
    browser.devtools("Input.insertText", json!({ "text": text })).await;
}

/// Goes by Tab to the next stop, which can be seen, and gives its name.
async fn next_stop(browser: &Browser, way: Way) -> String {
    tab(browser, way).await;
    let stop = browser.script(STOP).await;
    let name = stop["name"].as_str().unwrap_or_default().to_owned();
    assert_eq!(stop["seen"], Value::Bool(true), "the focus cannot be seen at `{name}`");
    name
}

/// Goes by Tab to what is called so.
async fn tab_to(browser: &Browser, way: Way, name: &str) {
    for _ in 0..MOST_STOPS {
        if next_stop(browser, way).await == name {
            return;
        }
    }
    panic!("Tab does not lead to `{name}`:\n{}", browser.text().await);
}

/// Leaves out what is on every page: the first stop leads to the page's main part.
async fn skips_to_the_main_part(browser: &Browser) {
    assert_eq!(next_stop(browser, Way::On).await, "Skip to content");
    enter(browser).await;
    let mut patience = 0..100;
    while browser.script("return document.activeElement.id").await != "main" {
        assert!(patience.next().is_some(), "the first stop does not lead to the main part");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn somebody_signs_in_invites_and_looks_a_member_up_by_keyboard_alone_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(1280, 860).await;
    ada.goto(&format!("{}/sign-in", server.origin)).await;
    skips_to_the_main_part(&ada).await;
    let first = next_stop(&ada, Way::On).await;
    assert_eq!(first, "E-mail address or username", "what comes next is in the main part");
    types(&ada, "ada@example.org").await;
    assert_eq!(next_stop(&ada, Way::On).await, "Password");
    types(&ada, PASSWORD).await;
    enter(&ada).await;
    ada.sees("My organizations").await;

    skips_to_the_main_part(&ada).await;
    tab_to(&ada, Way::On, "Analytical Engines").await;
    enter(&ada).await;
    ada.sees("You here").await;
    tab_to(&ada, Way::On, "Members").await;
    enter(&ada).await;
    assert!(ada.comes("//main//ul[@id='members']").await);

    skips_to_the_main_part(&ada).await;
    tab_to(&ada, Way::On, "Invite people").await;
    enter(&ada).await;
    assert!(ada.comes("//main//textarea[@id='addresses']").await);
    skips_to_the_main_part(&ada).await;
    tab_to(&ada, Way::On, "E-mail addresses").await;
    types(&ada, "no.mouse@example.org").await;
    tab_to(&ada, Way::On, "Invite").await;
    enter(&ada).await;
    ada.sees("Invited. The mail is on its way").await;
    ada.sees("no.mouse@example.org").await;

    // The answer leads to the invitations below the members.
    tab_to(&ada, Way::Back, "Grace Hopper").await;
    enter(&ada).await;
    assert!(ada.comes("//main//h1[normalize-space(.)='Grace Hopper']").await, "{}", ada.text().await);
    ada.close().await;
}
