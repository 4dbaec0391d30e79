//! What only the operator of the deployment does.

pub(super) mod found;
pub(super) mod keys;
pub(super) mod list;
pub(super) mod owner;
pub(super) mod owner_invitation;
pub(super) mod read;
pub(super) mod second_factors;
pub(super) mod subscription;
