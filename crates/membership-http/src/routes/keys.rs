//! Keys by which programs act in an organization.

pub(super) mod create;
pub(super) mod list;
pub(super) mod revoke;
