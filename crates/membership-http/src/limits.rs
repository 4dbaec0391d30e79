//! What guessing and flooding are slowed down by: limits per client and per login, in the memory of this server.
//!
//! One [`Limits`] is shared by the API and the pages. An attempt is charged before it is made and given back if it was
//! none of the kind that is limited, so that a burst of attempts at once gets no further than one after the other.
//!
//! A limiter from a library could neither give back nor forget early, and keeps every key that was ever seen until it is
//! told to tidy up; what is needed here fits on a screen (`quota`, `waits`, `ledger`).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Extensions, HeaderMap};
use ipnet::IpNet;
use membership_core::id::UserId;
use membership_core::refusal::Refusal;
use membership_core::service::Failure;
use membership_core::user::User;
use uuid::Uuid;

mod client;
mod guard;
mod ledger;
mod quota;
mod waits;

pub use client::{Client, trusted_proxies};
pub(crate) use guard::guard;

use quota::Quota;
use waits::{LoginKey, Waits};

/// How much is allowed. A quota of `n` within a time lets a client that was quiet do `n` at once, and then one more
/// whenever an n-th of the time has passed.
#[derive(Debug, Clone)]
pub struct LimitOptions {
    /// The proxies whose `X-Forwarded-For` or `Forwarded` is believed; none by default, so that the client is whoever
    /// opened the connection.
    pub trusted_proxies: Vec<IpNet>,
    /// How many sign-ins of one client may fail; 20 within [`Self::failed_sign_ins_within`].
    pub failed_sign_ins: u32,
    /// The time to which that applies; 5 minutes.
    pub failed_sign_ins_within: Duration,
    /// How many sign-ins to one login may fail before waiting begins, whether or not it names anybody; 10.
    pub free_failures: u32,
    /// The first wait of a login; 15 seconds. Each further failure doubles it.
    pub first_wait: Duration,
    /// The longest wait of a login; 15 minutes. It is never locked for good.
    pub longest_wait: Duration,
    /// For how long after the last one a login's failures are remembered; a day. A success forgets them at once.
    pub failures_kept: Duration,
    /// How many links that nobody was sent one client may show, and codes that nobody was given it may type; 60 an hour.
    pub unknown_links_per_hour: u32,
    /// How many returns from identity providers that let nobody in one client may make; 60 an hour.
    pub failed_returns_per_hour: u32,
    /// How many mails without being signed in (sign-ups and recoveries) one client may ask for; 10 an hour.
    pub mails_per_hour: u32,
    /// How many clients, and how many logins, are remembered for each limit; 100,000. Beyond that, those that would be
    /// forgotten soonest are forgotten early.
    pub most_remembered: usize,
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            failed_sign_ins: 20,
            failed_sign_ins_within: Duration::from_secs(5 * 60),
            free_failures: 10,
            first_wait: Duration::from_secs(15),
            longest_wait: Duration::from_secs(15 * 60),
            failures_kept: Duration::from_secs(24 * 60 * 60),
            unknown_links_per_hour: 60,
            failed_returns_per_hour: 60,
            mails_per_hour: 10,
            most_remembered: 100_000,
        }
    }
}

/// Too much was tried; the same for everybody, whether or not an account exists (I13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimited {
    /// After how many seconds it is worth trying again; at least one.
    pub retry_after: u64,
}

impl RateLimited {
    fn for_another(wait: Duration) -> Self {
        let started = u64::from(wait.subsec_nanos() > 0);
        Self { retry_after: wait.as_secs().saturating_add(started).max(1) }
    }
}

/// What a client is limited in without saying who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Showing a link that is unknown, or typing a code that is.
    UnknownLink,
    /// Coming back from an identity provider with what lets nobody in.
    FailedReturn,
    /// Asking for a mail.
    Mail,
}

/// The limits of a server. Clones share what they remember.
#[derive(Clone)]
pub struct Limits(Option<Arc<Inner>>);

struct Inner {
    trusted_proxies: Vec<IpNet>,
    now: Box<dyn Fn() -> Duration + Send + Sync>,
    sign_ins: Quota,
    logins: Waits,
    unknown_links: Quota,
    failed_returns: Quota,
    mails: Quota,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(LimitOptions::default())
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Limits(on)" } else { "Limits(off)" })
    }
}

impl Limits {
    /// Limits that nobody has used up yet.
    pub fn new(options: LimitOptions) -> Self {
        let start = Instant::now();
        Self::with_clock(options, move || start.elapsed())
    }

