//! All ports of storage together, as one deployment has them.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use membership_core::port::{Clock, Directory, Mailbox, Outbox, Store, Upkeep};

use crate::memory::MemoryStore;

/// The ports of storage of one deployment.
#[derive(Clone)]
pub struct Stores {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Where lists are read.
    pub directory: Arc<dyn Directory>,
    /// What audits and sweeps need.
    pub upkeep: Arc<dyn Upkeep>,
    /// The messages that wait to be sent.
    pub outbox: Arc<dyn Outbox>,
    /// The development mailbox.
    pub mailbox: Arc<dyn Mailbox>,
    kept: Option<Arc<dyn Any + Send + Sync>>,
}

impl Stores {
    /// All ports of one store.
    pub fn of<S>(store: Arc<S>) -> Self
    where
        S: Store + Directory + Upkeep + Outbox + Mailbox + 'static,
    {
        Self {
            store: store.clone(),
            directory: store.clone(),
            upkeep: store.clone(),
            outbox: store.clone(),
            mailbox: store,
            kept: None,
        }
    }

    /// All ports of a new store in memory.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self::of(Arc::new(MemoryStore::new(clock)))
    }

    /// The same ports with another store in front.
    #[must_use]
    pub fn with_store(self, store: Arc<dyn Store>) -> Self {
        Self { store, ..self }
    }

    /// The same ports, which keep something alive as long as they are in use: a folder, or a database server.
    #[must_use]
    pub fn keeping(mut self, what: impl Any + Send + Sync) -> Self {
        self.kept = Some(Arc::new(what));
        self
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").finish_non_exhaustive()
    }
}
