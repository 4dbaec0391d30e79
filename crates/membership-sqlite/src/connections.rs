//! How the file is opened: one connection that writes and a few that only read.

use std::path::Path;
use std::time::Duration;

use membership_core::port::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlitePool};

use crate::error::{from_io, from_sqlx};

/// How long a caller waits for the writer, or for a reader, before the store says that it is busy.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(5);

const READERS: u32 = 4;

/// After a checkpoint the write-ahead log is cut to this many bytes.
const LARGEST_IDLE_LOG: &str = "67108864";

/// What every connection has in common. `FULL` makes a commit wait for the disk, so that what was acknowledged survives
/// a power cut (I5); in WAL mode SQLite's default would not wait.
pub(crate) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(LONGEST_WAIT)
        .pragma("journal_size_limit", LARGEST_IDLE_LOG)
}

/// The pool of one that all writing goes through: whoever has its connection keeps the other writers out.
pub(crate) fn writer(path: &Path) -> SqlitePool {
    pool(1).connect_lazy_with(options(path))
}

/// The pool of connections that cannot write.
pub(crate) fn readers(path: &Path) -> SqlitePool {
    pool(READERS).connect_lazy_with(options(path).pragma("query_only", "ON"))
}

/// A connection goes back into its pool only if it has left its transaction. After an I/O error SQLite may have ended
/// the transaction by itself while the driver still counts one: such a connection is replaced by a new one.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(LONGEST_WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// Puts the file into WAL mode, which it keeps. SQLite does not wait for the lock that this takes, so that two programs
/// that start at once must: hence the repeats.
pub(crate) async fn enter_wal_mode(path: &Path) -> Result<(), StoreError> {
    let options = options(path).journal_mode(SqliteJournalMode::Wal);
    let pause = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match options.connect().await.map_err(from_sqlx) {
            Ok(connection) => return connection.close().await.map_err(from_sqlx),
            Err(StoreError::Busy(_)) if waited < LONGEST_WAIT => {
                tokio::time::sleep(pause).await;
                waited = waited.saturating_add(pause);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Makes the file, readable by its owner only, and the folders above it. SQLite gives the write-ahead log the rights of
/// the file. A file that is there already is left as it is.
pub(crate) fn create_private_file(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(from_io)?;
    }
    match create_new_private_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map_err(from_io),
    }
}

/// Makes an empty file, readable by its owner only, where there must be none.
pub(crate) fn create_new_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn i5_commits_wait_for_the_disk_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = crate::SqliteStore::open_file(folder.path().join("x.sqlite")).await.unwrap();
        for (pool, query_only) in [(&store.writer, 0), (&store.readers, 1)] {
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await.unwrap();
            let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(pool).await.unwrap();
            let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(pool).await.unwrap();
            let reads_only: i64 = sqlx::query_scalar("PRAGMA query_only").fetch_one(pool).await.unwrap();
            assert_eq!((mode.as_str(), synchronous, foreign_keys, reads_only), ("wal", 2, 1, query_only));
        }
        assert!(sqlx::query("CREATE TABLE t (x)").execute(&store.readers).await.is_err());
    }
}
