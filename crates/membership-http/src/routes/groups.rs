//! Groups of members.

pub(super) mod add_member;
pub(super) mod addresses;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod export;
pub(super) mod list;
pub(super) mod members;
pub(super) mod read;
pub(super) mod remove_member;
pub(super) mod update;
