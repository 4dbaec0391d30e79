//! Reading a scope: a few statements, each by an index, none whose answer grows with the organization.

use std::collections::{BTreeSet, HashSet};

use membership_core::facts::{ClearPick, Facts, KeyScope, Receipt, ReceiptKey, RoundPick, Scope};
use membership_core::id::{GroupId, InvitationId, MemberId, OrganizationId, UserId};
use membership_core::invitation::{Invitation, InvitationState, Inviter};
use membership_core::name::Username;
use membership_core::port::StoreError;
use membership_core::quota::Bucket;
use membership_core::resource::ResourceName;
use membership_core::secret::TokenHash;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::directory::{clears, imports};
use crate::error::from_sqlx;
use crate::rows::{
    self, get, group_columns, head_columns, invitation_columns, key_columns, member_columns, micros, program_columns,
    resource_columns, round_columns, session_columns, share_columns, sign_in_columns, user_columns, wording_columns,
};

pub(crate) const HEAD: &str = concat!(
    "SELECT ",
    head_columns!(),
    " FROM organizations o JOIN organization_seats s ON s.organization_id = o.id WHERE o.id = ?1"
);
pub(crate) const MEMBERS_BY_ID: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.id IN (SELECT unhex(value) FROM json_each(?2))"
);
pub(crate) const MEMBERS_BY_USER: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.user_id IN (SELECT unhex(value) FROM json_each(?2))"
);
pub(crate) const MEMBERS_BY_EMAIL: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.email IN (SELECT value FROM json_each(?2))"
);
pub(crate) const MEMBERS_BY_NUMBER: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.number IN (SELECT value FROM json_each(?2))"
);
pub(crate) const BELONGS: &str = "SELECT o.user_id, o.organization_id FROM json_each(?1) json_each_users \
    CROSS JOIN user_organizations o ON o.user_id = unhex(json_each_users.value) AND o.organization_id IN \
    (SELECT n.organization_id FROM user_organizations n WHERE n.user_id = o.user_id ORDER BY n.organization_id LIMIT 2)";
pub(crate) const LAPSED_MEMBERS: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.deactivates_at IS NOT NULL AND m.status <> 'deactivated'",
    " AND m.deactivates_at <= ?2 ORDER BY m.deactivates_at LIMIT ?3"
);
pub(crate) const WAITING_MEMBERS: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.waits_since IS NOT NULL AND m.status = 'active'",
    " ORDER BY m.waits_since, m.id LIMIT ?2"
);
pub(crate) const INVITATIONS_BY_ID: &str = concat!(
    "SELECT ",
    invitation_columns!(),
    " FROM invitations i WHERE i.organization_id = ?1 AND i.id IN (SELECT unhex(value) FROM json_each(?2))"
);
pub(crate) const INVITATIONS_BY_EMAIL: &str = concat!(
    "SELECT ",
    invitation_columns!(),
    " FROM invitations i WHERE i.organization_id = ?1 AND i.state = 'pending'",
    " AND i.email IN (SELECT value FROM json_each(?2))"
);
pub(crate) const INVITATIONS_TO_OWNER: &str = concat!(
    "SELECT ",
    invitation_columns!(),
    " FROM invitations i WHERE i.organization_id = ?1 AND i.state = 'pending' AND i.for_owner"
);
pub(crate) const LAPSED_INVITATIONS: &str = concat!(
    "SELECT ",
    invitation_columns!(),
    " FROM invitations i WHERE i.organization_id = ?1 AND i.state = 'pending' AND i.expires_at <= ?2",
    " ORDER BY i.expires_at LIMIT ?3"
);
pub(crate) const ROUND_BY_ID: &str =
    concat!("SELECT ", round_columns!(), " FROM roster_rounds WHERE organization_id = ?1 AND id = ?2");
pub(crate) const LATEST_ROUND: &str =
    concat!("SELECT ", round_columns!(), " FROM roster_rounds WHERE organization_id = ?1 ORDER BY number DESC LIMIT 1");
