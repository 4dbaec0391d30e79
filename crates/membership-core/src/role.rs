//! Roles are ranked names with permissions; the grant ceiling is the one function that says who may hand out which.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::input::InvalidInput;

/// Something a role lets its holders do, such as `members:invite`. A host application may add its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permission(Cow<'static, str>);

impl Permission {
    /// Rename and customize the organization.
    pub const EDIT_ORGANIZATION: Self = Self(Cow::Borrowed("organization:edit"));
    /// See who is in the organization.
    pub const VIEW_MEMBERS: Self = Self(Cow::Borrowed("members:view"));
    /// Invite people, and see, resend and revoke invitations.
    pub const INVITE: Self = Self(Cow::Borrowed("members:invite"));
    /// Change roles and dates, suspend and remove.
    pub const MANAGE_MEMBERS: Self = Self(Cow::Borrowed("members:manage"));
    /// Allocate and release seats by hand.
    pub const ALLOCATE_SEATS: Self = Self(Cow::Borrowed("seats:allocate"));
    /// Create and change templates (S1.5).
    pub const EDIT_TEMPLATES: Self = Self(Cow::Borrowed("templates:edit"));
    /// Read the audit log.
    pub const VIEW_AUDIT: Self = Self(Cow::Borrowed("audit:view"));
    /// Take a backup of the organization's data (S3.8).
    pub const TAKE_BACKUP: Self = Self(Cow::Borrowed("backup:take"));
    /// Set up, change and send logins (S4.4, S4.7).
    pub const MANAGE_LOGINS: Self = Self(Cow::Borrowed("logins:manage"));
    /// Make, see and revoke the organization's API keys.
    pub const MANAGE_KEYS: Self = Self(Cow::Borrowed("keys:manage"));

    /// Read records that are not restricted (S3.4).
    pub const READ_RECORDS: Self = Self(Cow::Borrowed("records:read"));
    /// Change records that are not restricted, and register new ones (S3.4).
    pub const WRITE_RECORDS: Self = Self(Cow::Borrowed("records:write"));
    /// Do everything with every record: share, restrict and take away, restricted ones included (S3.4).
    pub const CONTROL_RECORDS: Self = Self(Cow::Borrowed("records:control"));

    /// Those that an organization's roles are made of; a host application may add its own.
    pub const BUILT_IN: [Self; 13] = [
        Self::EDIT_ORGANIZATION,
        Self::VIEW_MEMBERS,
        Self::INVITE,
        Self::MANAGE_MEMBERS,
        Self::ALLOCATE_SEATS,
        Self::EDIT_TEMPLATES,
        Self::VIEW_AUDIT,
        Self::TAKE_BACKUP,
        Self::MANAGE_LOGINS,
        Self::MANAGE_KEYS,
        Self::READ_RECORDS,
        Self::WRITE_RECORDS,
        Self::CONTROL_RECORDS,
    ];

    /// The permissions that are about the organization itself. They need no seat: whoever administers can do so before
    /// holding one, or nobody could ever allocate the first.
    pub const ADMINISTRATIVE: [Self; 10] = [
        Self::EDIT_ORGANIZATION,
        Self::VIEW_MEMBERS,
        Self::INVITE,
        Self::MANAGE_MEMBERS,
        Self::ALLOCATE_SEATS,
        Self::EDIT_TEMPLATES,
        Self::VIEW_AUDIT,
        Self::TAKE_BACKUP,
        Self::MANAGE_LOGINS,
        Self::MANAGE_KEYS,
    ];

    /// The permissions that are about records: what the product sells, and so with a seat.
    pub const OF_RECORDS: [Self; 3] = [Self::READ_RECORDS, Self::WRITE_RECORDS, Self::CONTROL_RECORDS];

    /// Found organizations for others. Of the operator, like those below; no role holds them, only the operator's keys
    /// are narrowed by them.
    pub const FOUND_FOR_OTHERS: Self = Self(Cow::Borrowed("operator:found"));
    /// Sell more or fewer seats.
    pub const SET_SUBSCRIPTIONS: Self = Self(Cow::Borrowed("operator:subscriptions"));
    /// Put another owner in the place of a lost one.
    pub const ASSIGN_OWNERS: Self = Self(Cow::Borrowed("operator:owners"));
    /// See an organization's invitations, and resend and revoke those to its owner.
    pub const OPERATE_INVITATIONS: Self = Self(Cow::Borrowed("operator:invitations"));
    /// List all organizations, take a backup of one's data, and ask what somebody may do in it.
    pub const OPERATE_DATA: Self = Self(Cow::Borrowed("operator:data"));
    /// See and revoke the operator's keys. A key makes no keys.
    pub const OPERATE_KEYS: Self = Self(Cow::Borrowed("operator:keys"));

