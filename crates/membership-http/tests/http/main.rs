//! The API over a store in memory, request by request.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails where it stumbles, helpers included"
)]

mod bad_input;
mod coverage;
mod exports;
mod idempotency;
mod invitations;
mod limits;
mod operator;
mod organizations;
mod people;
mod protection;
mod site;
