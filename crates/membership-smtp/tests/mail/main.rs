//! Mail, from the outbox to a mail server that really answers.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails where it stumbles, helpers included")]

mod conversation;
mod courier;
mod letters;
mod server;
mod world;
