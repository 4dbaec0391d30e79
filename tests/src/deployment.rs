//! A deployment to be tested: the real server in this process, on a database of its own, with a clock that is set by hand.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use membership_core::port::{Clock, KeptMail};
use membership_core::secret::{HmacLinks, LinkKey};
use membership_core::system::SystemRandom;
use membership_testkit::ManualClock;
use server::app::{App, Parts};
use server::config::{Flags, Settings};
use server::stores::Stores;
use time::{Duration, OffsetDateTime};

use crate::client::Client;
use crate::passwords::{Cost, CountedPasswords};
use crate::postgres;

/// The operator's token in tests.
pub const OPERATOR_TOKEN: &str = "the-operator-of-the-tests";

/// What links of tests are signed with, under the number 1.
pub const LINK_KEY: [u8; 32] = [7; 32];

/// Everybody's password in tests.
pub const PASSWORD: &str = "correct horse battery staple";

/// The real server, in this process.
pub struct Deployment {
    /// The wired service.
    pub app: App,
    /// Its ports.
    pub stores: Stores,
    settings: Settings,
    clock: Arc<ManualClock>,
    passwords: Arc<CountedPasswords>,
    _folder: tempfile::TempDir,
}

impl Deployment {
    /// A deployment on an SQLite file of its own.
    pub async fn sqlite() -> Self {
        let folder = folder();
        let url = format!("sqlite://{}", folder.path().join("membership.db").display());
        Self::on(&url, folder).await
    }

    /// A deployment on a Postgres database of its own.
    pub async fn postgres() -> Self {
        Self::on(&postgres::fresh_database().await, folder()).await
    }

    async fn on(url: &str, folder: tempfile::TempDir) -> Self {
        let clock = Arc::new(ManualClock::new(time::macros::datetime!(2026-03-02 09:00 UTC)));
        let stores = Stores::connect(url, Some(clock.clone())).await.expect("the store connects");
        let settings = settings(folder.path().to_owned());
        let passwords = Arc::new(CountedPasswords::of(Cost::Real));
        let app = App::new(&settings, Self::parts(&stores, &clock, &passwords)).expect("the service is wired");
        Self { app, stores, settings, clock, passwords, _folder: folder }
    }

    /// Another server on the same database, with other settings.
    #[must_use]
    pub fn again(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        let parts = Self::parts(&self.stores, &self.clock, &self.passwords);
        Self { app: App::new(&self.settings, parts).expect("the service is wired"), ..self }
    }

    /// Another server on the same database, to which passwords cost that much.
    #[must_use]
    pub fn at_cost(mut self, cost: Cost) -> Self {
        self.passwords = Arc::new(CountedPasswords::of(cost));
        self.again(|_| {})
    }

    /// What another server serves that has just been started on the same database.
    pub fn started_again(&self) -> Router {
        let parts = Self::parts(&self.stores, &self.clock, &self.passwords);
        App::new(&self.settings, parts).expect("the service is wired").router
    }

    fn parts(stores: &Stores, clock: &Arc<ManualClock>, passwords: &Arc<CountedPasswords>) -> Parts {
        Parts {
            stores: stores.clone(),
            clock: clock.clone(),
            random: Arc::new(SystemRandom::new().expect("the system has randomness")),
            links: Arc::new(HmacLinks::new(LinkKey::new(1, LINK_KEY), Vec::new())),
            passwords: passwords.clone(),
        }
    }

    /// What is served.
    pub fn router(&self) -> Router {
        self.app.router.clone()
    }

    /// How many passwords were hashed or compared so far: each takes as long.
    pub fn hashes(&self) -> usize {
        self.passwords.count()
    }

    /// Now, by the deployment's clock.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Lets it be that time.
    pub fn go_to(&self, time: OffsetDateTime) {
        self.clock.set(time);
    }

    /// A client that is nobody.
    pub fn nobody(&self) -> Client {
        Client::new(self.router(), None)
    }

    /// A client with the operator's token.
    pub fn operator(&self) -> Client {
        Client::new(self.router(), Some(OPERATOR_TOKEN.to_owned()))
    }

    /// A person with an account, signed in.
    pub async fn person(&self, name: &str) -> Client {
        let email = address(name);
        let nobody = self.nobody();
        let form = serde_json::json!({ "email": email, "name": name, "password": PASSWORD });
        nobody.post("/api/v1/users", form).await.expect(202);
        let link = self.link_to(&email).await;
        let verified =
            nobody.post("/api/v1/users/verify", serde_json::json!({ "token": link, "password": PASSWORD })).await;
        let token = verified.expect(201)["token"].as_str().expect("a token").to_owned();
        Client::new(self.router(), Some(token))
    }

