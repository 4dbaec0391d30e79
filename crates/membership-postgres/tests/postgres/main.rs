//! The store on a real Postgres. `MEMBERSHIP_TEST_POSTGRES` names a server on which each test makes a database of its
//! own; `cargo xtask test` starts one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking, like a test"
)]

mod catalog;
mod concurrency;
mod directory;
mod fixtures;
mod guards;
mod mirrors;
mod outbox;
mod plans;
mod proxy;
mod round_trip;
mod round_trips;
mod server;
mod trusted_tokens;
mod upkeep;
