//! The store of a single server: everything in one SQLite file, written through one connection.
//!
//! ```
//! # async fn example() -> Result<(), membership_core::port::StoreError> {
//! use membership_sqlite::SqliteStore;
//!
//! let store = SqliteStore::open_file("data/membership.sqlite").await?;
//! store.migrate().await?;
//! # Ok(())
//! # }
//! ```
//!
//! How the contract of [`Store`](membership_core::port::Store) is kept:
//! - A session is a `BEGIN IMMEDIATE` on the only connection that writes, so that it keeps every other writer out, those
//!   of other processes included. Waiting for it ends after five seconds with
//!   [`StoreError::Busy`].
//! - A session that is dropped, or whose task is aborted, is rolled back before the connection serves the next one.
//! - Reads use other connections, which cannot write, and see one snapshot each.

mod changes;
mod connections;
mod copy;
mod directory;
mod error;
mod facts;
mod mailbox;
mod outbox;
#[cfg(test)]
mod plans;
mod rows;
mod store;
mod upkeep;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use membership_core::port::{self, Clock, StoreError};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Sqlite, SqlitePool, Transaction};
use time::OffsetDateTime;

use crate::error::{from_io, from_migration, from_sqlx};
use membership_core::system::SystemClock;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Everything that the ports of storage ask for, in one SQLite file. Clones share their connections.
#[derive(Clone)]
pub struct SqliteStore {
    path: PathBuf,
    writer: SqlitePool,
    readers: SqlitePool,
    clock: Arc<dyn Clock>,
}

impl SqliteStore {
    /// Opens the file. If there is none it is made, readable by its owner only, and so are the folders above it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the file cannot be made or opened, [`StoreError::Corrupt`] if it is no database.
    pub async fn open_file(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        connections::create_private_file(&path)?;
        connections::enter_wal_mode(&path).await?;
        let (writer, readers) = (connections::writer(&path), connections::readers(&path));
        Ok(Self { path, writer, readers, clock: Arc::new(SystemClock) })
    }

    /// Opens the file that a URL such as `sqlite:///var/lib/membership/membership.sqlite` names.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the URL is none, or names a database in memory; besides, those of
    /// [`SqliteStore::open_file`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url).map_err(from_sqlx)?;
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        if !url.starts_with("sqlite:") || in_memory || options.get_filename().as_os_str().is_empty() {
            return Err(StoreError::Unavailable("the URL must name a file, such as `sqlite://data/x.sqlite`".into()));
        }
        Self::open_file(options.get_filename()).await
    }

    /// The same store with another clock, by which every fact and lease is judged.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Brings the tables to the state that this release needs. Several processes may do so at once, and one that was
    /// killed half-way has changed nothing.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a newer release has written the file; besides, any [`StoreError`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin_writing().await?;
        MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(from_migration)?;
        transaction.commit().await.map_err(from_sqlx)
    }

    /// Writes a copy of one moment into a new file, readable by its owner only. Nobody has to wait for it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the file is there already or cannot be made; besides, any [`StoreError`]. Nothing
    /// is left of a copy that failed.
    pub async fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        let Some(name) = path.to_str() else {
            return Err(StoreError::Unavailable(format!("`{}` is not a name in UTF-8", path.display())));
        };
        connections::create_new_private_file(path).map_err(from_io)?;
        let copied = self.copy_to(name).await;
        if copied.is_err() {
            // What failed is told already; a file that cannot be removed either would only hide it.
            let _ = std::fs::remove_file(path);
        }
        copied
    }

    async fn copy_to(&self, name: &str) -> Result<(), StoreError> {
        let mut connection = connections::options(&self.path).connect().await.map_err(from_sqlx)?;
        sqlx::query("VACUUM INTO ?1").bind(name).execute(&mut connection).await.map_err(from_sqlx)?;
        connection.close().await.map_err(from_sqlx)?;
        std::fs::File::open(name).and_then(|file| file.sync_all()).map_err(from_io)
    }

    /// Now, in whole microseconds.
    fn now(&self) -> OffsetDateTime {
        port::to_micros(self.clock.now())
    }

    /// Begins to write as soon as nobody else does.
    async fn begin_writing(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let begun = tokio::time::timeout(connections::LONGEST_WAIT, self.writer.begin_with("BEGIN IMMEDIATE")).await;
        begun.map_err(|_| StoreError::Busy("the writer did not become free in time".to_owned()))?.map_err(from_sqlx)
    }

    /// Begins to read; what is read is of one moment, that of the first statement.
    async fn begin_reading(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.readers.begin().await.map_err(from_sqlx)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}
