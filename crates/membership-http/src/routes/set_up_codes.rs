//! Codes that are typed in the place of a personal link.

pub(super) mod open;
