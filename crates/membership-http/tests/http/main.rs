//! The API over a store in memory, request by request.

mod bad_input;
mod coverage;
mod idempotency;
mod invitations;
mod operator;
mod organizations;
mod people;
mod protection;
mod site;
