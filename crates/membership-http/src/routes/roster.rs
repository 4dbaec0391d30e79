//! The members without a login, and the rounds of mail to them.

pub(super) mod read_roster;
pub(super) mod rounds;
pub(super) mod start_round;
