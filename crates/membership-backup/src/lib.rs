//! A backup of one organization as a file: JSON Lines that any program can read, with a header and an end by which one
//! that is cut off, edited or from a newer release is told apart (S3.8). `docs/backup.md` describes it for operators.
//!
//! The first line names format, version and time; then comes one line a row, each after what it belongs to; the last
//! line counts the rows and carries the SHA-256 of all lines before it. There is no secret in it: no password, no key,
//! nothing a link could be made of.

mod line;
mod read;
mod row;
mod write;

pub use line::VERSION;
pub use read::{Backup, BadBackup, read};
pub use write::Writer;
