//! What the database says, in the words of the ports.

use std::fmt::Display;

use membership_core::port::StoreError;
use sqlx::error::ErrorKind;
use sqlx::migrate::MigrateError;

// The primary result codes of SQLite (https://www.sqlite.org/rescode.html); the extended ones add higher bits.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NO_MEMORY: i32 = 7;
const IO_ERROR: i32 = 10;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;

/// Translates an error of the driver.
pub(crate) fn from_sqlx(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(refusal) => {
            if refusal.kind() == ErrorKind::UniqueViolation {
                return StoreError::Conflict;
            }
            let code = refusal.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
            match code & 0xff {
                BUSY | LOCKED | NO_MEMORY | FULL => StoreError::Busy(refusal.to_string()),
                IO_ERROR | CANNOT_OPEN => StoreError::Unavailable(refusal.to_string()),
                _ => StoreError::Corrupt(refusal.to_string()),
            }
        }
        sqlx::Error::PoolTimedOut => StoreError::Busy("no connection became free in time".to_owned()),
        sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_)
        | sqlx::Error::BeginFailed
        | sqlx::Error::InvalidSavePointStatement
        | sqlx::Error::Configuration(_) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Corrupt(error.to_string()),
    }
}

/// Translates an error of the migrations. The one that people meet is an older program on a newer database.
pub(crate) fn from_migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => from_sqlx(error),
        MigrateError::VersionMissing(version) => StoreError::Corrupt(format!(
            "it was written by a newer release: migration {version} is unknown to this one; start that release, or \
             restore a backup that this one has made"
        )),
        MigrateError::VersionMismatch(version) => {
            StoreError::Corrupt(format!("migration {version} was applied in another wording than this release has"))
        }
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// What is stored cannot be understood.
pub(crate) fn corrupt(what: impl Display) -> StoreError {
    StoreError::Corrupt(what.to_string())
}

/// The file system does not let the database be reached.
pub(crate) fn from_io(error: std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Busy(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}
