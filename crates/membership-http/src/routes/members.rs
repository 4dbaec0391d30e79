//! The members of an organization.

pub(super) mod allocate_seat;
pub(super) mod create;
pub(super) mod export;
pub(super) mod list;
pub(super) mod login;
pub(super) mod reactivate;
pub(super) mod read;
pub(super) mod release_seat;
pub(super) mod remove;
pub(super) mod set_up_link;
pub(super) mod sign_out;
pub(super) mod suspend;
pub(super) mod update;
