//! Make and revoke keys of an organization. A key is narrower than its maker, acts for them, and ends with them (A32,
//! A43, A44).

use crate::api_key::{ApiKey, Maker, NewKey, room_for_another, unknown_scope};
use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, KeyScope, Scope};
use crate::id::{ApiKeyId, OrganizationId};
use crate::refusal::Refusal;
use crate::role::Permission;

/// Make a key of the organization. It is always one's own: there is no making keys for others (A44).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateKey {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who makes it.
    pub by: Actor,
    /// What it is to be.
    pub key: NewKey,
}

impl Command for CreateKey {
    type Reply = ApiKey;

    fn scope(&self) -> Scope {
        let mut scope = acting(self.organization, self.by);
        scope.keys.all = true;
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<ApiKey>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::CreateKey)?;
        let member = authority.standing.member().ok_or(Refusal::NotByKey)?;
        for scope in &self.key.scopes {
            if !authority.knows(scope) {
                return Err(unknown_scope(scope));
            }
            if !authority.holds(scope) {
                return Err(Refusal::ScopeAboveYours { permission: scope.clone() });
            }
        }
        let two_factors = authority.two_factors;
        let key = ApiKey { two_factors, ..self.key.row(Maker::Member(member.id), facts.now)? };
        room_for_another(&facts.keys, facts.now)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ApiKeyCreated { key: key.clone() });
        Ok(draft.reply(key))
    }
}

/// Revoke a key of the organization, from the next request on (I8). Revoking a dead one changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeKey {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which key.
    pub key: ApiKeyId,
}

impl Command for RevokeKey {
    type Reply = ();

    fn scope(&self) -> Scope {
        let mut scope = acting(self.organization, self.by);
        scope.keys.ids.push(self.key);
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::RevokeKey)?;
        let is_alive = facts.key(self.key)?.is_alive(facts.now);
        let mut draft = Draft::new(facts, self.by);
        if is_alive {
            draft.record(Event::ApiKeyRevoked { key: self.key });
        }
        Ok(draft.reply(()))
    }
}

