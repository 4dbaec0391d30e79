//! Settings: flags over environment over one TOML file over defaults, each with where it came from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use figment::providers::{Env, Format, Toml};
use figment::{Figment, Metadata};
use membership_core::quota::{Allowances, MailLimits};
use membership_http::{Evenly, LimitOptions, Limits, trusted_proxies};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

mod elsewhere;
mod source;

pub use elsewhere::{Followed, IssuerTable, ProviderTable, Verified};
use source::Source;

/// What can be set by flag. Anything not given is looked for in the environment, then in the file.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// A TOML file with settings, named as in the environment without `MEMBERSHIP_`, in lower case.
    #[arg(long, global = true, env = "MEMBERSHIP_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where to listen (default: `127.0.0.1:8080`).
    #[arg(long, global = true)]
    pub listen: Option<String>,
    /// The origin of every link, as people reach the server (default: `http://localhost:<port>`).
    #[arg(long, global = true)]
    pub public_url: Option<String>,
    /// Where the embedded database and the link key live (default: `./data`).
    #[arg(long, global = true)]
    pub data_dir: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…` (default: SQLite in the data folder).
    #[arg(long, global = true)]
    pub database_url: Option<String>,
    /// `smtp://…` or `smtps://…`, `?tls=none|starttls|required` (default: the development mailbox).
    #[arg(long, global = true)]
    pub smtp_url: Option<String>,
    /// The sender of every mail (default: `Membership <no-reply@localhost>`).
    #[arg(long, global = true)]
    pub mail_from: Option<String>,
}

/// The settings that hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The origin of every link, without a slash at the end.
    #[serde(default)]
    pub public_url: String,
    /// Where the embedded database and the link key live.
    pub data_dir: PathBuf,
    /// The database; SQLite in the data folder if none is named.
    #[serde(default)]
    pub database_url: Option<SecretString>,
    /// The mail server; the development mailbox if none is named.
    #[serde(default)]
    pub smtp_url: Option<SecretString>,
    /// The sender of every mail.
    pub mail_from: String,
    /// The token by which programs act as operator.
    #[serde(default)]
    pub operator_token: Option<SecretString>,
    /// The keys of links, `1:<64 hexadecimal digits>`, the signing one first, separated by commas.
    #[serde(default)]
    pub link_key: Option<SecretString>,
    /// The shortest password, in characters; 8 at least.
    pub shortest_password: usize,
    /// Whom to ask for more seats or time: an address, or the address of a page.
    #[serde(default)]
    pub operator_contact: Option<String>,
    /// For how many days a sign-in lasts without being used; 1 to 30.
    pub sign_in_idle_days: u8,
    /// The proxies whose word on the client's address is believed, as addresses and networks separated by commas.
    pub trusted_proxies: String,
    /// Whether guessing and flooding are slowed down; `off` is for load tests.
    pub limits: Switch,
    /// At which multiples of this time, in milliseconds, answers leave whose timing could tell who has an account; 0 to
    /// 5,000, where 0 is at once and for load tests.
    pub even_answers_ms: u16,
    /// How many login links, resets and verifications go to one mailbox, such as `3/h, 10/d`; `off` is no limit. The
    /// limits on mail hold over all servers of a deployment.
    pub recoveries_per_recipient: String,
    /// How many of them one client of the network may ask for.
    pub recoveries_per_client: String,
    /// How many verifications of further addresses one account may ask for.
    pub recoveries_per_account: String,
    /// How many people one member may invite by mail.
    pub invitations_per_inviter: String,
    /// How many people one organization may invite by mail.
    pub invitations_per_organization: String,
    /// How many invitations, personal links and words of a changed login go to one mailbox, from all organizations
    /// together.
    pub invitations_per_recipient: String,
    /// How many invitations one member may send again.
    pub resends_per_inviter: String,
    /// How many invitations one organization may send again.
    pub resends_per_organization: String,
    /// How often one invitation may be sent again.
    pub resends_per_invitation: String,
    /// Whether people have passwords and sign up here; `off` where providers or trusted issuers bring all of them.
    pub accounts: Switch,
    /// The providers that people can sign in with.
    #[serde(default)]
    pub identity_providers: Vec<ProviderTable>,
    /// The issuers whose tokens are accepted instead of ours.
    #[serde(default)]
    pub trusted_issuers: Vec<IssuerTable>,
    /// How the log is written: `text` or `json`.
    pub log: LogFormat,
}

