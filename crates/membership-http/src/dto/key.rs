//! Keys on the wire. A key's text is in one answer and nowhere else (I12).

use std::collections::BTreeSet;

use membership_core::api_key::NewKey;
use membership_core::id::ApiKeyId;
use membership_core::input::InvalidInput;
use membership_core::name::KeyName;
use membership_core::role::Permission;
use membership_core::secret::KeyText;
use membership_core::service::KeyView;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// A key to be made: one's own, always.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRequest {
    /// What it is for.
    name: String,
    /// What it may do at most, such as `members:invite`; nothing that one does not hold oneself.
    scopes: Vec<String>,
    /// For how many days, up to 366; 90 if no number is named.
    expires_in_days: Option<i64>,
}

impl KeyRequest {
    /// What the key is to be, under this id and with the hash of this text.
    pub(crate) fn key(&self, id: ApiKeyId, text: &KeyText) -> Result<NewKey, InvalidInput> {
        let scope = |text: &String| Permission::parse(text).map_err(|it| it.about("scopes"));
        let scopes = self.scopes.iter().map(scope).collect::<Result<BTreeSet<_>, _>>()?;
        let days = self.expires_in_days.map(|days| u16::try_from(days).unwrap_or(0));
        Ok(NewKey { id, name: KeyName::parse(&self.name)?, scopes, days, token: text.hash() })
    }
}

/// A key, without its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct Key {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    /// The name of whoever made it, if that person is still there.
    #[schema(required)]
    made_by: Option<String>,
    /// Whether it could be used now: it is neither over nor revoked, and whoever made it may still act.
    usable: bool,
    /// Whether the organization asks for a second factor now and the key was made without one: then it is refused what
    /// its maker would be refused (`key-needs-second-factor`).
    needs_second_factor: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// When it was last used, give or take an hour.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    last_used_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    revoked_at: Option<OffsetDateTime>,
}

impl From<&KeyView> for Key {
    fn from(view: &KeyView) -> Self {
        let key = &view.key;
        Self {
            id: key.id.0,
            name: key.name.to_string(),
            scopes: key.scopes.iter().map(ToString::to_string).collect(),
            made_by: view.maker.clone(),
            usable: view.is_usable,
            needs_second_factor: view.needs_second_factor,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// An organization's keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct Keys {
    /// Those that live first, then those that ended within the last 30 days.
    pub(crate) items: Vec<Key>,
    /// What the caller could narrow a new key to; empty if they may make none.
    pub(crate) offered_scopes: Vec<String>,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedKey {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// The key itself, this once.
    #[schema(format = Password)]
    secret: String,
}

impl CreatedKey {
    pub(crate) fn new(key: &membership_core::api_key::ApiKey, text: &KeyText) -> Self {
        Self {
            id: key.id.0,
            name: key.name.to_string(),
            scopes: key.scopes.iter().map(ToString::to_string).collect(),
            expires_at: key.expires_at,
            secret: text.expose().to_owned(),
        }
    }
}
