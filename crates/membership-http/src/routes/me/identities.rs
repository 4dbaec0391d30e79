//! What opens one's own account besides a password.

pub(in crate::routes) mod list;
pub(in crate::routes) mod unlink;
