//! Make and revoke keys of the operator, to be used beside the token that is configured.

use crate::api_key::{ApiKey, Maker, NewKey, room_for_another, unknown_scope};
use crate::authority::operator_may;
use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, KeyScope, Scope};
use crate::id::ApiKeyId;
use crate::refusal::Refusal;
use crate::role::Permission;

/// Make a key of the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOperatorKey {
    /// The operator.
    pub by: Actor,
    /// What it is to be.
    pub key: NewKey,
}

impl Command for CreateOperatorKey {
    type Reply = ApiKey;

    fn scope(&self) -> Scope {
        Scope { operator_keys: KeyScope::all(), ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<ApiKey>, Refusal> {
        let made_by = match self.by {
            Actor::Operator(user) => Maker::Operator(user),
            Actor::OperatorKey(_) => return Err(Refusal::NotByKey),
            _ => return Err(Refusal::OperatorOnly),
        };
        if let Some(unknown) = self.key.scopes.iter().find(|it| !Permission::OF_THE_OPERATOR.contains(it)) {
            return Err(unknown_scope(unknown));
        }
        let key = self.key.row(made_by, facts.now)?;
        room_for_another(&facts.operator_keys, facts.now)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::OperatorKeyCreated { key: key.clone() });
        Ok(draft.reply(key))
    }
}

/// Revoke a key of the operator, from the next request on (I8). Revoking a dead one changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeOperatorKey {
    /// The operator.
    pub by: Actor,
    /// Which key.
    pub key: ApiKeyId,
}

impl Command for RevokeOperatorKey {
    type Reply = ();

    fn scope(&self) -> Scope {
        let mut scope = Scope { operator_keys: KeyScope::of(self.key), ..Scope::default() };
        scope.include(self.by);
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        operator_may(facts, self.by, &Permission::OPERATE_KEYS)?;
        let is_alive = facts.operator_key(self.key)?.is_alive(facts.now);
        let mut draft = Draft::new(facts, self.by);
        if is_alive {
            draft.record(Event::OperatorKeyRevoked { key: self.key });
        }
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::command::SetSubscription;
    use crate::fixture::{NOW, ORGANIZATION, after, at, by, founded, outcome};
    use crate::name::KeyName;
    use crate::secret::TokenHash;
    use crate::subscription::Terms;

    const KEY: ApiKeyId = ApiKeyId(Uuid::from_u128(0x6_0001));

    fn create(who: Actor, scopes: &[Permission]) -> CreateOperatorKey {
        let key = NewKey {
            id: KEY,
            name: KeyName::parse("Billing").unwrap(),
            scopes: scopes.iter().cloned().collect(),
            days: Some(1),
            token: TokenHash([9; 32]),
        };
        CreateOperatorKey { by: who, key }
    }

    #[test]
    fn only_the_operator_makes_keys_of_the_operator() {
        let facts = founded("team");
        let scopes = [Permission::SET_SUBSCRIPTIONS];
        assert_eq!(outcome(&create(Actor::Operator(None), &scopes), &facts), "ok");
        assert_eq!(outcome(&create(by(10), &scopes), &facts), "operator-only");
        assert_eq!(outcome(&create(Actor::OperatorKey(KEY), &scopes), &facts), "not-by-key");
        assert_eq!(outcome(&create(Actor::Operator(None), &[Permission::INVITE]), &facts), "invalid-input");
        assert_eq!(outcome(&create(Actor::Operator(None), &[]), &facts), "invalid-input");
    }

    #[test]
    fn a_key_of_the_operator_does_what_it_is_for_until_it_ends() {
        let made = |scope: Permission| after(create(Actor::Operator(None), &[scope]).decide(&founded("team")));
        let sell = SetSubscription {
            organization: ORGANIZATION,
            by: Actor::OperatorKey(KEY),
            terms: Terms::of_seats(Some(5)),
            expected: None,
        };
        let facts = made(Permission::SET_SUBSCRIPTIONS);
        assert_eq!(outcome(&sell, &facts), "ok");
        assert_eq!(outcome(&sell, &made(Permission::ASSIGN_OWNERS)), "permission-missing");
        assert_eq!(outcome(&sell, &founded("team")), "not-signed-in");
        assert_eq!(outcome(&sell, &at(facts.clone(), NOW + Duration::days(1))), "not-signed-in");
        let actor = sell.decide(&facts).unwrap().actor;
        assert_eq!((actor.kind, actor.name.as_deref()), ("operator-key", Some("Billing")));
        let revoke = |who| RevokeOperatorKey { by: who, key: KEY };
        assert_eq!(outcome(&revoke(Actor::OperatorKey(KEY)), &facts), "permission-missing");
        assert_eq!(outcome(&revoke(by(10)), &facts), "operator-only");
        let revoked = after(revoke(Actor::Operator(None)).decide(&facts));
        assert_eq!(outcome(&sell, &revoked), "not-signed-in");
    }
}
