//! Records of a host application.

pub(super) mod list;
pub(super) mod put;
pub(super) mod read;
pub(super) mod remove;
pub(super) mod share;
pub(super) mod unshare;