/// Whether something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object a line.
    Json,
}

/// A setting as `check-config` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: &'static str,
    /// Its value; secrets are only said to be set.
    pub value: String,
    /// Where it came from.
    pub source: String,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// Says what is wrong with which setting, and what to do.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// What may also be given as a file's path, in a variable whose name ends in `_FILE`.
const SECRETS: [&str; 4] = ["operator_token", "link_key", "smtp_url", "database_url"];

const NAMES: [&str; 27] = [
    "listen",
    "public_url",
    "data_dir",
    "database_url",
    "smtp_url",
    "mail_from",
    "operator_token",
    "operator_contact",
    "link_key",
    "shortest_password",
    "sign_in_idle_days",
    "trusted_proxies",
    "limits",
    "even_answers_ms",
    "recoveries_per_recipient",
    "recoveries_per_client",
    "recoveries_per_account",
    "invitations_per_inviter",
    "invitations_per_organization",
    "invitations_per_recipient",
    "resends_per_inviter",
    "resends_per_organization",
    "resends_per_invitation",
    "accounts",
    "identity_providers",
    "trusted_issuers",
    "log",
];

impl Settings {
    /// Reads the settings, and where each came from.
    ///
    /// # Errors
    /// [`ConfigError`] names the setting and what it must be.
    pub fn read(flags: &Flags) -> Result<(Self, Vec<Shown>), ConfigError> {
        let figment = sources(flags)?;
        let mut settings: Self = figment.extract().map_err(|error| ConfigError(explained(&error)))?;
        settings.complete()?;
        let shown = NAMES.into_iter().map(|name| settings.show(name, &figment)).collect();
        Ok((settings, shown))
    }

    /// The database's address.
    pub fn database(&self) -> String {
        match &self.database_url {
            Some(url) => url.expose_secret().to_owned(),
            None => format!("sqlite://{}", self.data_dir.join("membership.db").display()),
        }
    }

    /// The limits of one server, used by nobody yet.
    pub fn limits(&self) -> Limits {
        let trusted_proxies = trusted_proxies(&self.trusted_proxies).unwrap_or_default();
        match self.limits {
            Switch::On => Limits::new(LimitOptions { trusted_proxies, ..LimitOptions::default() }),
            Switch::Off => Limits::off(),
        }
    }

    /// When answers leave whose timing could tell who has an account.
    pub fn evenly(&self) -> Evenly {
        Evenly::every(Duration::from_millis(self.even_answers_ms.into()))
    }

    /// How much mail may be caused.
    pub fn mail_limits(&self) -> MailLimits {
        let mut limits = MailLimits::off();
        if self.limits == Switch::On {
            for (name, text, place) in self.allowances(&mut limits) {
                // Settings that cannot be read were refused when they were read.
                *place = text.parse().unwrap_or_else(|_| {
                    tracing::error!(name, "a limit cannot be read and does not hold");
                    Allowances::unlimited()
                });
            }
        }
        limits
    }

