//! The store on Postgres: the ports of `membership-core` over one database, or over one that is sharded by
//! organization.
//!
//! ```no_run
//! # async fn start() -> Result<(), membership_core::port::StoreError> {
//! use membership_postgres::{PostgresOptions, PostgresStore};
//!
//! let store = PostgresStore::connect("postgres://localhost/membership", PostgresOptions::default()).await?;
//! store.migrate().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What holds in this crate:
//!
//! - A session on an organization locks the organization's narrow row in `organization_seats` with the statement that
//!   reads its facts, and commits everything of it with one statement that writes this row last.
//! - Nothing rests on an isolation level, a trigger, a sequence, an advisory lock or a join over groups of tables:
//!   `distribution` says how the tables are placed on shards, and tests hold the schema and every statement to it.
//! - Every statement is a constant declared with `statements!`, with its route; there is no other way to the database.
//! - A conflict is told by counting rows or by SQLSTATE, never by the name of a constraint.

mod changes;
mod copy;
mod directory;
pub mod distribution;
mod error;
mod facts;
#[cfg(test)]
mod lint;
mod mailbox;
mod options;
mod outbox;
mod rows;
mod statement;
mod store;
mod upkeep;

pub use options::PostgresOptions;
pub use store::PostgresStore;