pub(crate) const GROUPS_BY_ID: &str = concat!(
    "SELECT ",
    group_columns!(),
    " FROM groups g WHERE g.organization_id = ?1 AND g.id IN (SELECT unhex(value) FROM json_each(?2)) ORDER BY g.id"
);
pub(crate) const GROUP_MEMBERS: &str = "SELECT group_id, member_id, since FROM group_members \
    WHERE organization_id = ?1 AND group_id IN (SELECT unhex(value) FROM json_each(?2)) \
    AND member_id IN (SELECT unhex(value) FROM json_each(?3)) ORDER BY group_id, member_id";
pub(crate) const SESSIONS_BY_ID: &str = concat!(
    "SELECT ",
    session_columns!(),
    " FROM sessions e WHERE e.organization_id = ?1 AND e.id IN (SELECT unhex(value) FROM json_each(?2)) ORDER BY e.id"
);
pub(crate) const ENROLMENTS: &str = "SELECT session_id, member_id, since FROM enrolments \
    WHERE organization_id = ?1 AND session_id IN (SELECT unhex(value) FROM json_each(?2)) \
    AND member_id IN (SELECT unhex(value) FROM json_each(?3)) ORDER BY session_id, member_id";
pub(crate) const PROGRAMS_BY_ID: &str = concat!(
    "SELECT ",
    program_columns!(),
    " FROM programs p WHERE p.organization_id = ?1 AND p.id IN (SELECT unhex(value) FROM json_each(?2)) ORDER BY p.id"
);
pub(crate) const WORDINGS: &str = concat!(
    "SELECT ",
    wording_columns!(),
    " FROM wordings WHERE organization_id = ?1 AND id IN (SELECT unhex(value) FROM json_each(?2)) ORDER BY id"
);
pub(crate) const RESOURCES: &str = concat!(
    "SELECT ",
    resource_columns!(),
    " FROM json_each(?2) json_each_names CROSS JOIN resources r ON r.organization_id = ?1 AND r.type = json_each_names.value ->> 0",
    " AND r.key = json_each_names.value ->> 1"
);
pub(crate) const ALL_SHARES: &str = concat!(
    "SELECT ",
    share_columns!(),
    " FROM json_each(?2) json_each_names CROSS JOIN resource_shares x ON x.organization_id = ?1 AND x.type = json_each_names.value ->> 0",
    " AND x.key = json_each_names.value ->> 1"
);
pub(crate) const SHARES_OF_MEMBERS: &str = concat!(
    "SELECT ",
    share_columns!(),
    " FROM json_each(?2) json_each_names CROSS JOIN json_each(?3) json_each_members",
    " CROSS JOIN resource_shares x ON x.organization_id = ?1 AND x.type = json_each_names.value ->> 0",
    " AND x.key = json_each_names.value ->> 1 AND x.holder_kind = 'member' AND x.holder_id = unhex(json_each_members.value)"
);
pub(crate) const SHARES_OF_GROUPS: &str = concat!(
    "SELECT ",
    share_columns!(),
    " FROM json_each(?2) json_each_names CROSS JOIN resource_shares x ON x.organization_id = ?1",
    " AND x.type = json_each_names.value ->> 0 AND x.key = json_each_names.value ->> 1 AND x.holder_kind = 'group'",
    " AND EXISTS (SELECT 1 FROM json_each(?3) json_each_members CROSS JOIN group_members g ON g.organization_id = ?1",
    " AND g.group_id = x.holder_id AND g.member_id = unhex(json_each_members.value))"
);
pub(crate) const USERS_BY_ID: &str =
    concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id IN (SELECT unhex(value) FROM json_each(?1))");
