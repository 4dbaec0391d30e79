//! Sign in with a provider, clicked through on two sites, as browsers hold them apart: cookies, redirects and the policy
//! of our pages on where their forms may lead.

use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::identity_provider::IdentityProvider;
use membership_tests::process::{Process, Start};

const DESKTOP: (u32, u32) = (1280, 900);

/// A server whose people can come from a provider, and the first of them: Ada, its operator, with a password.
async fn with_provider(folder: &std::path::Path) -> (Process, Browser, IdentityProvider) {
    let provider = IdentityProvider::start().await;
    let environment = provider.environment();
    let server = Start { data_dir: folder.to_owned(), environment, ..Start::default() }.run().await;
    let set_up = server.printed.iter().find(|line| line.contains("/set-up/")).unwrap().trim().to_owned();
    let ada = Browser::open(DESKTOP.0, DESKTOP.1).await;
    ada.goto(&set_up).await;
    ada.fill("Your name", "Ada").await;
    ada.fill("E-mail address", "ada@example.org").await;
    ada.fill("Password", PASSWORD).await;
    ada.click("Begin").await;
    ada.sees("You are the operator of this deployment").await;
    (server, ada, provider)
}

/// Says at the provider who it is, and yes or no.
async fn answers(browser: &Browser, name: &str, answer: &str) {
    browser.sees("Sign in at the provider").await;
    browser.fill("Your name there", name).await;
    browser.click(answer).await;
}

/// Nothing on the way was held back by the browser.
async fn nothing_was_blocked(browser: &Browser) {
    let told = browser.console().await;
    let blocked: Vec<_> = told.iter().filter(|it| it.contains("Content Security Policy")).collect();
    assert!(blocked.is_empty(), "{blocked:?}");
}

#[tokio::test]
async fn a_newcomer_signs_in_with_a_provider_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada, _provider) = with_provider(folder.path()).await;
    ada.close().await;
    let bob = Browser::open(DESKTOP.0, DESKTOP.1).await;
    // Whoever changes their mind there is told what to do next, and nothing has happened.
    bob.goto(&format!("{}/sign-in", server.origin)).await;
    bob.click("Continue with Acme").await;
    answers(&bob, "Bob", "Refuse").await;
    bob.sees("The sign-in elsewhere was broken off or refused").await;
    bob.picture("provider-denied").await;
    bob.click("Sign in").await;
    bob.picture("sign-in-with-provider").await;
    // Where they wanted to go is where they get to.
    bob.goto(&format!("{}/profile", server.origin)).await;
    bob.click("Continue with Acme").await;
    answers(&bob, "Bob", "Allow").await;
    bob.sees("bob@example.org").await;
    assert_eq!(bob.page.current_url().await.unwrap().path(), "/profile");
    // The address that brought them here brings nobody a second time.
    bob.page.back().await.unwrap();
    bob.goto(&format!("{}/sign-in/back/acme?code=guessed&state=guessed", server.origin)).await;
    bob.sees("This sign-in is over").await;
    // Without a script the page between goes on as well.
    let zoe = Browser::open(DESKTOP.0, DESKTOP.1).await;
    zoe.devtools("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true })).await;
    zoe.goto(&format!("{}/profile", server.origin)).await;
    zoe.click("Continue with Acme").await;
    answers(&zoe, "Zoe", "Allow").await;
    zoe.sees("zoe@example.org").await;
    for browser in [bob, zoe] {
        nothing_was_blocked(&browser).await;
        browser.close().await;
    }
}

#[tokio::test]
async fn a01_an_owner_links_a_provider_and_enters_by_it_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada, _provider) = with_provider(folder.path()).await;
    ada.goto(&format!("{}/profile", server.origin)).await;
    ada.click("Ways to sign in").await;
    ada.sees("No other sign-in opens your account").await;
    ada.click("Continue with Acme").await;
    answers(&ada, "Ada", "Allow").await;
    ada.sees("This sign-in opens your account from now on").await;
    ada.picture("ways-to-sign-in").await;
    nothing_was_blocked(&ada).await;

    let elsewhere = Browser::open(DESKTOP.0, DESKTOP.1).await;
    elsewhere.goto(&format!("{}/profile", server.origin)).await;
    elsewhere.click("Continue with Acme").await;
    answers(&elsewhere, "Ada", "Allow").await;
    elsewhere.sees("ada@example.org").await;
    // Given up, it opens nothing: neither from now on nor any more.
    ada.click("Give up").await;
    ada.sees("This sign-in does not open your account any more").await;
    elsewhere.goto(&format!("{}/profile", server.origin)).await;
    elsewhere.click("Continue with Acme").await;
    answers(&elsewhere, "Ada", "Allow").await;
    elsewhere.sees("Ways to sign in").await;
    elsewhere.goto(&format!("{}/profile", server.origin)).await;
    assert!(elsewhere.page.current_url().await.unwrap().path().starts_with("/sign-in"));
    for browser in [ada, elsewhere] {
        browser.close().await;
    }
}

#[tokio::test]
async fn an_invitation_is_accepted_with_a_provider_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada, _provider) = with_provider(folder.path()).await;
    ada.click("New organization").await;
    ada.fill("Name of the organization", "Acme Observatory").await;
    ada.click("Team").await;
    ada.click("Create the organization").await;
    ada.click("Members").await;
    ada.click("Invite people").await;
    ada.fill("E-mail addresses", "bob@example.org").await;
    ada.click("Invite").await;
    ada.sees("Outstanding invitations").await;
    let bob = Browser::open(390, 844).await;
    let link = server.mailed_link("/i/", "bob@example.org").await;
    bob.goto(&link).await;
    bob.sees("Acme Observatory").await;
    bob.picture("invitation-with-provider").await;
    // Somebody else's address spends nothing.
    bob.click("Continue with Acme").await;
    answers(&bob, "Eve", "Allow").await;
    assert!(!bob.has("//a[contains(@href, '/members')]").await);
    bob.goto(&link).await;
    bob.click("Continue with Acme").await;
    answers(&bob, "Bob", "Allow").await;
    bob.sees("Acme Observatory").await;
    let here = bob.page.current_url().await.unwrap();
    assert!(here.path().starts_with("/organizations/"), "{here}");
    ada.goto(&format!("{}{}/members", server.origin, here.path())).await;
    ada.sees("bob@example.org").await;
    for browser in [bob, ada] {
        nothing_was_blocked(&browser).await;
        browser.close().await;
    }
}