    /// Each limit on mail by name, as it is written, with its place.
    fn allowances<'a>(&'a self, limits: &'a mut MailLimits) -> [(&'static str, &'a str, &'a mut Allowances); 9] {
        [
            ("recoveries_per_recipient", &self.recoveries_per_recipient, &mut limits.recoveries_per_recipient),
            ("recoveries_per_client", &self.recoveries_per_client, &mut limits.recoveries_per_client),
            ("recoveries_per_account", &self.recoveries_per_account, &mut limits.recoveries_per_account),
            ("invitations_per_inviter", &self.invitations_per_inviter, &mut limits.invitations_per_inviter),
            (
                "invitations_per_organization",
                &self.invitations_per_organization,
                &mut limits.invitations_per_organization,
            ),
            ("invitations_per_recipient", &self.invitations_per_recipient, &mut limits.invitations_per_recipient),
            ("resends_per_inviter", &self.resends_per_inviter, &mut limits.resends_per_inviter),
            ("resends_per_organization", &self.resends_per_organization, &mut limits.resends_per_organization),
            ("resends_per_invitation", &self.resends_per_invitation, &mut limits.resends_per_invitation),
        ]
    }

    /// The identity providers.
    ///
    /// # Errors
    /// [`ConfigError`] names the field and the rule.
    pub fn providers(&self) -> Result<Vec<membership_oidc::ProviderOptions>, ConfigError> {
        elsewhere::providers(&self.identity_providers)
    }

    /// The trusted issuers.
    ///
    /// # Errors
    /// [`ConfigError`] names the field and the rule.
    pub fn issuers(&self) -> Result<Vec<membership_oidc::IssuerOptions>, ConfigError> {
        elsewhere::issuers(&self.trusted_issuers)
    }

    /// The settings of a server that got that address: port 0 stands for any free one.
    #[must_use]
    pub fn listening_on(mut self, address: SocketAddr) -> Self {
        if self.public_url == origin_of(self.listen) {
            self.public_url = origin_of(address);
        }
        self.listen = address;
        self
    }

    fn complete(&mut self) -> Result<(), ConfigError> {
        if self.public_url.is_empty() {
            self.public_url = origin_of(self.listen);
        }
        self.public_url = self.public_url.trim_end_matches('/').to_owned();
        let origin = self.public_url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
        if !origin.is_some_and(|(_, host)| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])) {
            return Err(ConfigError("`public_url` must be an origin such as `https://members.example.org`".to_owned()));
        }
        if self.shortest_password < 8 {
            return Err(ConfigError("`shortest_password` must be at least 8".to_owned()));
        }
        if !(1..=30).contains(&self.sign_in_idle_days) {
            return Err(ConfigError("`sign_in_idle_days` must be 1 to 30".to_owned()));
        }
        if 5_000 < self.even_answers_ms {
            return Err(ConfigError("`even_answers_ms` must be 0 to 5000".to_owned()));
        }
        if let Err(entry) = trusted_proxies(&self.trusted_proxies) {
            return Err(ConfigError(format!("`trusted_proxies`: `{entry}` is no address and no network")));
        }
        for (name, text, _) in self.allowances(&mut MailLimits::off()) {
            if let Err(error) = text.parse::<Allowances>() {
                return Err(ConfigError(format!("`{name}` {}", error.rule)));
            }
        }
        self.providers()?;
        self.issuers()?;
        if self.operator_token.as_ref().is_some_and(|token| token.expose_secret().len() < 20) {
            return Err(ConfigError("`operator_token` must have at least 20 characters".to_owned()));
        }
        let is_contact = |it: &String| it.contains('@') || it.starts_with("https://") || it.starts_with("http://");
        if self.operator_contact.as_ref().is_some_and(|it| !is_contact(it)) {
            return Err(ConfigError(
                "`operator_contact` must be an e-mail address or the address of a page".to_owned(),
            ));
        }
        Ok(())
    }

    fn show(&self, name: &'static str, figment: &Figment) -> Shown {
        let secret = |it: &Option<SecretString>, none: &str| {
            it.as_ref().map_or_else(|| none.to_owned(), |_| "set (not shown)".to_owned())
        };
        let value = match name {
            "listen" => self.listen.to_string(),
            "public_url" => self.public_url.clone(),
            "data_dir" => self.data_dir.display().to_string(),
            "database_url" => {
                self.database_url.as_ref().map_or_else(|| self.database(), |url| without_password(url.expose_secret()))
            }
            "smtp_url" => self
                .smtp_url
                .as_ref()
                .map_or_else(|| "none: development mailbox".to_owned(), |url| without_password(url.expose_secret())),
            "mail_from" => self.mail_from.clone(),
            "operator_token" => secret(&self.operator_token, "none: the first start prints a set-up link"),
            "operator_contact" => self.operator_contact.clone().unwrap_or_else(|| "none".to_owned()),
            "link_key" => secret(&self.link_key, "created in the data folder"),
            "shortest_password" => self.shortest_password.to_string(),
            "sign_in_idle_days" => self.sign_in_idle_days.to_string(),
            "trusted_proxies" if self.trusted_proxies.is_empty() => "none".to_owned(),
            "trusted_proxies" => self.trusted_proxies.clone(),
            "accounts" => format!("{:?}", self.accounts).to_lowercase(),
            "identity_providers" => {
                listed(self.identity_providers.iter().map(|it| format!("{} ({})", it.key, it.issuer)))
            }
            "trusted_issuers" => {
                listed(self.trusted_issuers.iter().map(|it| format!("{} for {}", it.issuer, it.audience)))
            }
            "even_answers_ms" => self.even_answers_ms.to_string(),
            "limits" => format!("{:?}", self.limits).to_lowercase(),
            "log" => format!("{:?}", self.log).to_lowercase(),
            _ => {
                let mut limits = MailLimits::off();
                let found = self.allowances(&mut limits).into_iter().find(|it| it.0 == name);
                found.map_or_else(String::new, |(_, text, _)| text.to_owned())
            }
        };
        let source = figment.find_metadata(name).map_or_else(|| "default".to_owned(), describe_source);
        Shown { name, value, source }
    }
}

