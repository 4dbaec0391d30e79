//! Oneself.

pub(super) mod accept;
pub(super) mod emails;
pub(super) mod identities;
pub(super) mod invitations;
pub(super) mod memberships;
pub(super) mod password;
pub(super) mod read;
pub(super) mod second_factor;
pub(super) mod update;
