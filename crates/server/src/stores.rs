//! The database that the settings name, as the ports that everything else is built on.

use std::sync::Arc;

use membership_core::port::{Clock, Directory, Mailbox, Outbox, Store, StoreError, Upkeep};
use membership_postgres::{PostgresOptions, PostgresStore};
use membership_sqlite::SqliteStore;

/// One database, by its ports.
#[derive(Clone)]
pub struct Stores {
    /// Decisions.
    pub store: Arc<dyn Store>,
    /// Lists.
    pub directory: Arc<dyn Directory>,
    /// Mail that waits.
    pub outbox: Arc<dyn Outbox>,
    /// Mail that was kept.
    pub mailbox: Arc<dyn Mailbox>,
    /// Audits and sweeps.
    pub upkeep: Arc<dyn Upkeep>,
}

impl Stores {
    /// The ports of one adapter.
    pub fn of<S: Store + Directory + Outbox + Mailbox + Upkeep + 'static>(store: S) -> Self {
        let store = Arc::new(store);
        Self {
            store: store.clone(),
            directory: store.clone(),
            outbox: store.clone(),
            mailbox: store.clone(),
            upkeep: store,
        }
    }

    /// Connects to the database of that address and brings its schema up to date.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn connect(url: &str, clock: Option<Arc<dyn Clock>>) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut store = PostgresStore::connect(url, PostgresOptions::default()).await?;
            if let Some(clock) = clock {
                store = store.with_clock(clock);
            }
            store.migrate().await?;
            return Ok(Self::of(store));
        }
        let mut store = SqliteStore::connect(url).await?;
        if let Some(clock) = clock {
            store = store.with_clock(clock);
        }
        store.migrate().await?;
        Ok(Self::of(store))
    }
}
