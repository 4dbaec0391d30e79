//! Records of the host application: which ones there are, how far one reaches each, and with whom they are shared (S3.4).

pub(crate) mod list;
pub(crate) mod record;
pub(crate) mod sharing;

use membership_core::id::OrganizationId;
use membership_core::resource::{Level, ResourceName};

use crate::words::Words;

/// Where the records of an organization are.
pub(crate) fn all_of(organization: OrganizationId) -> String {
    format!("/organizations/{organization}/records")
}

/// Where a record is. Its name holds nothing that a path would have to escape.
pub(crate) fn place_of(organization: OrganizationId, name: &ResourceName) -> String {
    format!("{}/{name}", all_of(organization))
}

/// What one may do with a record at a level.
pub(crate) fn level_word(words: Words, level: Level) -> String {
    words.t(&format!("level-{}", level.as_str()))
}
