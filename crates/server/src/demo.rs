//! `demo`: an example to click through, with people, invitations in every state, and two months of history.

use std::sync::Arc;

use membership_core::port::{Clock, to_micros};
use membership_core::system::SystemClock;
use time::{Duration, OffsetDateTime};

use crate::app::{App, Parts};
use crate::config::{ConfigError, Settings};
use crate::serve::serve;
use crate::stores::Stores;

mod cast;
mod records;
mod roster;
mod school;
mod stage;
mod story;

/// Everybody's password in the example.
pub const PASSWORD: &str = "correct horse battery staple";

/// How the example is made.
#[derive(Debug, clap::Args)]
pub struct DemoCommand {
    /// Fill the example and end, instead of serving it.
    #[arg(long)]
    fill_only: bool,
}

/// Fills the example, unless it is there already, and serves it. Without a database of its own it lives in the folder
/// `demo` of the data folder, apart from real data.
///
/// # Errors
/// [`ConfigError`] says which setting cannot be used, or what the rules or the database said.
pub async fn run(settings: &Settings, command: &DemoCommand) -> Result<(), ConfigError> {
    let mut settings = settings.clone();
    if settings.database_url.is_none() {
        settings.data_dir = settings.data_dir.join("demo");
    }
    fill(&settings).await?;
    println!("The example is filled. Sign in as one of these, with the password `{PASSWORD}`:");
    for (login, about) in cast::LOGINS {
        println!("  {login:<24} {about}");
    }
    println!();
    if command.fill_only {
        return Ok(());
    }
    serve(&settings).await
}

async fn fill(settings: &Settings) -> Result<(), ConfigError> {
    let clock = Arc::new(PastClock::default());
    let mut parts = Parts::real(settings).await?;
    let stores = Stores::connect(&settings.database(), Some(clock.clone()))
        .await
        .map_err(|error| ConfigError::new(format!("`database_url`: {error}")))?;
    parts.stores = stores.clone();
    parts.clock = clock.clone();
    let app = App::new(settings, parts)?;
    let set_up = app.accounts.first_operator_link().await.map_err(|failure| ConfigError::new(failure.to_string()))?;
    let Some(set_up) = set_up else { return Ok(()) };
    let mut stage = stage::Stage::new(app, stores, clock);
    story::tell(&mut stage, set_up).await.map_err(|failure| ConfigError::new(failure.to_string()))
}

/// A clock that is some time behind.
#[derive(Debug, Default)]
struct PastClock {
    behind_in_minutes: std::sync::atomic::AtomicI64,
}

impl PastClock {
    fn set_behind(&self, behind: Duration) {
        self.behind_in_minutes.store(behind.whole_minutes(), std::sync::atomic::Ordering::SeqCst);
    }

    fn behind(&self) -> Duration {
        Duration::minutes(self.behind_in_minutes.load(std::sync::atomic::Ordering::SeqCst))
    }
}

impl Clock for PastClock {
    fn now(&self) -> OffsetDateTime {
        to_micros(SystemClock.now().saturating_sub(self.behind()))
    }
}
