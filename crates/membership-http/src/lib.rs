//! The HTTP API: handlers that parse, run a command and map the answer.

pub mod identity;
