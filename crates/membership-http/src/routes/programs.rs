//! Programs that members attend.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod read;
pub(super) mod replace;