pub(crate) const USERS_BY_EMAIL: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM users u WHERE u.id IN",
    " (SELECT e.user_id FROM user_emails e WHERE e.email IN (SELECT value FROM json_each(?1)))"
);
pub(crate) const USERS_BY_USERNAME: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM users u WHERE u.id IN",
    " (SELECT n.user_id FROM usernames n WHERE n.username IN (SELECT value FROM json_each(?1)))"
);
pub(crate) const USERS_BY_IDENTITY: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM users u WHERE u.id IN",
    " (SELECT i.user_id FROM identities i WHERE i.id IN (SELECT unhex(value) FROM json_each(?1)))"
);
pub(crate) const SIGN_IN: &str = concat!(
    "SELECT ",
    sign_in_columns!(),
    " FROM sign_ins n WHERE n.user_id = ?1 AND n.token_hash = ?2 AND n.ended_at IS NULL"
);
pub(crate) const LINKS_BY_USER: &str = "SELECT user_id, id, kind, generation, address, created_at, expires_at, \
    used_at, version FROM user_links WHERE user_id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY user_id, id";
pub(crate) const FACTORS_BY_USER: &str = "SELECT user_id, totp, passkeys, codes, version FROM second_factors \
    WHERE user_id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY user_id";
pub(crate) const SIGN_UP: &str =
    "SELECT id, email, name, password, language, created_at, expires_at FROM sign_ups WHERE id = ?1";
pub(crate) const KEYS_BY_ID: &str = concat!(
    "SELECT ",
    key_columns!("k.member_id", "k.two_factors"),
    " FROM api_keys k WHERE k.organization_id = ?1 AND k.id IN (SELECT unhex(value) FROM json_each(?2))"
);
pub(crate) const KEY_BY_TOKEN: &str = concat!(
    "SELECT ",
    key_columns!("k.member_id", "k.two_factors"),
    " FROM api_keys k WHERE k.organization_id = ?1 AND k.token_hash = ?2"
);
/// Those that live come first.
pub(crate) const KEYS: &str = concat!(
    "SELECT ",
    key_columns!("k.member_id", "k.two_factors"),
    " FROM api_keys k WHERE k.organization_id = ?1",
    " ORDER BY (k.revoked_at IS NULL AND k.expires_at > ?2) DESC, k.created_at DESC, k.id LIMIT ?3"
);
pub(crate) const OPERATOR_KEYS_BY_ID: &str = concat!(
    "SELECT ",
    key_columns!("k.user_id", "0"),
    " FROM operator_keys k WHERE k.deployment = 'operator' AND k.id IN (SELECT unhex(value) FROM json_each(?1))"
);
pub(crate) const OPERATOR_KEYS: &str = concat!(
    "SELECT ",
    key_columns!("k.user_id", "0"),
    " FROM operator_keys k WHERE k.deployment = 'operator'",
    " ORDER BY (k.revoked_at IS NULL AND k.expires_at > ?1) DESC, k.created_at DESC, k.id LIMIT ?2"
);
pub(crate) const ORGANIZATION_QUOTAS: &str = "SELECT subject_id, cause, seconds, empties_at FROM organization_quotas \
    WHERE organization_id = ?1 AND subject_id IN (SELECT unhex(value) FROM json_each(?2))";
pub(crate) const MAIL_QUOTAS: &str = "SELECT bucket, cause, seconds, empties_at FROM mail_quotas \
    WHERE bucket IN (SELECT value FROM json_each(?1))";
pub(crate) const INSTALLATION: &str = "SELECT user_id FROM installation WHERE key = 'first-operator'";
/// From the instant on at which it is over, a receipt is forgotten, whether or not a job has swept it away (I16).
pub(crate) const RECEIPT: &str = "SELECT fingerprint, answer, expires_at FROM idempotency_keys \
                                  WHERE scope_id = ?1 AND key = ?2 AND expires_at > ?3";

