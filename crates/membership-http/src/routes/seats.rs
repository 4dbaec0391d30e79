//! Seats of an organization, several at once.

pub(super) mod allocate;
pub(super) mod waiting;
pub(super) mod when_full;
