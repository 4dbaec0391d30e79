//! Setting up many people at once.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod result;
pub(crate) mod template;
pub(crate) mod undo;
