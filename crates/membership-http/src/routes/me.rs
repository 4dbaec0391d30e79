//! Oneself.

pub(super) mod invitations;
pub(super) mod memberships;
pub(super) mod read;
pub(super) mod update;