    /// The same by a clock of one's own, which says how long ago some instant was; tests let time pass by it.
    pub fn with_clock(options: LimitOptions, now: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let hour = Duration::from_secs(60 * 60);
        let quota = |most, within| Quota::new(most, within, options.most_remembered);
        Self(Some(Arc::new(Inner {
            sign_ins: quota(options.failed_sign_ins, options.failed_sign_ins_within),
            logins: Waits::new(&options),
            unknown_links: quota(options.unknown_links_per_hour, hour),
            failed_returns: quota(options.failed_returns_per_hour, hour),
            mails: quota(options.mails_per_hour, hour),
            trusted_proxies: options.trusted_proxies,
            now: Box::new(now),
        })))
    }

    /// No limits, for load tests.
    pub fn off() -> Self {
        Self(None)
    }

    /// Who sends a request, as far as the network shows; `None` if it does not, and then no limit per client applies.
    pub fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<Client> {
        Client::of(extensions, headers, &self.0.as_ref()?.trusted_proxies)
    }

    /// Signs in, or proves in another way that one knows a password, unless the client or the login has failed too often;
    /// then no password is hashed. Where no login is typed, `login` is what the password belongs to: see
    /// [`Self::login_of_account`] and [`Self::login_of_sign_up`].
    ///
    /// # Errors
    /// [`RateLimited`] before anything is tried; what the sign-in itself comes to is the inner result.
    pub async fn sign_in<T>(
        &self,
        client: Option<Client>,
        login: &str,
        signing_in: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<Result<T, Failure>, RateLimited> {
        let Some(inner) = &self.0 else { return Ok(signing_in.await) };
        let login = LoginKey::of(login);
        inner.begin_sign_in(client, login).map_err(RateLimited::for_another)?;
        let outcome = signing_in.await;
        match &outcome {
            Err(Failure::Refused(Refusal::WrongCredentials | Refusal::WrongCode | Refusal::WrongPassword)) => {}
            Ok(_) => {
                inner.sign_ins.give_back(client);
                inner.logins.forget(login);
            }
            // No password was judged, so nothing was learnt.
            Err(_) => {
                inner.sign_ins.give_back(client);
                inner.logins.give_back(login);
            }
        }
        Ok(outcome)
    }

    /// The same for showing once more who one is, or a second factor: guesses count for the account, apart from those
    /// at its logins.
    ///
    /// # Errors
    /// As [`Limits::sign_in`].
    pub async fn prove<T>(
        &self,
        client: Option<Client>,
        user: UserId,
        proving: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<Result<T, Failure>, RateLimited> {
        // No login has a space in it.
        self.sign_in(client, &format!("proof of {user}"), proving).await
    }

    /// The login whose failures count when somebody who is signed in types their present password: it is the same as at
    /// sign-in, so that a stolen sign-in guesses no faster than a stranger.
    pub fn login_of_account(user: &User) -> String {
        let username = || user.username.as_ref().map(ToString::to_string);
        user.primary_email().map(ToString::to_string).or_else(username).unwrap_or_else(|| user.id.to_string())
    }

    /// What failures count for when a sign-up is completed: the sign-up that the link is of, which is no login yet.
    pub fn login_of_sign_up(sign_up: Uuid) -> String {
        format!("sign-up:{sign_up}")
    }

    /// Charges a client for what it is about to try.
    ///
    /// # Errors
    /// [`RateLimited`] if that was tried too often.
    pub fn take(&self, what: Limited, client: Option<Client>) -> Result<(), RateLimited> {
        let Some(inner) = &self.0 else { return Ok(()) };
        inner.quota(what).take(client, (inner.now)()).map_err(RateLimited::for_another)
    }

    /// Takes a charge back: it came to something else than what is limited.
    pub fn give_back(&self, what: Limited, client: Option<Client>) {
        if let Some(inner) = &self.0 {
            inner.quota(what).give_back(client);
        }
    }
}

impl Inner {
    fn begin_sign_in(&self, client: Option<Client>, login: LoginKey) -> Result<(), Duration> {
        let now = (self.now)();
        self.sign_ins.take(client, now)?;
        // What a login must wait for is not held against the client.
        self.logins.begin(login, now).inspect_err(|_| self.sign_ins.give_back(client))
    }

    fn quota(&self, what: Limited) -> &Quota {
        match what {
            Limited::UnknownLink => &self.unknown_links,
            Limited::FailedReturn => &self.failed_returns,
            Limited::Mail => &self.mails,
        }
    }
}
