//! The second factor as a person meets it: set up with an app, shown at sign-in, asked for by an organization, removed.

use std::time::Duration;

use membership_core::port::Clock;
use membership_core::system::SystemClock;
use membership_core::totp::{STEP_SECONDS, TotpSecret};
use membership_tests::axe;
use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::process::{Process, Start};
use serde_json::json;

const DESKTOP: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// The example, with Ada signed in on a screen of that size.
async fn ada_in(folder: &std::path::Path, size: (u32, u32)) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(size.0, size.1).await;
    browser.size(size).await;
    browser.sign_in(&server.origin, "ada@example.org").await;
    browser.sees("Analytical Engines").await;
    (server, browser)
}

/// An authenticator app: each code is shown once, as the server accepts each once.
struct App {
    secret: TotpSecret,
    last: u64,
}

impl App {
    /// Reads the secret off the page, as a person without a camera does.
    async fn reading(browser: &Browser) -> Self {
        let text = browser.script("return document.querySelector('code.secret').textContent").await;
        let text: String = text.as_str().unwrap().chars().filter(char::is_ascii_alphanumeric).collect();
        let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap();
        Self { secret: TotpSecret::from_bytes(&bytes).unwrap(), last: 0 }
    }

    /// The next code that was not used yet; a clock may be one step ahead, so that nobody waits long.
    async fn code(&mut self) -> String {
        loop {
            let present = u64::try_from(SystemClock.now().unix_timestamp()).unwrap() / STEP_SECONDS;
            let step = present.max(self.last + 1);
            if step <= present + 1 {
                self.last = step;
                return self.secret.code(step);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Sets an app up on the page that is shown: the app, and the recovery codes.
async fn sets_up(browser: &Browser) -> (App, Vec<String>) {
    browser.click("Set up an app").await;
    browser.sees("Read this picture with your app").await;
    assert!(
        browser
            .has("//*[@role='img' and @aria-label='QR code for your authenticator app']/*[local-name()='svg']")
            .await
    );
    axe::finds_nothing(browser).await;
    let mut app = App::reading(browser).await;
    browser.fill("The code that the app shows", "000000").await;
    browser.click("Confirm").await;
    browser.sees("This code is not right").await;
    assert!(browser.has("//input[@name='code' and @aria-invalid='true']").await);
    browser.fill("The code that the app shows", &app.code().await).await;
    browser.click("Confirm").await;
    browser.sees("Your recovery codes").await;
    axe::finds_nothing(browser).await;
    let codes = browser.script("return document.getElementById('codes').value").await;
    let codes: Vec<_> = codes.as_str().unwrap().lines().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    assert!(browser.has("//button[@data-print and not(@hidden)]").await, "the codes can be printed");
    (app, codes)
}

/// Signs out and in again, up to where the second factor is asked for.
async fn shows_the_password(browser: &Browser, server: &Process) {
    browser.goto(&format!("{}/sign-in", server.origin)).await;
    browser.page.delete_all_cookies().await.unwrap();
    browser.sign_in(&server.origin, "ada@example.org").await;
    browser.sees("Your second factor").await;
}

async fn walked(size: (u32, u32), scripts: bool) {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = ada_in(folder.path(), size).await;
    ada.goto(&format!("{}/profile", server.origin)).await;
    ada.click("Second factor").await;
    ada.sees("Any app for one-time codes will do").await;
    let (mut app, codes) = sets_up(&ada).await;
    if !scripts {
        ada.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }
    ada.click("I have kept them").await;
    ada.sees("10 are left").await;

    // At sign-in it is asked for, and one lands where one was on the way to.
    ada.goto(&format!("{}/sign-in", server.origin)).await;
    ada.page.delete_all_cookies().await.unwrap();
    ada.goto(&format!("{}/profile/sign-ins", server.origin)).await;
    ada.fill("E-mail address or username", "ada@example.org").await;
    ada.fill("Password", PASSWORD).await;
    ada.click("Sign in").await;
    ada.sees("Your second factor").await;
    ada.fill("Code", "123").await;
    ada.click("Sign in").await;
    ada.sees("This code is not right").await;
    if scripts {
        axe::finds_nothing(&ada).await;
    }
    ada.fill("Code", &app.code().await).await;
    ada.click("Sign in").await;
    ada.sees("Where I am signed in").await;

    // A recovery code takes its place, once.
    for (code, becomes) in [(&codes[0], "My organizations"), (&codes[0], "This code is not right")] {
        shows_the_password(&ada, &server).await;
        ada.fill("Code", &code.to_lowercase()).await;
        ada.click("Sign in").await;
        ada.sees(becomes).await;
    }
    ada.fill("Code", &codes[1]).await;
    ada.click("Sign in").await;
    ada.sees("My organizations").await;

    // Codes can be made anew, and the app removed; with it everything else ends.
    ada.goto(&format!("{}/profile/security", server.origin)).await;
    ada.sees("8 are left").await;
    ada.click("Make new codes").await;
    ada.sees("The older codes stop working at once").await;
    ada.click("Make new codes").await;
    ada.sees("Your recovery codes").await;
    ada.click("I have kept them").await;
    ada.sees("10 are left").await;
    ada.click("Remove").await;
    ada.sees("It is your last second factor").await;
    ada.click("Remove it").await;
    ada.sees("You have no second factor any more").await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.sees("Analytical Engines").await;
    ada.close().await;
}

#[tokio::test]
async fn an_app_is_set_up_shown_and_removed_on_a_desktop_in_a_browser() {
    walked(DESKTOP, true).await;
}

#[tokio::test]
async fn an_app_is_set_up_shown_and_removed_on_a_phone_without_scripts_in_a_browser() {
    walked(PHONE, false).await;
}

#[tokio::test]
async fn s1_3_whoever_is_asked_for_a_second_factor_is_led_there_and_back_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = ada_in(folder.path(), PHONE).await;
    ada.click("Analytical Engines").await;
    ada.click("Settings").await;
    ada.click("Of whoever administers").await;
    ada.click_in("second-factor", "Save").await;
    ada.sees("A second factor is asked for").await;
    axe::finds_nothing(&ada).await;
    ada.click("Go to the second factor").await;
    ada.sees("Set one up here; then you go on").await;
    sets_up(&ada).await;
    ada.click("I have kept them").await;
    ada.sees("Name of the organization").await;
    ada.click("Of whoever administers").await;
    ada.click_in("second-factor", "Save").await;
    ada.sees("Your choice holds from now on").await;
    let settings = ada.page.current_url().await.unwrap().path().to_owned();
    ada.close().await;

    // Grace administers, too. What she may not do now is told wherever she looks in the organization.
    let grace = Browser::open(DESKTOP.0, DESKTOP.1).await;
    grace.sign_in(&server.origin, "grace@example.org").await;
    grace.sees("Analytical Engines").await;
    let base = format!("{}{}", server.origin, settings.trim_end_matches("/settings"));
    grace.goto(&format!("{base}/members")).await;
    grace.sees("This organization asks you for a second factor").await;
    axe::finds_nothing(&grace).await;
    assert!(!grace.has("//main//a[contains(@href, '/invite')]").await, "nothing is offered that would be refused");
    grace.click("Go to the second factor").await;
    sets_up(&grace).await;
    grace.click("I have kept them").await;
    grace.sees("Members").await;
    assert_eq!(grace.page.current_url().await.unwrap().as_str(), format!("{base}/members"));
    assert!(!grace.text().await.contains("asks you for a second factor"));
    assert!(grace.has("//main//a[contains(@href, '/invite')]").await);
    grace.close().await;
}

#[tokio::test]
async fn a_passkey_is_made_and_shown_in_a_browser() {
    for size in [DESKTOP, PHONE] {
        let folder = tempfile::tempdir().unwrap();
        let (server, ada) = ada_in(folder.path(), size).await;
        ada.authenticator().await;
        ada.goto(&format!("{}/profile/security", server.origin)).await;
        ada.click("Add a passkey").await;
        ada.sees("by which you recognise it later").await;
        axe::finds_nothing(&ada).await;
        ada.fill("Name of the passkey", "My phone").await;
        ada.click("Create the passkey").await;
        ada.sees("Your recovery codes").await;
        ada.click("I have kept them").await;
        ada.sees("My phone").await;
        ada.sees("not used yet").await;
        axe::finds_nothing(&ada).await;

        shows_the_password(&ada, &server).await;
        axe::finds_nothing(&ada).await;
        ada.click("Use a passkey").await;
        ada.sees("Analytical Engines").await;
        ada.goto(&format!("{}/profile/security", server.origin)).await;
        ada.sees("Last used on").await;
        // The same authenticator is not asked to make a second one.
        ada.click("Add a passkey").await;
        ada.fill("Name of the passkey", "Again").await;
        ada.click("Create the passkey").await;
        ada.sees("The passkey was not used").await;
        let grave = ada.console().await;
        assert!(grave.is_empty(), "{grave:?}");
        ada.goto(&format!("{}/profile/security", server.origin)).await;
        ada.click("Remove: My phone").await;
        ada.sees("It is your last second factor").await;
        ada.click("Remove it").await;
        ada.sees("You have no second factor any more").await;
        ada.close().await;
    }
}
