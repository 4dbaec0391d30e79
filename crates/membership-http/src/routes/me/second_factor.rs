//! One's second factors.

pub(in crate::routes) mod add_passkey;
pub(in crate::routes) mod codes;
pub(in crate::routes) mod confirm;
pub(in crate::routes) mod enrol;
pub(in crate::routes) mod offer_passkey;
pub(in crate::routes) mod proof;
pub(in crate::routes) mod proof_challenge;
pub(in crate::routes) mod read;
pub(in crate::routes) mod remove;
pub(in crate::routes) mod remove_passkey;
