//! Signing in and out.

pub(super) mod create;
pub(super) mod end;
pub(super) mod end_one;
pub(super) mod end_others;
pub(super) mod list;
pub(super) mod passkey;
pub(super) mod passkey_challenge;
pub(super) mod second_factor;
