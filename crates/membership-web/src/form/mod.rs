//! Forms: what was typed, who typed it, what is wrong with it, and how it is shown again.

pub(crate) mod field;
pub(crate) mod kept;
pub(crate) mod once;
pub(crate) mod posted;
pub(crate) mod problems;
pub(crate) mod token;
pub(crate) mod uploaded;

pub(crate) use field::{Boxes, Choice, Choices, Field};
pub(crate) use posted::Posted;
pub(crate) use problems::{Problems, Summary};
pub(crate) use uploaded::Uploaded;
