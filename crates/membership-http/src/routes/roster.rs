//! The members without a login, and the rounds of mail to them.

pub(super) mod export_report;
pub(super) mod read_roster;
pub(super) mod report;
pub(super) mod rounds;
pub(super) mod start_round;
