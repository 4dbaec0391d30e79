//! The composition root: which adapter stands behind which port.

use std::sync::Arc;

use axum::Router;
use membership_core::port::{Clock, Mailer, Passwords, Random};
use membership_core::secret::{Link, LinkSigner};
use membership_core::service::{AccountRules, Accounts, Backups, Memberships, Ports};
use membership_http::{Api, HttpOptions, api, protect};
use membership_oidc::{JwtIssuers, OidcProviders};
use membership_passkeys::WebauthnPasskeys;
use membership_smtp::{
    Courier, CourierOptions, DevelopmentMailer, Ports as CourierPorts, Renderer, Sender, SmtpMailer, SmtpOptions,
};
use membership_web::{Elsewhere, Web, pages};
use secrecy::{ExposeSecret, SecretString};

use crate::config::{ConfigError, Settings, Switch};
use crate::importer::Importer;
use crate::keys;
use crate::metrics::Metrics;
use crate::passwords::Argon2Passwords;
use crate::stores::Stores;
use crate::sweeper::Sweeper;
use membership_core::system::{SystemClock, SystemRandom};

/// What differs between the real service and a test of it.
pub struct Parts {
    /// The database.
    pub stores: Stores,
    /// The courier's clock.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub random: Arc<dyn Random>,
    /// The links.
    pub links: Arc<dyn LinkSigner>,
    /// The passwords.
    pub passwords: Arc<dyn Passwords>,
}

impl Parts {
    /// The real ones.
    ///
    /// # Errors
    /// [`ConfigError`] says which setting cannot be used, and why.
    pub async fn real(settings: &Settings) -> Result<Self, ConfigError> {
        let random = SystemRandom::new().map_err(|error| ConfigError::new(error.to_string()))?;
        let links = keys::links(settings.link_key.as_ref(), &settings.data_dir, &random)?;
        let stores = Stores::connect(&settings.database(), None)
            .await
            .map_err(|error| ConfigError::new(format!("`database_url`: {error}")))?;
        Ok(Self {
            stores,
            clock: Arc::new(SystemClock),
            random: Arc::new(random),
            links: Arc::new(links),
            passwords: Arc::new(Argon2Passwords::new().map_err(ConfigError::new)?),
        })
    }
}

/// The service, wired.
pub struct App {
    /// Everything that is served.
    pub router: Router,
    /// The users and organizations.
    pub accounts: Accounts,
    /// Who sends the mail.
    pub courier: Courier,
    /// Who tidies up.
    pub sweeper: Sweeper,
    /// Who carries out imports.
    pub importer: Importer,
}

impl App {
    /// Wires the service.
    ///
    /// # Errors
    /// [`ConfigError`] says which setting cannot be used, and why.
    pub fn new(settings: &Settings, parts: Parts) -> Result<Self, ConfigError> {
        let Parts { stores, clock, random, links, passwords } = parts;
        let setting = |error: &dyn std::fmt::Display| ConfigError::new(error.to_string());
        let renderer = Renderer::new(&settings.public_url, links.clone()).map_err(|error| setting(&error))?;
        let renderer = Arc::new(renderer);
        let mailer = mailer(settings, &stores)?;
        let rules = AccountRules {
            shortest_password: settings.shortest_password,
            own_accounts: settings.accounts == Switch::On,
            sign_in_idles: time::Duration::days(settings.sign_in_idle_days.into()),
            ..AccountRules::default()
        };
        let ports = Ports {
            store: stores.store.clone(),
            directory: stores.directory.clone(),
            links: links.clone(),
            random,
            limits: settings.mail_limits(),
            doorbell: None,
        };
        // What the courier follows up it finds itself, in the same round: nobody has to ring for it.
        let follow_up = Accounts::new(Memberships::new(ports.clone()), passwords.clone(), rules);
        let courier_ports = CourierPorts {
            outbox: stores.outbox.clone(),
            directory: stores.directory.clone(),
            store: stores.store.clone(),
            follow_up: Arc::new(follow_up),
            mailer,
            clock,
        };
        let courier = Courier::new(courier_ports, renderer.clone(), CourierOptions::default());
        // What seals kept answers follows from the link key, which the servers of one deployment share.
        let sealing_secret = links.sign(&Link { generation: 0, ..Link::to_first_operator() });
        let memberships = Memberships::new(Ports { doorbell: Some(Arc::new(courier.bell())), ..ports });
        let memberships = memberships.composing_with(renderer);
        let mut accounts = Accounts::new(memberships.clone(), passwords, rules);
        let issuers = settings.issuers()?;
        let world: Arc<dyn Clock> = Arc::new(SystemClock);
        if !issuers.is_empty() {
            accounts = accounts.trusting(Arc::new(JwtIssuers::new(issuers, &world).map_err(|error| setting(&error))?));
        }
        match WebauthnPasskeys::new(&settings.public_url) {
            Ok(passkeys) => accounts = accounts.with_passkeys(Arc::new(passkeys)),
            Err(why) => tracing::info!(%why, "no passkeys"),
        }
        let providers = settings.providers()?;
        let elsewhere = if providers.is_empty() {
            None
        } else {
            let providers =
                OidcProviders::new(providers, &settings.public_url, world).map_err(|error| setting(&error))?;
            Some(Elsewhere { providers: Arc::new(providers), secret: sealing_secret.clone() })
        };
        let sweeper = Sweeper::new(memberships, stores.upkeep.clone());
        let importer = Importer::new(accounts.clone(), stores.upkeep.clone());
        let router = router(settings, &stores, &accounts, (sealing_secret, elsewhere));
        Ok(Self { router, accounts, courier, sweeper, importer })
    }
}

fn mailer(settings: &Settings, stores: &Stores) -> Result<Arc<dyn Mailer>, ConfigError> {
    let Some(url) = &settings.smtp_url else {
        return Ok(Arc::new(DevelopmentMailer::new(stores.mailbox.clone())));
    };
    let setting = |error: membership_smtp::SettingError| ConfigError::new(error.to_string());
    let options = SmtpOptions::parse(url.expose_secret()).map_err(setting)?;
    let sender = Sender::parse(&settings.mail_from, None).map_err(setting)?;
    Ok(Arc::new(SmtpMailer::new(options, sender).map_err(setting)?))
}

fn router(
    settings: &Settings,
    stores: &Stores,
    accounts: &Accounts,
    (sealing_secret, elsewhere): (SecretString, Option<Elsewhere>),
) -> Router {
    let mut options = HttpOptions::new(&settings.public_url);
    options.operator_contact = settings.operator_contact.clone();
    options.sealing_secret = Some(sealing_secret);
    options.operator_token = settings.operator_token.clone();
    options.limits = settings.limits();
    options.evenly = settings.evenly();
    let limits = options.limits.clone();
    let backups = Backups::new(accounts.memberships().clone(), stores.upkeep.clone());
    let (api, _document) = api(Api { accounts: accounts.clone(), backups, options: options.clone() });
    let mailbox = settings.smtp_url.is_none().then(|| stores.mailbox.clone());
    let web = Web {
        accounts: accounts.clone(),
        public_url: settings.public_url.clone(),
        mailbox,
        elsewhere,
        limits,
        evenly: options.evenly,
        operator_contact: settings.operator_contact.clone(),
    };
    let metrics = Metrics::install();
    let served = api.merge(pages(web)).merge(metrics.route());
    protect(metrics.count(served), &options)
}
