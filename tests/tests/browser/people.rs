//! People whom somebody else helps: a letter with a code that is typed, and a role that is raised while its holder looks on.

use membership_tests::axe::violations;
use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::gallery::{SCHEMES, SIZES};
use membership_tests::process::{Process, Start};

use crate::qr;

/// A server with the example, and Ada signed in at it.
async fn example(folder: &std::path::Path) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(1280, 860).await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.sees("Analytical Engines").await;
    (server, ada)
}

#[tokio::test]
async fn s4_8_a_letter_is_printed_and_its_code_is_typed_on_a_phone_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, soren) = example(folder.path()).await;
    soren.act("Ada", "Sign out").await;
    soren.sign_in(&server.origin, "soren@example.org").await;
    soren.click("Rowing Club").await;
    soren.click("Members").await;
    soren.click("Add a person").await;
    soren.fill("Name", "Hedy Lamarr").await;
    soren.script("document.querySelector('[name=set_up_link]').value = 'hand'").await;
    soren.click("Add a person").await;
    soren.sees("Hello Hedy Lamarr").await;
    // The picture leads where the link does.
    let link = soren.script("return document.getElementById('secret').value").await;
    let picture = soren.script("return document.querySelector('.letter .qr').innerHTML").await;
    assert_eq!(link, qr::read(picture.as_str().unwrap()).as_str());
    let code = soren.script("return document.querySelector('.letter-code').textContent").await;
    let code = code.as_str().unwrap().to_owned();
    let address = soren.script("return document.querySelector('.letter-address').textContent").await;
    assert!(address.as_str().unwrap().ends_with("/code"), "{address}");
    // Printed is the letter, and nothing else.
    let shown = "return [...document.querySelectorAll('header, main > *, footer')].filter(it => it.offsetHeight).map(it => it.className)";
    soren.devtools("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" })).await;
    assert_eq!(soren.script(shown).await, serde_json::json!(["letter"]));
    soren.devtools("Emulation.setEmulatedMedia", serde_json::json!({ "media": "" })).await;
    for (size, pixels) in SIZES {
        soren.size(pixels).await;
        for scheme in SCHEMES {
            soren.scheme(scheme).await;
            assert_eq!(violations(&soren).await, [""; 0], "{size} {scheme}");
            soren.picture(&format!("letter-{size}-{scheme}")).await;
        }
    }
    assert!(soren.wider_than_the_window().await <= 0, "the letter fits a phone");

    let hedy = Browser::open(390, 844).await;
    hedy.size((390, 844)).await;
    hedy.goto(&format!("{}/sign-in", server.origin)).await;
    hedy.click("I have a letter with a code").await;
    hedy.fill("Code", &code.replace(&code[..1], if code.starts_with('7') { "8" } else { "7" })).await;
    hedy.click("Go on").await;
    hedy.sees("one of its letters is wrong").await;
    hedy.fill("Code", &code.replace('-', " ").to_lowercase()).await;
    hedy.click("Go on").await;
    hedy.sees("Welcome, Hedy Lamarr").await;
    let suggested = hedy.script("return document.getElementById('username').value").await;
    assert_eq!(suggested, "hedy.lamarr");
    // What is typed is judged before it is sent.
    for (typed, told) in [
        ("he", "too short"),
        ("hedy@example.org", "must not look like an e-mail address"),
        ("hédy", "without accents"),
        ("lamarr", "Nobody has this username yet"),
    ] {
        hedy.fill("Username", typed).await;
        hedy.sees(told).await;
    }
    assert_eq!(violations(&hedy).await, [""; 0]);
    hedy.picture("set-up-phone").await;
    assert!(hedy.wider_than_the_window().await <= 0);
    hedy.fill("Password", PASSWORD).await;
    hedy.click("Set up my login").await;
    hedy.sees("Overview").await;
    assert!(hedy.console().await.iter().all(|line| line.contains("422")), "{:?}", hedy.console().await);
    // The code is spent, and whoever has set up a login is not on the screen of those without any more.
    let again = Browser::open(390, 844).await;
    again.goto(&format!("{}/code", server.origin)).await;
    again.fill("Code", &code).await;
    again.click("Go on").await;
    again.sees("already").await;
    again.close().await;
    hedy.close().await;
    soren.close().await;
}

#[tokio::test]
async fn s1_10_a64_a_raised_role_holds_from_the_next_click_on_under_a_fresh_cookie_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    ada.click("Analytical Engines").await;
    let organization = format!("{}{}", server.origin, ada.page.current_url().await.unwrap().path());
    ada.goto(&format!("{organization}/invite")).await;
    ada.fill("E-mail addresses", "hypatia@example.org").await;
    ada.click("Invite").await;
    ada.sees("hypatia@example.org").await;
    let hedy = Browser::open(390, 844).await;
    let link = server.mailed_link("/i/", "hypatia@example.org").await;
    hedy.goto(&link).await;
    hedy.fill("Your name", "Hypatia").await;
    hedy.click("Accept the invitation").await;
    hedy.sees("Overview").await;
    let cookie = async || hedy.page.get_named_cookie("membership").await.unwrap().value().to_owned();
    let first = cookie().await;
    hedy.goto(&format!("{organization}/members")).await;
    assert!(!hedy.has("//main//a[contains(., 'Invite people')]").await);
    assert_eq!(cookie().await, first);

    ada.goto(&format!("{organization}/members")).await;
    ada.act("Actions for Hypatia", "Change role").await;
    ada.click("Admin").await;
    ada.click("Change role").await;
    ada.sees("The new role holds from now on").await;

    // No new sign-in; and what was known of the old one is soon worth nothing.
    hedy.goto(&format!("{organization}/members")).await;
    assert!(hedy.has("//main//a[contains(., 'Invite people')]").await, "{}", hedy.text().await);
    let second = cookie().await;
    assert_ne!(second, first);
    // The page's own forms belong to the fresh cookie.
    hedy.goto(&format!("{organization}/invite")).await;
    hedy.fill("E-mail addresses", "joan@example.org").await;
    hedy.click("Invite").await;
    hedy.sees("joan@example.org").await;
    assert_eq!(cookie().await, second);
    hedy.close().await;
    ada.close().await;
}
