//! The texts of an organization's mails.

pub(super) mod list;
pub(super) mod preview;
pub(super) mod put;
pub(super) mod read;
pub(super) mod reset;
