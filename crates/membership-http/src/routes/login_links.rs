//! Signing in by a link that was mailed.

pub(super) mod redeem;
pub(super) mod request;
