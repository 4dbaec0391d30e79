//! Accounts of people.

pub(super) mod sign_up;
pub(super) mod verify;
