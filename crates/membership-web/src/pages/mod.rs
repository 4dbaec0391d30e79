//! The pages, one a file: `GET` shows, `POST` acts.

pub(crate) mod account;
pub(crate) mod attending;
pub(crate) mod importing;
pub(crate) mod invitation;
pub(crate) mod mailbox;
pub(crate) mod operator;
pub(crate) mod organization;
pub(crate) mod organizations;
pub(crate) mod records;
