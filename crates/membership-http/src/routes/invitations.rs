//! Invitations, for those who invite and those who are invited.

pub(super) mod accept;
pub(super) mod batch;
pub(super) mod create;
pub(super) mod decline;
pub(super) mod inspect;
pub(super) mod link;
pub(super) mod list;
pub(super) mod read;
pub(super) mod register;
pub(super) mod resend;
pub(super) mod revoke;
