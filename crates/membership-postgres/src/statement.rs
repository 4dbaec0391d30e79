//! Every statement the store runs: a constant with a name and a route, so that a lint can read all of them and nothing
//! reaches the database past it.

use membership_core::port::StoreError;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::types::Json;
use sqlx::{Postgres, Row};

use crate::distribution::Group;
use crate::error::store_error;

/// How a statement finds its shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// By equality of each table's distribution column with a parameter; all tables are of this group.
    By(Group),
    /// By asking every shard of one group: allowed to sweeps and to the operator's lists of the whole deployment, never in
    /// a request of anybody else.
    FanOut(Group),
    /// It touches no table.
    Nowhere,
}

/// A statement of this store.
#[derive(Debug)]
pub(crate) struct Statement {
    /// What messages and lints call it.
    pub(crate) name: &'static str,
    /// How it finds its shard.
    #[cfg_attr(not(test), expect(dead_code, reason = "a promise that the lint reads and holds the text to"))]
    pub(crate) route: Route,
    /// Its text.
    pub(crate) sql: &'static str,
}

/// A statement with its parameters.
pub(crate) type Bound = Query<'static, Postgres, PgArguments>;

impl Statement {
    /// Ready to have its parameters bound.
    pub(crate) fn query(&self) -> Bound {
        sqlx::query(self.sql)
    }
}

/// Runs a statement whose rows are one JSON column each, and reads them.
pub(crate) async fn fetch<T>(connection: &mut PgConnection, query: Bound) -> Result<Vec<T>, StoreError>
where
    T: DeserializeOwned + Send + Unpin,
{
    let rows = query.fetch_all(connection).await.map_err(store_error)?;
    rows.iter().map(json).collect()
}

/// Runs a statement that yields at most one row, of one JSON column.
pub(crate) async fn fetch_optional<T>(connection: &mut PgConnection, query: Bound) -> Result<Option<T>, StoreError>
where
    T: DeserializeOwned + Send + Unpin,
{
    let row = query.fetch_optional(connection).await.map_err(store_error)?;
    row.as_ref().map(json).transpose()
}

/// Runs a statement that yields exactly one row, of one JSON column.
pub(crate) async fn fetch_one<T>(connection: &mut PgConnection, query: Bound) -> Result<T, StoreError>
where
    T: DeserializeOwned + Send + Unpin,
{
    json(&query.fetch_one(connection).await.map_err(store_error)?)
}

/// Runs a statement that yields no rows; returns how many it wrote.
pub(crate) async fn execute(connection: &mut PgConnection, query: Bound) -> Result<u64, StoreError> {
    Ok(query.execute(connection).await.map_err(store_error)?.rows_affected())
}

/// Runs a guarded write that says itself how many guards held.
///
/// # Errors
/// [`StoreError::Conflict`] unless all did.
pub(crate) async fn write(connection: &mut PgConnection, query: Bound, guards: i64) -> Result<(), StoreError> {
    let row = query.fetch_one(connection).await.map_err(store_error)?;
    let held: i64 = row.try_get(0).map_err(store_error)?;
    if held == guards { Ok(()) } else { Err(StoreError::Conflict) }
}

fn json<T: DeserializeOwned>(row: &PgRow) -> Result<T, StoreError> {
    row.try_get::<Json<T>, _>(0).map(|Json(value)| value).map_err(store_error)
}

/// Declares the statements of a module, and `STATEMENTS`, the list of them for the lint.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident, $route:expr, $($sql:expr),+ $(,)?;)+) => {
        $($(#[$doc])* const $name: $crate::statement::Statement = $crate::statement::Statement {
            name: stringify!($name),
            route: $route,
            sql: concat!($($sql),+),
        };)+

        /// The statements of this module, for the lint.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[&$crate::statement::Statement] = &[$(&$name),+];
    };
}

/// A time column as microseconds since 1970, which is what the rows hold: exact, and in no format.
macro_rules! micros {
    ($column:literal) => {
        concat!("(extract(epoch FROM ", $column, ") * 1000000)::bigint")
    };
}

pub(crate) use {micros, statements};