    /// What the operator's keys can be narrowed to.
    pub const OF_THE_OPERATOR: [Self; 6] = [
        Self::FOUND_FOR_OTHERS,
        Self::SET_SUBSCRIPTIONS,
        Self::ASSIGN_OWNERS,
        Self::OPERATE_INVITATIONS,
        Self::OPERATE_DATA,
        Self::OPERATE_KEYS,
    ];

    /// A permission by name: lower-case words joined by `:`, `_` or `-`, at most 60 bytes.
    ///
    /// # Errors
    /// `not-a-permission`, about the field `permission`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let fits = !text.is_empty()
            && text.len() <= 60
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '_' | '-'));
        if fits {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        let rule = "must be lower-case words joined by `:`, such as `members:invite`";
        Err(InvalidInput::new("permission", "not-a-permission", rule))
    }

    /// Whether it is about the organization itself, and needs no seat.
    pub fn is_administrative(&self) -> bool {
        Self::ADMINISTRATIVE.contains(self)
    }

    /// The permission's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role's name within its scheme, such as `admin`. `owner` is no role: it is a fact about the organization.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleKey(String);

impl RoleKey {
    /// Parses a role's name: lower-case letters, digits and `_`, beginning with a letter, at most 40 bytes.
    ///
    /// # Errors
    /// `not-a-role`, about the field `role`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let fits = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.len() <= 40
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if fits {
            return Ok(Self(text.to_owned()));
        }
        let rule = "must be the name of a role, such as `admin` or `member`";
        Err(InvalidInput::new("role", "not-a-role", rule))
    }

    /// A role to show how one looks.
    pub(crate) fn example() -> Self {
        Self("admin".to_owned())
    }

    /// The role's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for RoleKey {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RoleKey {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RoleKey> for String {
    fn from(key: RoleKey) -> Self {
        key.0
    }
}

/// A named rank with what it permits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role's name.
    pub key: RoleKey,
    /// What its holders may do.
    pub permissions: BTreeSet<Permission>,
}

impl Role {
    /// Whether the role holds `permission`.
    pub fn permits(&self, permission: &Permission) -> bool {
        self.permissions.contains(permission)
    }
}

/// How high a member may grant, compared with the own rank (`grants` in the table of presets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantCeiling {
    /// Only ranks below the own one (S1.3).
    BelowOwn,
    /// The own rank and those below it (S0.7, S3.3).
    UpToOwn,
}

/// An organization's roles, top down, and how far their holders may grant. The owner always stands above them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRoleScheme")]
pub struct RoleScheme {
    roles: Vec<Role>,
    default: RoleKey,
    grants: GrantCeiling,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedRoleScheme {
    roles: Vec<Role>,
    default: RoleKey,
    grants: GrantCeiling,
}

impl TryFrom<UncheckedRoleScheme> for RoleScheme {
    type Error = InvalidInput;

    fn try_from(scheme: UncheckedRoleScheme) -> Result<Self, Self::Error> {
        Self::new(scheme.roles, scheme.default, scheme.grants)
    }
}

impl RoleScheme {
    /// The most roles a scheme may have.
    pub const MOST_ROLES: usize = 20;

    /// A scheme of `roles`, highest rank first; who is invited without a role gets `default`.
    ///
    /// # Errors
    /// `no-roles`, `too-many-roles`, `duplicate-role`, `reserved-role` (the word `owner`) or `unknown-default-role`.
    pub fn new(roles: Vec<Role>, default: RoleKey, grants: GrantCeiling) -> Result<Self, InvalidInput> {
        let refuse = |code, rule: &'static str| Err(InvalidInput::new("role_scheme", code, rule));
        let keys: BTreeSet<_> = roles.iter().map(|role| &role.key).collect();
        if roles.is_empty() {
            return refuse("no-roles", "must have a role");
        }
        if roles.len() > Self::MOST_ROLES {
            return refuse("too-many-roles", "must have at most 20 roles");
        }
        if keys.len() < roles.len() {
            return refuse("duplicate-role", "must name each role once");
        }
        if keys.iter().any(|key| key.as_str() == "owner") {
            return refuse("reserved-role", "must not name a role `owner`");
        }
        if !keys.contains(&default) {
            return refuse("unknown-default-role", "must have its default role among its roles");
        }
        Ok(Self { roles, default, grants })
    }

