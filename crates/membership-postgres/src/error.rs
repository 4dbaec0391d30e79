//! What a database error means to the service, told by SQLSTATE alone: a sharded database does not keep constraint
//! names.

use membership_core::port::StoreError;
use sqlx::migrate::MigrateError;

/// Says what a database error means.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => by_sqlstate(&code, error.message()),
            None => StoreError::Corrupt(error.to_string()),
        },
        sqlx::Error::PoolTimedOut => StoreError::Busy("no connection became free in time".to_owned()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => StoreError::Unavailable(error.to_string()),
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// The classes of <https://www.postgresql.org/docs/current/errcodes-appendix.html> that have a meaning of their own.
fn by_sqlstate(code: &str, message: &str) -> StoreError {
    let told = || format!("{message} (SQLSTATE {code})");
    match code {
        // Serialization failure, deadlock, lock time-out, unique violation: somebody else was first.
        "40001" | "40P01" | "55P03" | "23505" => StoreError::Conflict,
        // A statement or an idle transaction took longer than it may: the database has too much to do, or we have.
        "57014" | "25P03" => StoreError::Busy(told()),
        _ if code.starts_with("53") => StoreError::Busy(told()),
        _ if code.starts_with("08") || code.starts_with("57P0") => StoreError::Unavailable(told()),
        _ => StoreError::Corrupt(told()),
    }
}

/// Says what a failed migration means.
pub(crate) fn migration_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::Corrupt(format!(
            "the database has been upgraded by a newer release (migration {version} is unknown to this one); start \
             that release or a later one"
        )),
        MigrateError::VersionMismatch(version) => StoreError::Corrupt(format!(
            "migration {version} was applied to the database in another form than this release carries"
        )),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => store_error(error),
        other => StoreError::Corrupt(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstates_mean_what_the_service_does_about_them() {
        for code in ["40001", "40P01", "55P03", "23505"] {
            assert!(matches!(by_sqlstate(code, ""), StoreError::Conflict), "{code}");
        }
        for code in ["53300", "53100", "57014", "25P03"] {
            assert!(matches!(by_sqlstate(code, ""), StoreError::Busy(_)), "{code}");
        }
        for code in ["08006", "57P01", "57P03"] {
            assert!(matches!(by_sqlstate(code, ""), StoreError::Unavailable(_)), "{code}");
        }
        for code in ["23503", "23514", "42P01", "22021"] {
            assert!(matches!(by_sqlstate(code, ""), StoreError::Corrupt(_)), "{code}");
        }
        assert!(matches!(store_error(sqlx::Error::PoolTimedOut), StoreError::Busy(_)));
        assert!(matches!(store_error(sqlx::Error::PoolClosed), StoreError::Unavailable(_)));
        assert!(matches!(store_error(sqlx::Error::RowNotFound), StoreError::Corrupt(_)));
    }
}