impl Authority<'_> {
    /// Whether a permission means anything in this organization.
    fn knows(&self, permission: &Permission) -> bool {
        let roles = self.head.organization.policy.role_scheme.roles();
        Permission::BUILT_IN.contains(permission) || roles.iter().any(|role| role.permits(permission))
    }

    /// What the actor could narrow a key of theirs to: what they hold now, in the order of the names.
    pub fn offered_scopes(&self) -> Vec<Permission> {
        let roles = self.head.organization.policy.role_scheme.roles();
        let by_role = roles.iter().flat_map(|role| role.permissions.iter().cloned());
        let mut all: Vec<_> = Permission::BUILT_IN.into_iter().chain(by_role).filter(|it| self.holds(it)).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// The scope that lists an organization's keys to an actor.
pub(crate) fn listing(organization: OrganizationId, by: Actor) -> Scope {
    let mut scope = acting(organization, by);
    scope.keys = KeyScope { all: true, ..scope.keys };
    scope
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::command::{ChangeRole, Command, Invite, Leave, Remove, Suspend, TransferOwnership};
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, founded, member, offer, outcome, role, with};
    use crate::name::KeyName;
    use crate::secret::TokenHash;

    fn key_id(number: u128) -> ApiKeyId {
        ApiKeyId(Uuid::from_u128(0x5_0000 + number))
    }

    fn new_key(number: u128, scopes: &[Permission]) -> NewKey {
        NewKey {
            id: key_id(number),
            name: KeyName::parse("Nightly import").unwrap(),
            scopes: scopes.iter().cloned().collect(),
            days: None,
            token: TokenHash([9; 32]),
        }
    }

    fn create(who: u128, scopes: &[Permission]) -> CreateKey {
        CreateKey { organization: ORGANIZATION, by: by(who), key: new_key(1, scopes) }
    }

    fn revoke(who: Actor) -> RevokeKey {
        RevokeKey { organization: ORGANIZATION, by: who, key: key_id(1) }
    }

    fn invite(role: &str) -> Invite {
        let offers = vec![offer(20, Some(role))];
        Invite { organization: ORGANIZATION, by: Actor::Key(key_id(1)), offers, all_or_none: true }
    }

    #[test]
    fn a44_a_key_is_made_by_whoever_may_and_never_wider_than_they_are() {
        let team = with(with(founded("team"), 2, "admin"), 3, "member");
        let unknown = Permission::parse("rockets:launch").unwrap();
        for (who, scopes, answer) in [
            (OWNER, vec![Permission::INVITE], "ok"),
            (2, vec![Permission::INVITE, Permission::MANAGE_KEYS], "ok"),
            (3, vec![Permission::VIEW_MEMBERS], "permission-missing"),
            (4, vec![Permission::VIEW_MEMBERS], "unknown-organization"),
            (OWNER, vec![], "invalid-input"),
            (OWNER, vec![unknown], "invalid-input"),
            (2, vec![Permission::OPERATE_KEYS], "invalid-input"),
        ] {
            assert_eq!(outcome(&create(who, &scopes), &team), answer, "{who} {scopes:?}");
        }
        let portal = with(founded("member_portal"), 2, "security_administrator");
        assert_eq!(outcome(&create(2, &[Permission::VIEW_AUDIT]), &portal), "permission-missing");
        for (days, answer) in [(0, "invalid-input"), (1, "ok"), (366, "ok"), (367, "invalid-input")] {
            let key = NewKey { days: Some(days), ..new_key(1, &[Permission::INVITE]) };
            let create = CreateKey { organization: ORGANIZATION, by: by(OWNER), key };
            assert_eq!(outcome(&create, &team), answer, "{days} days");
        }
    }

    /// What inviting a member of a team takes: the permission, and all that a member may.
    const FOR_MEMBERS: [Permission; 4] =
        [Permission::INVITE, Permission::VIEW_MEMBERS, Permission::READ_RECORDS, Permission::WRITE_RECORDS];

    #[test]
    fn a32_a_narrow_key_grants_nothing_strong() {
        let team = with(founded("team"), 2, "admin");
        let narrow = after(create(2, &[Permission::INVITE]).decide(&team));
        assert_eq!(outcome(&invite("member"), &narrow), "role-above-yours", "a member sees members, the key does not");
        let fits = after(create(2, &FOR_MEMBERS).decide(&team));
        assert_eq!(outcome(&invite("member"), &fits), "ok");
        assert_eq!(outcome(&invite("admin"), &fits), "role-above-yours");
        let other = after(create(2, &[Permission::VIEW_MEMBERS]).decide(&team));
        assert_eq!(outcome(&invite("member"), &other), "permission-missing");
        let of_owner = after(create(OWNER, &FOR_MEMBERS).decide(&team));
        assert_eq!(outcome(&invite("admin"), &of_owner), "role-above-yours", "an owner's key is no owner");
    }

    #[test]
    fn i8_a_key_holds_no_more_than_its_maker_holds_now() {
        let team = with(founded("team"), 2, "admin");
        let made = after(create(2, &FOR_MEMBERS).decide(&team));
        let demote = ChangeRole {
            organization: ORGANIZATION,
            by: by(OWNER),
            member: member(2),
            role: role("member"),
            expected: None,
        };
        let remove = Remove { organization: ORGANIZATION, by: by(OWNER), member: member(2), expected: None };
        let suspend = Suspend { organization: ORGANIZATION, by: by(OWNER), member: member(2) };
        for (changed, answer) in [
            (made.clone(), "ok"),
            (after(demote.decide(&made)), "permission-missing"),
            (after(remove.decide(&made)), "not-signed-in"),
            (after(suspend.decide(&made)), "membership-suspended"),
            (after(revoke(by(OWNER)).decide(&made)), "not-signed-in"),
            (at(made.clone(), NOW + Duration::days(90)), "not-signed-in"),
            (at(made.clone(), NOW + Duration::days(90) - Duration::microseconds(1)), "ok"),
        ] {
            assert_eq!(outcome(&invite("member"), &changed), answer);
        }
        let mut back = with(after(remove.decide(&made)), 2, "admin");
        back.members.iter_mut().filter(|it| it.id == member(2)).for_each(|it| it.id = member(99));
        assert_eq!(outcome(&invite("member"), &back), "not-signed-in", "whoever comes back is another member");
    }

    #[test]
    fn a_key_does_not_do_what_takes_a_person() {
        let all: Vec<_> = Permission::BUILT_IN.into();
        let team = with(founded("team"), 2, "admin");
        let facts = after(create(OWNER, &all).decide(&team));
        let key = Actor::Key(key_id(1));
        let another = CreateKey { organization: ORGANIZATION, by: key, key: new_key(2, &all) };
        assert_eq!(outcome(&another, &facts), "not-by-key");
        let transfer = TransferOwnership { organization: ORGANIZATION, by: key, member: member(2), expected: None };
        assert_eq!(outcome(&transfer, &facts), "not-by-key");
        let facts = after(create(2, &all).decide(&team));
        assert_eq!(outcome(&Leave { organization: ORGANIZATION, by: key }, &facts), "not-by-key");
        assert_eq!(outcome(&revoke(key), &facts), "ok");
    }

    #[test]
    fn a43_a_key_is_unknown_in_another_organization() {
        assert_eq!(outcome(&invite("member"), &founded("team")), "unknown-organization");
    }

    #[test]
    fn there_is_an_end_to_the_number_of_keys() {
        let mut facts = founded("team");
        for number in 0..u128::from(ApiKey::MOST_ALIVE) {
            let key = new_key(100 + number, &[Permission::INVITE]);
            facts = after(CreateKey { organization: ORGANIZATION, by: by(OWNER), key }.decide(&facts));
        }
        assert_eq!(outcome(&create(OWNER, &[Permission::INVITE]), &facts), "too-many-keys");
        let revoke = RevokeKey { organization: ORGANIZATION, by: by(OWNER), key: key_id(100) };
        assert_eq!(outcome(&create(OWNER, &[Permission::INVITE]), &after(revoke.decide(&facts))), "ok");
    }

    #[test]
    fn i15_the_log_names_the_key_and_on_whose_behalf_it_acts() {
        let team = with(founded("team"), 2, "admin");
        let made = create(2, &FOR_MEMBERS).decide(&team).unwrap();
        assert_eq!(made.accounts[0].event, "api-key-created");
        let actor = invite("member").decide(&made.after).unwrap().actor;
        assert_eq!((actor.kind, actor.key, actor.user), ("key", Some(key_id(1)), Some(crate::fixture::user(2))));
        assert_eq!(actor.name.as_deref(), Some("Nightly import (Person 2)"));
        let scopes: BTreeSet<_> = made.reply.scopes;
        assert_eq!(scopes.len(), FOR_MEMBERS.len());
    }
}
