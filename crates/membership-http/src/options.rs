//! What the API is built on, and what its operator can choose.

use std::time::Duration;

use membership_core::service::{Accounts, Backups, Memberships};
use secrecy::SecretString;

use crate::evenly::Evenly;
use crate::limits::Limits;

/// What the API is built on. Cheap enough to clone once at the start; requests share it.
#[derive(Clone)]
pub struct Api {
    /// The users and, behind them, the organizations.
    pub accounts: Accounts,
    /// What copies an organization out.
    pub backups: Backups,
    /// What the operator chose.
    pub options: HttpOptions,
}

impl Api {
    /// What an authenticator app shows as the name of this deployment: the host that people know.
    pub(crate) fn issuer(&self) -> &str {
        issuer(&self.options.public_url)
    }

    pub(crate) fn memberships(&self) -> &Memberships {
        self.accounts.memberships()
    }

    /// The address that opens a link in a browser.
    pub(crate) fn address_of(&self, link: &SecretString) -> String {
        use secrecy::ExposeSecret;
        format!("{}/i/{}", self.options.public_url, link.expose_secret())
    }

    /// The address that opens a personal link to set up a login.
    pub(crate) fn set_up_address_of(&self, link: &SecretString) -> String {
        use secrecy::ExposeSecret;
        format!("{}/join/{}", self.options.public_url, link.expose_secret())
    }

    /// The page where a code is typed in the place of a personal link.
    pub(crate) fn code_page(&self) -> String {
        format!("{}/code", self.options.public_url)
    }
}

/// What the operator of a server can choose.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The origin of every link and of problem types, such as `https://members.example.org`, without a final slash.
    pub public_url: String,
    /// The bearer token that acts as the operator; none by default.
    pub operator_token: Option<SecretString>,
    /// Whom to ask for more seats or time: an address or the address of a page, as people are shown it.
    pub operator_contact: Option<String>,
    /// A secret of the deployment that is mixed into the keys which seal kept answers. Without one, a kept answer is as
    /// safe as its `Idempotency-Key` and its request are hard to guess. Servers of one deployment share it.
    pub sealing_secret: Option<SecretString>,
    /// The longest request body, in bytes.
    pub body_limit: usize,
    /// How long a request may take before it is answered with 503.
    pub timeout: Duration,
    /// How many requests are worked on at once; more are refused with 503 at once, so that none waits in vain (I18).
    pub most_concurrent: usize,
    /// What guessing and flooding are slowed down by. The pages share it: give them a clone.
    pub limits: Limits,
    /// When answers leave that anybody may ask for about any login. The pages are given the same.
    pub evenly: Evenly,
    /// Whether requests for another host than that of the public URL are refused with 421 (A23). The default is yes for
    /// `https` origins; probes of health are let through in any case.
    pub check_host: bool,
}

impl HttpOptions {
    /// The defaults for a public URL.
    pub fn new(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            operator_token: None,
            operator_contact: None,
            sealing_secret: None,
            body_limit: 1024 * 1024,
            timeout: Duration::from_secs(30),
            most_concurrent: 512,
            limits: Limits::default(),
            evenly: Evenly::default(),
            check_host: public_url.starts_with("https://"),
        }
    }
}

/// The host of an origin: what an authenticator app shows as the name of the service.
pub fn issuer(public_url: &str) -> &str {
    public_url.split_once("://").map_or(public_url, |(_, host)| host).trim_end_matches('/')
}
