//! The members without a login, and the rounds of mail to them.

pub(super) mod read;
pub(super) mod rounds;
pub(super) mod start_round;
