//! How people get in whom somebody else has set up or invited, and how they move between organizations, by clicks.

use membership_tests::axe::violations;
use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::gallery::{SCHEMES, SIZES};
use membership_tests::process::{Process, Start};

use crate::qr;
use crate::story::newest_link;

/// A server with the example, and Ada signed in at it.
async fn example(folder: &std::path::Path) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(1280, 860).await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.sees("Analytical Engines").await;
    (server, ada)
}

#[tokio::test]
async fn s2_3_s2_6_newcomers_of_a_platform_get_in_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    ada.click("Polytechnic of Applied Curiosity").await;
    ada.click("Members").await;
    // S2.6: one is set up with names and an initial password.
    ada.click("Add a person").await;
    ada.fill("First name", "Hedy").await;
    ada.fill("Last name", "Lamarr").await;
    ada.fill("Username", "lamarr").await;
    ada.fill("Initial password", "first come and choose your own").await;
    ada.click("Add a person").await;
    ada.sees("The person is a member now").await;
    let hedy = Browser::open(390, 844).await;
    hedy.goto(&format!("{}/sign-in", server.origin)).await;
    hedy.fill("E-mail address or username", "lamarr").await;
    hedy.fill("Password", "first come and choose your own").await;
    hedy.click("Sign in").await;
    hedy.fill("New password", PASSWORD).await;
    hedy.fill("Present password", "first come and choose your own").await;
    hedy.click("Save").await;
    hedy.click("Polytechnic of Applied Curiosity").await;
    hedy.sees("Overview").await;
    hedy.close().await;

    // S2.3: another is invited, and asked for first name, last name and a password.
    ada.click("Members").await;
    ada.click("Invite people").await;
    ada.fill("E-mail addresses", "joan@example.org").await;
    ada.click("Invite").await;
    ada.sees("joan@example.org").await;
    let joan = Browser::open(390, 844).await;
    let link = newest_link(&server, &joan, "joan@example.org").await;
    joan.goto(&link).await;
    joan.fill("First name", "Joan").await;
    joan.fill("Last name", "Clarke").await;
    joan.fill("Password", PASSWORD).await;
    joan.click("Accept the invitation").await;
    joan.sees("Polytechnic of Applied Curiosity").await;
    assert!(joan.page.current_url().await.unwrap().path().starts_with("/organizations/"));
    joan.close().await;
    ada.close().await;
}

#[tokio::test]
async fn s4_5_a_personal_link_lets_a_member_choose_a_login_in_a_browser() {
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
    soren.sees("Give this link to Hedy Lamarr").await;
    let link = soren.script("return document.getElementById('secret').value").await.as_str().unwrap().to_owned();
    let link = format!("{}/join/{}", server.origin, link.rsplit('/').next().unwrap());
    let hedy = Browser::open(390, 844).await;
    hedy.goto(&link).await;
    hedy.fill("Username", "lamarr").await;
    hedy.fill("Password", "qwertyuiop12345").await;
    hedy.click("Set up my login").await;
    hedy.sees("one of the most common passwords").await;
    hedy.fill("Password", PASSWORD).await;
    hedy.click("Set up my login").await;
    hedy.sees("Overview").await;
    let again = Browser::open(390, 844).await;
    again.goto(&link).await;
    again.sees("already").await;
    again.close().await;
    hedy.close().await;
    soren.close().await;
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
async fn s0_3_s3_2_one_switches_between_organizations_by_the_menu_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, ada) = example(folder.path()).await;
    ada.act("Ada", "Polytechnic of Applied Curiosity").await;
    ada.sees("Overview").await;
    let first = ada.page.current_url().await.unwrap().path().to_owned();
    ada.act("Ada", "The Worshipful Company").await;
    ada.sees("Overview").await;
    let second = ada.page.current_url().await.unwrap().path().to_owned();
    assert_ne!(first, second);
    // S0.3: what one administers, and is not alone in, stands there by its name and leads to its administration.
    let way = "//a[@aria-describedby='menu-administer' and contains(., 'Analytical Engines')]";
    assert!(ada.has(way).await, "{}", ada.text().await);
    let href = ada.script(
        "return [...document.querySelectorAll('a[aria-describedby=menu-administer]')].every(it => it.getAttribute('href').endsWith('/members'))",
    );
    assert_eq!(href.await, true);
    ada.close().await;
}

#[tokio::test]
async fn s1_10_a64_a_raised_role_holds_from_the_next_click_on_under_a_fresh_cookie_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = example(folder.path()).await;
    ada.click("Analytical Engines").await;
    let organization = format!("{}{}", server.origin, ada.page.current_url().await.unwrap().path());
    ada.goto(&format!("{organization}/invite")).await;
    ada.fill("E-mail addresses", "hedy@example.org").await;
    ada.click("Invite").await;
    ada.sees("hedy@example.org").await;
    let hedy = Browser::open(390, 844).await;
    let link = newest_link(&server, &hedy, "hedy@example.org").await;
    hedy.goto(&link).await;
    hedy.fill("Your name", "Hedy Lamarr").await;
    hedy.click("Accept the invitation").await;
    hedy.sees("Overview").await;
    let cookie = async || hedy.page.get_named_cookie("membership").await.unwrap().value().to_owned();
    let first = cookie().await;
    hedy.goto(&format!("{organization}/members")).await;
    assert!(!hedy.has("//main//a[contains(., 'Invite people')]").await);
    assert_eq!(cookie().await, first);

    ada.goto(&format!("{organization}/members")).await;
    ada.act("Actions for Hedy Lamarr", "Change role").await;
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
