//! One's own addresses.

pub(in crate::routes) mod add;
pub(in crate::routes) mod make_primary;
pub(in crate::routes) mod remove;
pub(in crate::routes) mod verify;