    /// The roles, highest rank first.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The role of whoever is invited without one.
    pub fn default_role(&self) -> &RoleKey {
        &self.default
    }

    /// How far holders of a role may grant.
    pub fn grants(&self) -> GrantCeiling {
        self.grants
    }

    /// The role of that name.
    pub fn role(&self, key: &RoleKey) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == *key)
    }

    /// The highest role: an owner's row carries it, so that a former owner is left with it (S1.11).
    pub fn top(&self) -> &RoleKey {
        self.roles.first().map_or(&self.default, |role| &role.key)
    }

    /// The grant ceiling (I9): whether a holder of `own` may hand out `granted`, or act on someone who holds it.
    ///
    /// `own` is the owner when `None`. Rank decides first; besides, nobody grants a permission they do not hold.
    /// Every path asks here: invite, resend, change of role, acceptance.
    pub fn may_grant(&self, own: Option<&RoleKey>, granted: &RoleKey) -> bool {
        let Some(granted_rank) = self.rank(granted) else { return false };
        let Some(own) = own else { return true };
        let Some(own_rank) = self.rank(own) else { return false };
        let below_ceiling = match self.grants {
            GrantCeiling::BelowOwn => own_rank < granted_rank,
            GrantCeiling::UpToOwn => own_rank <= granted_rank,
        };
        below_ceiling && self.holds_all_of(own, granted)
    }

    /// Whether whoever goes from one role to another may more than before: ranks higher, or holds a permission besides.
    pub fn rises(&self, from: &RoleKey, to: &RoleKey) -> bool {
        self.rank(to) < self.rank(from) || !self.holds_all_of(from, to)
    }

    fn rank(&self, key: &RoleKey) -> Option<usize> {
        self.roles.iter().position(|role| role.key == *key)
    }

    fn holds_all_of(&self, own: &RoleKey, granted: &RoleKey) -> bool {
        match (self.role(own), self.role(granted)) {
            (Some(own), Some(granted)) => granted.permissions.is_subset(&own.permissions),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(grants: GrantCeiling) -> RoleScheme {
        let role = |key: &str, permissions: &[Permission]| Role {
            key: RoleKey::parse(key).unwrap(),
            permissions: permissions.iter().cloned().collect(),
        };
        let roles = vec![
            role("admin", &[Permission::INVITE, Permission::VIEW_MEMBERS]),
            role("auditor", &[Permission::VIEW_AUDIT]),
            role("member", &[Permission::VIEW_MEMBERS]),
        ];
        RoleScheme::new(roles, RoleKey::parse("member").unwrap(), grants).unwrap()
    }

    #[track_caller]
    fn check(grants: GrantCeiling, own: Option<&str>, granted: &str, expected: bool) {
        let own = own.map(|key| RoleKey::parse(key).unwrap());
        let granted = RoleKey::parse(granted).unwrap();
        assert_eq!(scheme(grants).may_grant(own.as_ref(), &granted), expected, "{grants:?} {own:?} {granted}");
    }

    #[test]
    fn i9_nobody_grants_above_their_rank_or_what_they_do_not_hold() {
        use GrantCeiling::{BelowOwn, UpToOwn};
        check(BelowOwn, None, "admin", true);
        check(BelowOwn, Some("admin"), "admin", false);
        check(BelowOwn, Some("admin"), "member", true);
        check(BelowOwn, Some("admin"), "auditor", false);
        check(BelowOwn, Some("member"), "admin", false);
        check(UpToOwn, Some("admin"), "admin", true);
        check(UpToOwn, Some("admin"), "auditor", false);
        check(UpToOwn, Some("auditor"), "member", false);
        check(UpToOwn, None, "stranger", false);
        check(UpToOwn, Some("stranger"), "member", false);
    }

    #[test]
    fn a_scheme_that_cannot_work_is_refused() {
        let member = Role { key: RoleKey::parse("member").unwrap(), permissions: BTreeSet::new() };
        let owner = Role { key: RoleKey::parse("owner").unwrap(), permissions: BTreeSet::new() };
        let code = |roles: Vec<Role>, default: &str| {
            RoleScheme::new(roles, RoleKey::parse(default).unwrap(), GrantCeiling::BelowOwn).map_err(|e| e.code).err()
        };
        assert_eq!(code(vec![], "member"), Some("no-roles"));
        assert_eq!(code(vec![member.clone(), member.clone()], "member"), Some("duplicate-role"));
        assert_eq!(code(vec![owner, member.clone()], "member"), Some("reserved-role"));
        assert_eq!(code(vec![member], "admin"), Some("unknown-default-role"));
    }
}
