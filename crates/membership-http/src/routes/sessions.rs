//! Dated sessions of programs, and who is enrolled.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod enrol;
pub(super) mod enrolments;
pub(super) mod list;
pub(super) mod read;
pub(super) mod replace;
pub(super) mod withdraw_group;
pub(super) mod withdraw_member;
