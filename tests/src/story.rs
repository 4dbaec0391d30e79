//! A story: people who come to one server by turns, each with cookies of their own, on a phone or at a desk.
//!
//! One browser serves all of them, since starting one costs more than all that a person does with it. Every page on the
//! way is looked at ([`Browser::watched`]).

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::deployment::PASSWORD;
use crate::gallery::SIZES;
use crate::process::{Process, Start};

/// What people hold in their hands or sit at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// 1,280 pixels wide.
    Desktop,
    /// 390 pixels wide.
    Phone,
}

impl Device {
    /// Its screen, in pixels.
    pub fn size(self) -> (u32, u32) {
        let [(_, desktop), (_, phone)] = SIZES;
        if self == Self::Phone { phone } else { desktop }
    }
}

/// A server and the people who come to it.
pub struct Story {
    /// The server.
    pub server: Process,
    browser: Browser,
    present: Mutex<String>,
    /// The cookies of those who are away.
    away: Mutex<BTreeMap<String, Value>>,
    _folder: tempfile::TempDir,
}

impl Deref for Story {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Story {
    /// A new server whose first person, Ada Lovelace, has become its operator.
    pub async fn begin(device: Device) -> Self {
        let story = Self::of(device, Start::default()).await;
        let set_up = story.server.printed.iter().find(|line| line.contains("/set-up/"));
        let set_up = set_up.expect("the first start prints a link").trim().to_owned();
        story.goto(&set_up).await;
        story.fill("Your name", "Ada Lovelace").await;
        story.fill("E-mail address", "ada@example.org").await;
        story.fill("Password", PASSWORD).await;
        story.click("Begin").await;
        story.sees("You are the operator of this deployment").await;
        story
    }

    /// The example, with Ada signed in.
    pub async fn of_the_example(device: Device) -> Self {
        let story = Self::of(device, Start { demo: true, ..Start::default() }).await;
        story.sign_in(&story.server.origin, "ada@example.org").await;
        story.sees("Analytical Engines").await;
        story
    }

    async fn of(device: Device, start: Start) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the server");
        let starting = Start { data_dir: folder.path().to_owned(), ..start }.run();
        let (width, height) = device.size();
        let (server, browser) = tokio::join!(starting, Browser::open(width, height));
        let browser = browser.watched();
        browser.size(device.size()).await;
        let (present, away) = (Mutex::new("Ada".to_owned()), Mutex::default());
        Self { server, browser, present, away, _folder: folder }
    }

    /// Another one comes, or comes back, with the cookies of the last time.
    pub async fn enter(&self, who: &str) {
        self.goto("about:blank").await;
        let cookies = self.devtools("Network.getAllCookies", json!({})).await;
        self.devtools("Network.clearBrowserCookies", json!({})).await;
        let theirs = {
            let mut present = self.present.lock().expect("one at a time");
            let mut away = self.away.lock().expect("one at a time");
            away.insert(std::mem::replace(&mut present, who.to_owned()), cookies);
            away.remove(who)
        };
        if let Some(theirs) = theirs {
            self.devtools("Network.setCookies", theirs).await;
        }
    }

    /// Goes to a path of the server.
    pub async fn visit(&self, path: &str) {
        self.goto(&format!("{}{path}", self.server.origin)).await;
    }

    /// Where the page is that is shown.
    pub async fn path(&self) -> String {
        self.page.current_url().await.expect("the page has an address").path().to_owned()
    }

    /// What the newest mail to an address says that contains this ([`Process::mail`]).
    pub async fn mail(&self, address: &str, containing: &str) -> String {
        self.server.mail(address, containing).await
    }

    /// Opens the link of a kind, such as `/i/`, in the newest mail to an address that has one.
    pub async fn opens(&self, kind: &str, address: &str) {
        let link = self.server.mailed_link(kind, address).await;
        self.goto(&link).await;
    }

    /// Founds an organization as whoever is present, and gives its path.
    pub async fn founds(&self, preset: &str, name: &str) -> String {
        self.visit("/organizations/new").await;
        self.fill("Name of the organization", name).await;
        self.click(preset).await;
        self.click("Create the organization").await;
        self.sees("The organization is ready, and you own it").await;
        self.path().await
    }

    /// Invites one address at a role, from the organization's pages.
    pub async fn invites(&self, organization: &str, address: &str, role: &str) {
        self.visit(&format!("{organization}/invite")).await;
        self.fill("E-mail addresses", address).await;
        self.click(role).await;
        self.click("Invite").await;
        self.sees("Invited. The mail is on its way").await;
    }

    /// Insists that the page does not show a text.
    pub async fn sees_no(&self, text: &str) {
        let shown = self.text().await;
        assert!(!shown.contains(text), "the page shows `{text}`:\n{shown}");
    }

    /// Ends it.
    pub async fn end(self) {
        self.browser.close().await;
    }
}