/// Reads the facts of a scope through a connection that is in a transaction.
pub(crate) async fn load(
    connection: &mut SqliteConnection,
    scope: &Scope,
    now: OffsetDateTime,
) -> Result<Facts, StoreError> {
    let mut loader = Loader {
        connection,
        facts: Facts::nothing(now),
        members: HashSet::new(),
        invitations: HashSet::new(),
        users: HashSet::new(),
    };
    if let Some(organization) = scope.organization {
        loader.head(organization).await?;
        if loader.facts.head.is_some() {
            loader.invitations(organization, scope).await?;
            loader.keys(organization, &scope.keys).await?;
            loader.members(organization, scope).await?;
            loader.attendance(organization, scope).await?;
            loader.import(organization, scope).await?;
            loader.wordings(organization, scope).await?;
            loader.resources(organization, scope).await?;
            if let Some(pick) = scope.round {
                loader.round(organization, pick).await?;
            }
            if let Some(pick) = scope.clear {
                loader.clear(organization, pick, &scope.cleared_of).await?;
            }
        }
    }
    if scope.needs_users() {
        loader.users(scope).await?;
    }
    loader.rest(scope).await?;
    Ok(loader.facts)
}

/// Ids as a JSON array of hexadecimal texts, so that one statement serves any number of them.
pub(crate) fn id_list(ids: impl IntoIterator<Item = Uuid>) -> String {
    let ids: Vec<_> = ids.into_iter().map(|id| format!("\"{}\"", id.simple())).collect();
    format!("[{}]", ids.join(","))
}

/// Texts as a JSON array.
pub(crate) fn text_list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    serde_json::Value::from_iter(texts).to_string()
}

struct Loader<'c> {
    connection: &'c mut SqliteConnection,
    facts: Facts,
    /// What is among the facts already: a scope may name the same row in several ways.
    members: HashSet<MemberId>,
    invitations: HashSet<InvitationId>,
    users: HashSet<UserId>,
}

