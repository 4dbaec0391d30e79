//! Rows of records and their shares.

use membership_core::port::StoreError;
use membership_core::resource::{Holder, Level, Resource, ResourceName, Share};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Guarded, Instant, damaged, named};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ResourceRow {
    #[serde(rename = "type")]
    kind: String,
    key: String,
    restricted: bool,
    created_at: Instant,
    version: u64,
}

/// The columns of [`ResourceRow`], of a table called `r`.
macro_rules! resource_columns {
    () => {
        concat!(
            "r.type, r.key, r.restricted, ",
            $crate::statement::micros!("r.created_at"),
            " AS created_at, r.version"
        )
    };
}

impl From<&Resource> for ResourceRow {
    fn from(it: &Resource) -> Self {
        Self {
            kind: it.name.kind().to_owned(),
            key: it.name.id().to_owned(),
            restricted: it.restricted,
            created_at: it.created_at.into(),
            version: it.version,
        }
    }
}

/// A row's key with the version that the row must have.
#[derive(Debug, Serialize)]
pub(crate) struct ResourceKey {
    #[serde(rename = "type")]
    kind: String,
    key: String,
}

impl ResourceRow {
    /// The record of that name, to be taken away.
    pub(crate) fn gone(name: &ResourceName, version: u64) -> Guarded<ResourceKey> {
        let row = ResourceKey { kind: name.kind().to_owned(), key: name.id().to_owned() };
        Guarded { expected: Some(version), row }
    }

    pub(crate) fn resource(self) -> Result<Resource, StoreError> {
        Ok(Resource {
            name: name(&self.kind, &self.key)?,
            restricted: self.restricted,
            created_at: self.created_at.0,
            version: self.version,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ShareRow {
    #[serde(rename = "type")]
    kind: String,
    key: String,
    holder_kind: String,
    holder_id: Uuid,
    level: String,
    version: u64,
}

/// The columns of [`ShareRow`], of a table called `s`.
macro_rules! share_columns {
    () => {
        "s.type, s.key, s.holder_kind, s.holder_id, s.level, s.version"
    };
}

impl From<&Share> for ShareRow {
    fn from(it: &Share) -> Self {
        Self {
            kind: it.resource.kind().to_owned(),
            key: it.resource.id().to_owned(),
            holder_kind: it.holder.kind().to_owned(),
            holder_id: it.holder.id(),
            level: it.level.as_str().to_owned(),
            version: it.version,
        }
    }
}

/// A share's key.
#[derive(Debug, Serialize)]
pub(crate) struct ShareKey {
    #[serde(rename = "type")]
    kind: String,
    key: String,
    holder_kind: &'static str,
    holder_id: Uuid,
}

impl ShareRow {
    /// The share of that record with that holder, to be taken away.
    pub(crate) fn gone(name: &ResourceName, holder: Holder, version: u64) -> Guarded<ShareKey> {
        let row = ShareKey {
            kind: name.kind().to_owned(),
            key: name.id().to_owned(),
            holder_kind: holder.kind(),
            holder_id: holder.id(),
        };
        Guarded { expected: Some(version), row }
    }

    pub(crate) fn share(self) -> Result<Share, StoreError> {
        Ok(Share {
            resource: name(&self.kind, &self.key)?,
            holder: Holder::of(&self.holder_kind, self.holder_id)
                .ok_or_else(|| damaged("a kind of holder", &self.holder_kind))?,
            level: named("a level", &self.level, &Level::ALL, Level::as_str)?,
            version: self.version,
        })
    }
}

fn name(kind: &str, id: &str) -> Result<ResourceName, StoreError> {
    ResourceName::parse(kind, id).map_err(|_| damaged("a record's name", &format!("{kind}/{id}")))
}

pub(crate) use {resource_columns, share_columns};