    /// An organization of a preset, founded by that person; its id.
    pub async fn founded(&self, owner: &Client, preset: &str) -> String {
        let form = serde_json::json!({ "name": "Acme", "preset": preset });
        let answer = owner.post("/api/v1/organizations", form).await.expect(201);
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// A new person, invited by somebody with a role, who accepted; signed in.
    pub async fn joined(&self, by: &Client, organization: &str, name: &str, role: &str) -> Client {
        let form = serde_json::json!({ "email": address(name), "role": role });
        by.post(&format!("/api/v1/organizations/{organization}/invitations"), form).await.expect(201);
        self.taken_up(name).await
    }

    /// A new person who takes up the invitation in the newest mail, in the way the organization's policy asks for; where it
    /// asks for first and last name, the last one is Ray.
    pub async fn taken_up(&self, name: &str) -> Client {
        let token = self.link_to(&address(name)).await;
        let looking = serde_json::json!({ "token": token });
        let asks = self.nobody().post("/api/v1/invitations/inspect", looking).await.expect(200)["asks"].clone();
        if asks["registers_first"] == true {
            return self.registered_first(name, &token).await;
        }
        let mut form = serde_json::json!({ "token": token, "password": PASSWORD });
        if asks["name"] == "first_and_last" {
            form["first_name"] = name.into();
            form["last_name"] = "Ray".into();
        } else {
            form["name"] = name.into();
        }
        if asks["username"] == true {
            form["username"] = name.to_lowercase().into();
        }
        let accepted = self.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
        Client::new(self.router(), Some(accepted["token"].as_str().expect("a token").to_owned()))
    }

    /// A new person who registers, signs in by the mailed link, chooses a password and accepts (S0.10).
    async fn registered_first(&self, name: &str, token: &str) -> Client {
        let form = serde_json::json!({ "token": token, "name": name });
        self.nobody().post("/api/v1/invitations/register", form).await.expect(202);
        let login = serde_json::json!({ "token": self.link_to(&address(name)).await });
        let signed_in = self.nobody().post("/api/v1/login-links/redeem", login).await.expect(201);
        let client = Client::new(self.router(), Some(signed_in["token"].as_str().expect("a token").to_owned()));
        let chosen = serde_json::json!({ "password": PASSWORD });
        client.put("/api/v1/me/password", Some(chosen)).await.expect(200);
        let accepted =
            client.post("/api/v1/invitations/accept", serde_json::json!({ "token": token })).await.expect(201);
        Client::new(self.router(), Some(accepted["token"].as_str().expect("a token").to_owned()))
    }

    /// Sends what is due, and gives back every mail that was ever kept, the newest first.
    pub async fn mails(&self) -> Vec<KeptMail> {
        // An expanded message makes others, which the next round sends.
        while self.app.courier.run_once().await.expect("the courier works") != membership_smtp::Round::default() {}
        // What is written from now on is newer than what was sent so far.
        self.clock.advance(Duration::microseconds(1));
        self.stores.mailbox.kept().await.expect("the mailbox opens")
    }

    /// The newest mail to an address.
    pub async fn mail_to(&self, address: &str) -> KeptMail {
        let mails = self.mails().await;
        mails.into_iter().find(|mail| mail.to.contains(address)).unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// The secret part of the link in the newest mail to an address.
    pub async fn link_to(&self, address: &str) -> String {
        link_in(&self.mail_to(address).await.text)
    }
}

/// The address of a person in tests.
pub fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}

/// The secret part of the first link in a text.
pub fn link_in(text: &str) -> String {
    let prefixes = ["/i/", "/verify/", "/set-up/", "/join/", "/login/", "/reset/", "/confirm/"];
    let mut words = text.split_whitespace();
    let link = words.find_map(|word| prefixes.into_iter().find_map(|prefix| word.split_once(prefix)));
    link.map(|(_, token)| token.trim_end_matches('.').to_owned()).unwrap_or_else(|| panic!("no link in:\n{text}"))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn settings(data_dir: PathBuf) -> Settings {
    let flags = Flags { data_dir: Some(data_dir), ..Flags::default() };
    let (mut settings, _) = Settings::read(&flags).expect("the defaults hold");
    settings.operator_token = Some(OPERATOR_TOKEN.into());
    settings.even_answers_ms = 0;
    // Walks invite hundreds; the tests of these limits set their own.
    for limit in [
        &mut settings.recoveries_per_recipient,
        &mut settings.recoveries_per_client,
        &mut settings.recoveries_per_account,
        &mut settings.invitations_per_inviter,
        &mut settings.invitations_per_organization,
        &mut settings.invitations_per_recipient,
        &mut settings.resends_per_inviter,
        &mut settings.resends_per_organization,
        &mut settings.resends_per_invitation,
    ] {
        limit.replace_range(.., "off");
    }
    settings
}