impl Loader<'_> {
    async fn head(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        let row = sqlx::query(HEAD).bind(organization.0).fetch_optional(&mut *self.connection).await;
        self.facts.head = row.map_err(from_sqlx)?.as_ref().map(rows::head).transpose()?;
        Ok(())
    }

    async fn invitations(&mut self, organization: OrganizationId, scope: &Scope) -> Result<(), StoreError> {
        let query = |sql: &'static str| sqlx::query(sql).bind(organization.0);
        if !scope.invitations.is_empty() {
            let ids = id_list(scope.invitations.iter().map(|id| id.0));
            self.add_invitations(query(INVITATIONS_BY_ID).bind(ids)).await?;
        }
        if !scope.invited_at.is_empty() {
            let addresses = text_list(scope.invited_at.iter().map(|address| address.as_str()));
            self.add_invitations(query(INVITATIONS_BY_EMAIL).bind(addresses)).await?;
        }
        if scope.owner_invitation {
            self.add_invitations(query(INVITATIONS_TO_OWNER)).await?;
        }
        if scope.lapsed {
            let lapsed = query(LAPSED_INVITATIONS).bind(micros(self.facts.now)).bind(most_lapsed());
            self.add_invitations(lapsed).await?;
        }
        Ok(())
    }

    async fn members(&mut self, organization: OrganizationId, scope: &Scope) -> Result<(), StoreError> {
        let query = |sql: &'static str| sqlx::query(sql).bind(organization.0);
        let owner = self.facts.head.as_ref().and_then(|head| head.organization.owner);
        let is_asked_for = |it: &&Invitation| {
            let pending = it.state == InvitationState::Pending;
            scope.invitations.contains(&it.id) || pending && scope.invited_at.contains(&it.email)
        };
        let asked_for = self.facts.invitations.iter().filter(is_asked_for);
        let inviters = asked_for.filter_map(|it| match it.invited_by {
            Inviter::Member(id) => Some(id),
            Inviter::Operator => None,
        });
        let makers = self.facts.keys.iter().filter_map(|key| key.made_by.member());
        let named = scope.members.iter().copied().chain(makers);
        let by_id: HashSet<_> = owner.into_iter().chain(inviters).chain(named).collect();
        if !by_id.is_empty() {
            let ids = id_list(by_id.into_iter().map(|id| id.0));
            self.add_members(query(MEMBERS_BY_ID).bind(ids)).await?;
        }
        if !scope.members_of.is_empty() {
            let users = id_list(scope.members_of.iter().map(|id| id.0));
            self.add_members(query(MEMBERS_BY_USER).bind(users)).await?;
        }
        if !scope.members_at.is_empty() {
            let addresses = text_list(scope.members_at.iter().map(|address| address.as_str()));
            self.add_members(query(MEMBERS_BY_EMAIL).bind(addresses)).await?;
        }
        if !scope.members_numbered.is_empty() {
            let numbers = text_list(scope.members_numbered.iter().map(|number| number.as_str()));
            self.add_members(query(MEMBERS_BY_NUMBER).bind(numbers)).await?;
        }
        if scope.lapsed {
            let lapsed = query(LAPSED_MEMBERS).bind(micros(self.facts.now)).bind(most_lapsed());
            self.add_members(lapsed).await?;
            self.add_members(query(WAITING_MEMBERS).bind(most_lapsed())).await?;
        }
        Ok(())
    }

    async fn round(&mut self, organization: OrganizationId, pick: RoundPick) -> Result<(), StoreError> {
        let query = match pick {
            RoundPick::Latest => sqlx::query(LATEST_ROUND).bind(organization.0),
            RoundPick::Id(id) => sqlx::query(ROUND_BY_ID).bind(organization.0).bind(id.0),
        };
        let row = query.fetch_optional(&mut *self.connection).await.map_err(from_sqlx)?;
        self.facts.rounds.extend(row.as_ref().map(rows::round).transpose()?);
        Ok(())
    }

    async fn clear(
        &mut self,
        organization: OrganizationId,
        pick: ClearPick,
        cleared_of: &[UserId],
    ) -> Result<(), StoreError> {
        let id = match pick {
            ClearPick::Id(id) => Some(id.0),
            ClearPick::Current => None,
        };
        let query = sqlx::query(clears::CLEAR).bind(organization.0).bind(id);
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            self.facts.clears.push(clears::clear(&row)?);
        }
        if let Some(id) = id.filter(|_| !cleared_of.is_empty()) {
            let users = id_list(cleared_of.iter().map(|user| user.0));
            let query = sqlx::query(clears::CLEARED_OF).bind(organization.0).bind(id).bind(users);
            for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
                self.facts.cleared.push(clears::cleared(&row)?);
            }
        }
        Ok(())
    }

    async fn wordings(&mut self, organization: OrganizationId, scope: &Scope) -> Result<(), StoreError> {
        let chosen = |template| Some(self.facts.head.as_ref()?.organization.branding.wordings.chosen(template)?.0);
        let chosen = scope.templates.iter().filter_map(|template| chosen(*template));
        let ids: BTreeSet<_> = scope.wordings.iter().map(|id| id.0).chain(chosen).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(WORDINGS).bind(organization.0).bind(id_list(ids));
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            self.facts.wordings.push(rows::wording(&row)?);
        }
        Ok(())
    }

    async fn resources(&mut self, organization: OrganizationId, scope: &Scope) -> Result<(), StoreError> {
        let query = |sql: &'static str, of: &BTreeSet<&ResourceName>| {
            let names = of.iter().map(|name| serde_json::json!([name.kind(), name.id()]));
            sqlx::query(sql).bind(organization.0).bind(serde_json::Value::from_iter(names).to_string())
        };
        let whole: BTreeSet<_> = scope.shares_of.iter().collect();
        let other: BTreeSet<_> = scope.resources.iter().filter(|name| !whole.contains(name)).collect();
        for of in [&whole, &other].into_iter().filter(|it| !it.is_empty()) {
            let rows = query(RESOURCES, of).fetch_all(&mut *self.connection).await.map_err(from_sqlx)?;
            for row in rows {
                self.facts.resources.push(rows::resource(&row)?);
            }
        }
        let mut shares = Vec::new();
        if !whole.is_empty() {
            shares = query(ALL_SHARES, &whole).fetch_all(&mut *self.connection).await.map_err(from_sqlx)?;
        }
        if !other.is_empty() {
            let members = id_list(self.facts.members.iter().map(|it| it.id.0));
            for sql in [SHARES_OF_MEMBERS, SHARES_OF_GROUPS] {
                let reaching = query(sql, &other).bind(members.clone());
                shares.extend(reaching.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?);
            }
        }
        for row in shares {
            self.facts.shares.push(rows::share(&row)?);
        }
        let holders: HashSet<_> = self.facts.shares.iter().filter_map(|it| it.holder.group()).collect();
        self.groups(organization, &holders).await
    }

    /// These groups, and which of the members are in them; those that are here already are not read again.
    async fn groups(&mut self, organization: OrganizationId, groups: &HashSet<GroupId>) -> Result<(), StoreError> {
        let new: Vec<_> = groups.iter().filter(|id| self.facts.group(**id).is_err()).map(|id| id.0).collect();
        if new.is_empty() {
            return Ok(());
        }
        let query = |sql: &'static str| sqlx::query(sql).bind(organization.0).bind(id_list(new.iter().copied()));
        for row in query(GROUPS_BY_ID).fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            self.facts.groups.push(rows::group(&row)?);
        }
        let places = query(GROUP_MEMBERS).bind(id_list(self.members.iter().map(|id| id.0)));
        for row in places.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            self.facts.group_members.push(rows::group_member(&row)?);
        }
        Ok(())
    }

    async fn keys(&mut self, organization: OrganizationId, scope: &KeyScope) -> Result<(), StoreError> {
        let mut found = Vec::new();
        let query = |sql: &'static str| sqlx::query(sql).bind(organization.0);
        if scope.all {
            let all = query(KEYS).bind(micros(self.facts.now)).bind(most_keys());
            found.extend(all.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?);
        }
        if !scope.ids.is_empty() {
            let ids = query(KEYS_BY_ID).bind(id_list(scope.ids.iter().map(|id| id.0)));
            found.extend(ids.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?);
        }
        if let Some(token) = scope.shown {
            let shown = query(KEY_BY_TOKEN).bind(token.0.to_vec());
            found.extend(shown.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?);
        }
        for row in &found {
            let key = rows::organization_key(row)?;
            if self.facts.key(key.id).is_err() {
                self.facts.keys.push(key);
            }
        }
        Ok(())
    }

    async fn operator_keys(&mut self, scope: &KeyScope) -> Result<(), StoreError> {
        let mut found = Vec::new();
        if scope.all {
            let all = sqlx::query(OPERATOR_KEYS).bind(micros(self.facts.now)).bind(most_keys());
            found.extend(all.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?);
        }
        if !scope.ids.is_empty() {
            let ids = sqlx::query(OPERATOR_KEYS_BY_ID).bind(id_list(scope.ids.iter().map(|id| id.0)));
            found.extend(ids.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?);
        }
        for row in &found {
            let key = rows::operator_key(row)?;
            if self.facts.operator_key(key.id).is_err() {
                self.facts.operator_keys.push(key);
            }
        }
        Ok(())
    }

    async fn spent(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let (mut own, mut everywhere) = (Vec::new(), Vec::new());
        for bucket in &scope.buckets {
            match bucket {
                Bucket::Of(of, subject) if Some(*of) == scope.organization => own.push(*subject),
                Bucket::Of(..) => {}
                Bucket::Everywhere(bucket) => everywhere.push(bucket.as_str()),
            }
        }
        if let Some(organization) = scope.organization.filter(|_| !own.is_empty()) {
            let query = sqlx::query(ORGANIZATION_QUOTAS).bind(organization.0).bind(id_list(own));
            for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
                self.facts.spent.push(rows::spent(&row, Bucket::Of(organization, get(&row, "subject_id")?))?);
            }
        }
        if !everywhere.is_empty() {
            let query = sqlx::query(MAIL_QUOTAS).bind(text_list(everywhere));
            for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
                self.facts.spent.push(rows::spent(&row, Bucket::Everywhere(get(&row, "bucket")?))?);
            }
        }
        Ok(())
    }

    async fn import(&mut self, organization: OrganizationId, scope: &Scope) -> Result<(), StoreError> {
        let Some(import) = scope.import else { return Ok(()) };
        let query = sqlx::query(imports::IMPORT).bind(organization.0).bind(import.0);
        let row = query.fetch_optional(&mut *self.connection).await.map_err(from_sqlx)?;
        self.facts.imports = row.as_ref().map(imports::one).transpose()?.into_iter().collect();
        Ok(())
    }

    /// What is asked for, and what the invitations that are asked for lead into.
    async fn attendance(&mut self, organization: OrganizationId, scope: &Scope) -> Result<(), StoreError> {
        let asked_for = || self.facts.invitations.iter().filter(|it| scope.invitations.contains(&it.id));
        let led_into: Vec<_> = asked_for().flat_map(|it| it.groups.iter().copied()).collect();
        let groups: HashSet<_> = scope.groups.iter().copied().chain(led_into).collect();
        let led_into: Vec<_> = asked_for().flat_map(|it| it.sessions.iter().copied()).collect();
        let sessions: HashSet<_> = scope.sessions.iter().copied().chain(led_into).collect();
        self.groups(organization, &groups).await?;
        let members = id_list(self.members.iter().map(|id| id.0));
        let query = |sql: &'static str, ids: String| sqlx::query(sql).bind(organization.0).bind(ids);
        if !sessions.is_empty() {
            let ids = id_list(sessions.iter().map(|id| id.0));
            let rows = query(SESSIONS_BY_ID, ids.clone()).fetch_all(&mut *self.connection).await.map_err(from_sqlx)?;
            self.facts.sessions = rows.iter().map(rows::session).collect::<Result<_, _>>()?;
            let enrolments = query(ENROLMENTS, ids).bind(members);
            let rows = enrolments.fetch_all(&mut *self.connection).await.map_err(from_sqlx)?;
            self.facts.enrolments = rows.iter().map(rows::enrolment).collect::<Result<_, _>>()?;
        }
        let of_sessions = self.facts.sessions.iter().map(|it| it.program);
        let programs: HashSet<_> = scope.programs.iter().copied().chain(of_sessions).collect();
        if !programs.is_empty() {
            let ids = id_list(programs.iter().map(|id| id.0));
            let rows = query(PROGRAMS_BY_ID, ids).fetch_all(&mut *self.connection).await.map_err(from_sqlx)?;
            self.facts.programs = rows.iter().map(rows::program).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    async fn users(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let mut by_id = scope.users.clone();
        if let Some((user, token)) = scope.sign_in {
            by_id.extend(self.sign_in(user, token).await?);
        }
        if !scope.links_of.is_empty() {
            self.links(&scope.links_of).await?;
        }
        if !scope.factors_of.is_empty() {
            self.second_factors(&scope.factors_of).await?;
        }
        if !by_id.is_empty() {
            self.add_users(sqlx::query(USERS_BY_ID).bind(id_list(by_id.iter().map(|id| id.0)))).await?;
        }
        if !scope.users_at.is_empty() {
            let addresses = text_list(scope.users_at.iter().map(|address| address.as_str()));
            self.add_users(sqlx::query(USERS_BY_EMAIL).bind(addresses)).await?;
        }
        if !scope.usernames.is_empty() || !scope.usernames_like.is_empty() {
            let exact = scope.usernames.iter().map(ToString::to_string);
            let names: Vec<_> = exact.chain(scope.usernames_like.iter().flat_map(Username::claims)).collect();
            let names = text_list(names.iter().map(String::as_str));
            self.add_users(sqlx::query(USERS_BY_USERNAME).bind(names)).await?;
        }
        if !scope.identities.is_empty() {
            let ids = id_list(scope.identities.iter().map(|id| id.0));
            self.add_users(sqlx::query(USERS_BY_IDENTITY).bind(ids)).await?;
        }
        Ok(())
    }

    /// Adds the sign-in with this token and tells whose it is.
    async fn sign_in(&mut self, user: UserId, token: TokenHash) -> Result<Option<UserId>, StoreError> {
        let query = sqlx::query(SIGN_IN).bind(user.0).bind(token.0.as_slice());
        let Some(row) = query.fetch_optional(&mut *self.connection).await.map_err(from_sqlx)? else {
            return Ok(None);
        };
        self.facts.sign_ins.push(rows::sign_in(&row)?);
        Ok(Some(user))
    }

    async fn links(&mut self, of: &[UserId]) -> Result<(), StoreError> {
        let query = sqlx::query(LINKS_BY_USER).bind(id_list(of.iter().map(|id| id.0)));
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            self.facts.links.push(rows::user_link(&row)?);
        }
        Ok(())
    }

    async fn second_factors(&mut self, of: &[UserId]) -> Result<(), StoreError> {
        let query = sqlx::query(FACTORS_BY_USER).bind(id_list(of.iter().map(|id| id.0)));
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            self.facts.second_factors.push(rows::second_factors(&row)?);
        }
        Ok(())
    }

    async fn rest(&mut self, scope: &Scope) -> Result<(), StoreError> {
        if !scope.organizations_of.is_empty() {
            let query = sqlx::query(BELONGS).bind(id_list(scope.organizations_of.iter().map(|id| id.0)));
            for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
                let line = (UserId(get(&row, "user_id")?), OrganizationId(get(&row, "organization_id")?));
                self.facts.belongs.push(line);
            }
        }
        if let Some(id) = scope.sign_up {
            let row = sqlx::query(SIGN_UP).bind(id.0).fetch_optional(&mut *self.connection).await;
            self.facts.sign_ups.extend(row.map_err(from_sqlx)?.as_ref().map(rows::sign_up).transpose()?);
        }
        if scope.installation {
            let row = sqlx::query(INSTALLATION).fetch_optional(&mut *self.connection).await;
            self.facts.has_operator = row.map_err(from_sqlx)?.is_some();
        }
        self.operator_keys(&scope.operator_keys).await?;
        self.spent(scope).await?;
        if let Some(key) = scope.receipt {
            self.facts.receipt = self.receipt(key).await?;
        }
        Ok(())
    }

    async fn receipt(&mut self, key: ReceiptKey) -> Result<Option<Receipt>, StoreError> {
        let query = sqlx::query(RECEIPT).bind(key.scope).bind(key.key.0.as_slice()).bind(micros(self.facts.now));
        let Some(row) = query.fetch_optional(&mut *self.connection).await.map_err(from_sqlx)? else {
            return Ok(None);
        };
        Ok(Some(Receipt {
            key,
            fingerprint: rows::hash(&row, "fingerprint")?,
            answer: get(&row, "answer")?,
            expires_at: rows::time(&row, "expires_at")?,
        }))
    }

    async fn add_members(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<(), StoreError> {
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            let member = rows::member(&row)?;
            if self.members.insert(member.id) {
                self.facts.members.push(member);
            }
        }
        Ok(())
    }

    async fn add_invitations(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<(), StoreError> {
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            let invitation = rows::invitation(&row)?;
            if self.invitations.insert(invitation.id) {
                self.facts.invitations.push(invitation);
            }
        }
        Ok(())
    }

    async fn add_users(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<(), StoreError> {
        for row in query.fetch_all(&mut *self.connection).await.map_err(from_sqlx)? {
            let user = rows::user(&row)?;
            if self.users.insert(user.id) {
                self.facts.users.push(user);
            }
        }
        Ok(())
    }
}

fn most_keys() -> i64 {
    i64::try_from(KeyScope::MOST).unwrap_or(i64::MAX)
}

fn most_lapsed() -> i64 {
    i64::try_from(Scope::MOST_LAPSED).unwrap_or(i64::MAX)
}
