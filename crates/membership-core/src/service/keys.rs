//! Keys of organizations and of the operator: recognised on every request, listed without their texts.

use crate::api_key::ApiKey;
use crate::authority::{Action, Authority, Standing, operator_may};
use crate::command::keys::listing;
use crate::draft::Actor;
use crate::facts::{KeyScope, Scope};
use crate::id::{ApiKeyId, OrganizationId};
use crate::port::UsedKey;
use crate::role::Permission;
use crate::secret::{KeyKind, ShownKey};
use crate::service::{Failure, Memberships};

/// A key that was shown and holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCaller {
    /// Which key, of what.
    pub key: UsedKey,
    /// Whether it is time to write down that it is used, after the answer: [`Memberships::note_key_used`].
    pub to_be_noted: bool,
}

impl KeyCaller {
    /// Who acts, for commands.
    pub fn actor(self) -> Actor {
        match self.key {
            UsedKey::Organization(_, id) => Actor::Key(id),
            UsedKey::Operator(id) => Actor::OperatorKey(id),
        }
    }
}

/// A key as those see it who may see keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// The key; its text is nowhere.
    pub key: ApiKey,
    /// Who made it, if that person is still there.
    pub maker: Option<String>,
    /// Whether it is neither over nor revoked.
    pub is_alive: bool,
    /// Whether it could be used now: it is alive, and whoever made it may still act.
    pub is_usable: bool,
    /// Whether the organization refuses most of what it asks for, because it was made without a second factor.
    pub needs_second_factor: bool,
}

/// An organization's keys, and what a new one could be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyList {
    /// The keys, those that live first, then the latest.
    pub keys: Vec<KeyView>,
    /// What the viewer could narrow a new key to; empty if they may make none.
    pub offered_scopes: Vec<Permission>,
}

/// Every method may fail as the store.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Memberships {
    /// Which key was shown, if it holds now, in one read that one shard answers. Asked on every request (I8).
    pub async fn authenticate_key(&self, shown: ShownKey) -> Result<Option<KeyCaller>, Failure> {
        let found = match shown.kind {
            KeyKind::Organization => self.authenticate_own(shown).await?,
            KeyKind::Operator => self.authenticate_operators(shown).await?,
        };
        Ok(found)
    }

    async fn authenticate_own(&self, shown: ShownKey) -> Result<Option<KeyCaller>, Failure> {
        let organization = OrganizationId(shown.scope);
        let keys = KeyScope { shown: Some(shown.token), ..KeyScope::default() };
        let facts = self.ports.store.read(&Scope { keys, ..Scope::of(organization) }).await?;
        let Some(key) = facts.keys.iter().find(|key| key.token == shown.token) else { return Ok(None) };
        let holds = Standing::of(&facts, Actor::Key(key.id)).is_ok();
        let to_be_noted = key.is_to_be_noted(facts.now);
        Ok(holds.then_some(KeyCaller { key: UsedKey::Organization(organization, key.id), to_be_noted }))
    }

    async fn authenticate_operators(&self, shown: ShownKey) -> Result<Option<KeyCaller>, Failure> {
        let id = ApiKeyId(shown.scope);
        let scope = Scope { operator_keys: KeyScope::of(id), ..Scope::default() };
        let facts = self.ports.store.read(&scope).await?;
        let found = facts.operator_key(id).ok().filter(|key| key.token == shown.token && key.is_alive(facts.now));
        Ok(found.map(|key| KeyCaller { key: UsedKey::Operator(id), to_be_noted: key.is_to_be_noted(facts.now) }))
    }

    /// Writes down that a key is used, if that was not done within the hour. For the time after the answer.
    pub async fn note_key_used(&self, caller: KeyCaller) -> Result<(), Failure> {
        if caller.to_be_noted {
            self.ports.store.note_key_used(caller.key).await?;
        }
        Ok(())
    }

    /// An organization's keys.
    ///
    /// Refuses as [`Action::ViewKeys`].
    pub async fn keys(&self, organization: OrganizationId, by: Actor) -> Result<KeyList, Failure> {
        let facts = self.ports.store.read(&listing(organization, by)).await?;
        let authority = Authority::of(&facts, by)?;
        authority.may(Action::ViewKeys)?;
        let offered_scopes =
            if authority.may(Action::CreateKey).is_ok() { authority.offered_scopes() } else { Vec::new() };
        let view = |key: &ApiKey| KeyView {
            maker: key.made_by.member().and_then(|id| facts.member(id).ok()).map(|it| it.name.to_string()),
            is_alive: key.is_alive(facts.now),
            is_usable: Standing::of(&facts, Actor::Key(key.id)).is_ok(),
            needs_second_factor: Authority::of(&facts, Actor::Key(key.id))
                .is_ok_and(|authority| authority.awaits_second_factor().is_some()),
            key: key.clone(),
        };
        Ok(KeyList { keys: facts.keys.iter().map(view).collect(), offered_scopes })
    }

    /// The operator's keys.
    ///
    /// Refuses whoever is not the operator, and keys that are not for it.
    pub async fn operator_keys(&self, by: Actor) -> Result<Vec<KeyView>, Failure> {
        let mut scope = Scope { operator_keys: KeyScope::all(), ..Scope::default() };
        scope.include(by);
        let facts = self.ports.store.read(&scope).await?;
        operator_may(&facts, by, &Permission::OPERATE_KEYS)?;
        let view = |key: &ApiKey| {
            let is_alive = key.is_alive(facts.now);
            KeyView { maker: None, is_alive, is_usable: is_alive, needs_second_factor: false, key: key.clone() }
        };
        Ok(facts.operator_keys.iter().map(view).collect())
    }
}
