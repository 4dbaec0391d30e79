//! The five presets as data: each reproduces one product's way of letting people in (`docs/rules.md` shows the table).

use crate::input::InvalidInput;
use crate::policy::{
    InvitationPolicy, NameForm, OrganizationPolicy, SeatPolicy, SecondFactorPolicy, SignUpPolicy, WhenFull,
};
use crate::role::{GrantCeiling, Permission, Role, RoleKey, RoleScheme};

/// A named policy. Only [`PRESETS`] knows the five; an organization copies the policy and forgets the preset.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// The name by which an organization is created with it.
    pub key: &'static str,
    /// The roles, highest rank first, each with its permissions; the last one is the default.
    roles: &'static [(&'static str, &'static [Permission])],
    grants: GrantCeiling,
    seats: SeatPolicy,
    announces_acceptance: bool,
    name: NameForm,
    username: bool,
    password: bool,
    registers_first: bool,
}

const EVERYTHING: &[Permission] = &[
    Permission::EDIT_ORGANIZATION,
    Permission::VIEW_MEMBERS,
    Permission::INVITE,
    Permission::MANAGE_MEMBERS,
    Permission::ALLOCATE_SEATS,
    Permission::EDIT_TEMPLATES,
    Permission::VIEW_AUDIT,
    Permission::TAKE_BACKUP,
    Permission::MANAGE_LOGINS,
    Permission::MANAGE_KEYS,
    Permission::READ_RECORDS,
    Permission::WRITE_RECORDS,
    Permission::CONTROL_RECORDS,
];
const READ: &[Permission] = &[Permission::READ_RECORDS];
const SEE_AND_READ: &[Permission] = &[Permission::VIEW_MEMBERS, Permission::READ_RECORDS];
const SEE_AND_WRITE: &[Permission] = &[Permission::VIEW_MEMBERS, Permission::READ_RECORDS, Permission::WRITE_RECORDS];

/// The five presets; the first one is the default.
pub const PRESETS: [Preset; 5] = [
    Preset {
        key: "team",
        roles: &[("admin", EVERYTHING), ("member", SEE_AND_WRITE)],
        grants: GrantCeiling::BelowOwn,
        seats: SeatPolicy::Unlimited,
        announces_acceptance: false,
        name: NameForm::OneField,
        username: false,
        password: false,
        registers_first: false,
    },
    Preset {
        key: "group_subscription",
        roles: &[("administrator", EVERYTHING), ("member", READ)],
        grants: GrantCeiling::UpToOwn,
        seats: SeatPolicy::ByHand,
        announces_acceptance: true,
        name: NameForm::OneField,
        username: false,
        password: true,
        registers_first: true,
    },
    Preset {
        key: "learning_platform",
        roles: &[
            ("administrator", EVERYTHING),
            (
                "author",
                &[
                    Permission::VIEW_MEMBERS,
                    Permission::EDIT_TEMPLATES,
                    Permission::READ_RECORDS,
                    Permission::WRITE_RECORDS,
                ],
            ),
            ("trainee", READ),
        ],
        grants: GrantCeiling::BelowOwn,
        seats: SeatPolicy::OnJoining,
        announces_acceptance: false,
        name: NameForm::FirstAndLast,
        username: false,
        password: true,
        registers_first: false,
    },
    Preset {
        key: "account",
        roles: &[("administrator", EVERYTHING), ("editor", SEE_AND_WRITE), ("viewer", SEE_AND_READ)],
        grants: GrantCeiling::UpToOwn,
        seats: SeatPolicy::OnInviting,
        announces_acceptance: false,
        name: NameForm::OneField,
        username: false,
        password: true,
        registers_first: false,
    },
    Preset {
        key: "member_portal",
        roles: &[
            ("administrator", EVERYTHING),
            (
                "security_administrator",
                &[
                    Permission::VIEW_MEMBERS,
                    Permission::INVITE,
                    Permission::MANAGE_LOGINS,
                    Permission::VIEW_AUDIT,
                    Permission::READ_RECORDS,
                ],
            ),
            ("member", READ),
        ],
        grants: GrantCeiling::BelowOwn,
        seats: SeatPolicy::Unlimited,
        announces_acceptance: false,
        name: NameForm::OneField,
        username: true,
        password: true,
        registers_first: false,
    },
];

impl Preset {
    /// The preset of that name.
    ///
    /// # Errors
    /// `unknown-preset`, about the field `preset`.
    pub fn named(key: &str) -> Result<&'static Self, InvalidInput> {
        PRESETS.iter().find(|preset| preset.key == key).ok_or_else(|| {
            let names: Vec<_> = PRESETS.iter().map(|preset| format!("`{}`", preset.key)).collect();
            InvalidInput::new("preset", "unknown-preset", format!("must be one of {}", names.join(", ")))
        })
    }

    /// The policy that an organization created with this preset starts from.
    ///
    /// # Errors
    /// None for the presets of this crate: a test builds each.
    pub fn policy(&self) -> Result<OrganizationPolicy, InvalidInput> {
        let mut roles = Vec::new();
        for (key, permissions) in self.roles {
            roles.push(Role { key: RoleKey::parse(key)?, permissions: permissions.iter().cloned().collect() });
        }
        let default = RoleKey::parse(self.roles.last().map_or("", |(key, _)| key))?;
        Ok(OrganizationPolicy {
            role_scheme: RoleScheme::new(roles, default, self.grants)?,
            seat_policy: self.seats,
            invitation_policy: InvitationPolicy {
                valid_days: 7,
                announces_acceptance: self.announces_acceptance,
                reminders: true,
            },
            sign_up_policy: SignUpPolicy {
                name: self.name,
                username: self.username,
                password: self.password,
                registers_first: self.registers_first,
            },
            second_factor: SecondFactorPolicy::None,
            when_full: WhenFull::Refuse,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_policy_that_survives_being_stored() {
        for preset in PRESETS {
            let policy = preset.policy().unwrap();
            let stored = serde_json::to_string(&policy).unwrap();
            assert_eq!(serde_json::from_str::<OrganizationPolicy>(&stored).unwrap(), policy, "{}", preset.key);
            assert_eq!(Preset::named(preset.key).unwrap().key, preset.key);
        }
        assert!(Preset::named("club").is_err());
    }
}
