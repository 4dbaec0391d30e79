//! What is on the wire: the only types that are serialized, each made from or into those of the core.

pub(crate) mod access_check;
pub(crate) mod account;
pub(crate) mod attendance;
pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod field;
pub(crate) mod import;
pub(crate) mod invitation;
pub(crate) mod joining;
pub(crate) mod key;
pub(crate) mod login_clear;
pub(crate) mod member;
pub(crate) mod new_member;
pub(crate) mod organization;
pub(crate) mod page;
pub(crate) mod policy;
pub(crate) mod problem;
pub(crate) mod record;
pub(crate) mod roster;
pub(crate) mod second_factor;
pub(crate) mod set_up;
pub(crate) mod subscription;
pub(crate) mod template;
pub(crate) mod user;
