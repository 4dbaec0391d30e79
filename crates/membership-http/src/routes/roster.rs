//! The members without a login, the rounds of mail to them, and how everybody comes to be one of them.

pub(super) mod clear_logins;
pub(super) mod clears;
pub(super) mod export_report;
pub(super) mod read_roster;
pub(super) mod report;
pub(super) mod rounds;
pub(super) mod start_round;
pub(super) mod undo_clear;
