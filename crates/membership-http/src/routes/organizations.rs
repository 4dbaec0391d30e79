//! Organizations as wholes.

pub(super) mod access_checks;
pub(super) mod backup;
pub(super) mod change_policy;
pub(super) mod customize;
pub(super) mod delete;
pub(super) mod events;
pub(super) mod found;
pub(super) mod leave;
pub(super) mod policy;
pub(super) mod read;
pub(super) mod subscription;
pub(super) mod transfer;