fn listed(all: impl Iterator<Item = String>) -> String {
    let all: Vec<_> = all.collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn origin_of(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

fn sources(flags: &Flags) -> Result<Figment, ConfigError> {
    let mut figment = Figment::from(Source::new("default", defaults()));
    if let Some(path) = &flags.config {
        if !path.is_file() {
            return Err(ConfigError(format!("there is no file `{}`; `--config` must name one", path.display())));
        }
        figment = figment.merge(Toml::file_exact(path));
    }
    let environment = Env::prefixed("MEMBERSHIP_").only(&NAMES);
    figment = figment.merge(Source::new("secret file", secrets_from_files()?)).merge(environment);
    Ok(figment.merge(Source::new("flag", given(flags))))
}

fn defaults() -> BTreeMap<&'static str, String> {
    let mail = MailLimits::default();
    BTreeMap::from([
        ("recoveries_per_recipient", mail.recoveries_per_recipient.to_string()),
        ("recoveries_per_client", mail.recoveries_per_client.to_string()),
        ("recoveries_per_account", mail.recoveries_per_account.to_string()),
        ("invitations_per_inviter", mail.invitations_per_inviter.to_string()),
        ("invitations_per_organization", mail.invitations_per_organization.to_string()),
        ("invitations_per_recipient", mail.invitations_per_recipient.to_string()),
        ("resends_per_inviter", mail.resends_per_inviter.to_string()),
        ("resends_per_organization", mail.resends_per_organization.to_string()),
        ("resends_per_invitation", mail.resends_per_invitation.to_string()),
        ("listen", "127.0.0.1:8080".to_owned()),
        ("data_dir", "./data".to_owned()),
        ("mail_from", "Membership <no-reply@localhost>".to_owned()),
        ("shortest_password", "15".to_owned()),
        ("sign_in_idle_days", "14".to_owned()),
        ("trusted_proxies", String::new()),
        ("limits", "on".to_owned()),
        ("even_answers_ms", "100".to_owned()),
        ("accounts", "on".to_owned()),
        ("log", "text".to_owned()),
    ])
}

fn given(flags: &Flags) -> BTreeMap<&'static str, String> {
    let path = flags.data_dir.as_ref().map(|path| path.display().to_string());
    let all = [
        ("listen", flags.listen.clone()),
        ("public_url", flags.public_url.clone()),
        ("data_dir", path),
        ("database_url", flags.database_url.clone()),
        ("smtp_url", flags.smtp_url.clone()),
        ("mail_from", flags.mail_from.clone()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn secrets_from_files() -> Result<BTreeMap<&'static str, String>, ConfigError> {
    let mut secrets = BTreeMap::new();
    for name in SECRETS {
        let variable = format!("MEMBERSHIP_{}_FILE", name.to_uppercase());
        let Some(path) = std::env::var_os(&variable) else { continue };
        let text = std::fs::read_to_string(&path).map_err(|error| {
            ConfigError(format!("`{variable}` names `{}`, which cannot be read: {error}", path.to_string_lossy()))
        })?;
        secrets.insert(name, text.trim().to_owned());
    }
    Ok(secrets)
}

fn describe_source(metadata: &Metadata) -> String {
    match &metadata.source {
        Some(source) => source.to_string(),
        None => metadata.name.to_string(),
    }
}

fn explained(error: &figment::Error) -> String {
    let first = error.clone().into_iter().next();
    let Some(first) = first else { return error.to_string() };
    let name = first.path.join(".");
    let from = first.metadata.as_ref().map(describe_source).unwrap_or_default();
    format!("`{name}`: {} (from {from})", first.kind)
}

/// An address with its password left out, fit to be shown.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "set (not shown)".to_owned() };
    match rest.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split_once(':').map_or(login, |(user, _)| user);
            format!("{scheme}://{user}:…@{host}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str, flags: Flags) -> Result<(Settings, Vec<Shown>), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("membership.toml");
        std::fs::write(&path, toml).unwrap();
        Settings::read(&Flags { config: Some(path), ..flags }).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_needed_to_start() {
        let (settings, shown) = Settings::read(&Flags::default()).unwrap();
        assert_eq!(settings.public_url, "http://localhost:8080");
        assert_eq!(settings.database(), "sqlite://./data/membership.db");
        assert_eq!(shown.len(), NAMES.len());
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let flags = Flags { listen: Some("127.0.0.1:9000".to_owned()), ..Flags::default() };
        let (settings, shown) = read("listen = \"127.0.0.1:7000\"\nmail_from = \"A <a@example.org>\"", flags).unwrap();
        assert_eq!(settings.public_url, "http://localhost:9000");
        assert_eq!(settings.mail_from, "A <a@example.org>");
        assert!(shown.iter().any(|it| it.name == "listen" && it.source == "flag"), "{shown:?}");
        assert!(shown.iter().any(|it| it.name == "mail_from" && it.source.contains("membership.toml")), "{shown:?}");
    }

    #[test]
    fn a_bad_setting_is_named() {
        for (toml, expected) in [
            ("listen = \"nowhere\"", "listen"),
            ("lisssten = \"127.0.0.1:7000\"", "lisssten"),
            ("public_url = \"members.example.org\"", "public_url"),
            ("public_url = \"https://members.example.org/x\"", "public_url"),
            ("shortest_password = 4", "shortest_password"),
            ("sign_in_idle_days = 0", "sign_in_idle_days"),
            ("trusted_proxies = \"10.0.0.0/8, proxy\"", "`proxy`"),
            ("limits = \"some\"", "limits"),
            ("even_answers_ms = 5001", "even_answers_ms"),
            ("resends_per_invitation = \"often\"", "resends_per_invitation"),
            ("accounts = \"perhaps\"", "accounts"),
            (
                "[[identity_providers]]\nkey = \"A\"\nname = \"A\"\nissuer = \"https://a\"\nclient_id = \"a\"",
                "`identity_providers.key`",
            ),
            (
                "[[identity_providers]]\nkey = \"a\"\nname = \"A\"\nissuer = \"http://a.example\"\nclient_id = \"a\"",
                "https://",
            ),
            ("[[trusted_issuers]]\nissuer = \"https://a\"\naudience = \"b\"", "`jwks_url` or `jwks_file`"),
            ("[[trusted_issuers]]\nissuer = \"https://a\"\naudience = \"b\"\njwks_url = \"http://a/\"", "`jwks_url`"),
            ("operator_token = \"short\"", "operator_token"),
        ] {
            let error = read(toml, Flags::default()).err().unwrap_or_default();
            assert!(error.contains(expected), "{toml}: {error}");
        }
    }

    #[test]
    fn passwords_in_addresses_are_not_shown() {
        assert_eq!(without_password("postgres://ada:secret@db/x"), "postgres://ada:…@db/x");
        assert_eq!(without_password("smtp://mail.example.org:25"), "smtp://mail.example.org:25");
    }
}
