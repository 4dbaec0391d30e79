//! An organization's rules on the wire.

use membership_core::input::InvalidInput;
use membership_core::policy::{NameForm, OrganizationPolicy, SeatPolicy, SecondFactorPolicy, SignUpPolicy, valid_days};
use membership_core::role::GrantCeiling;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An organization's rules.
#[derive(Serialize, ToSchema)]
pub(crate) struct Policy {
    role_scheme: RoleScheme,
    /// When a member takes a seat: `unlimited`, `on_joining`, `on_inviting` or `by_hand`.
    seat_policy: &'static str,
    invitation_policy: InvitationPolicy,
    sign_up_policy: Asks,
    /// Of whom a second factor is asked for: `none`, `administrators` or `everyone`.
    second_factor: &'static str,
    /// What becomes of who joins and finds no seat: `refuse` or `wait`.
    when_full: &'static str,
}

/// What changes of an organization's rules; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyChange {
    /// Of whom a second factor is asked for: `none`, `administrators` or `everyone`. Whoever asks it of others has shown
    /// one.
    second_factor: Option<String>,
    invitation_policy: Option<InvitationPolicy>,
}

impl PolicyChange {
    /// The rules with these changes.
    pub(crate) fn on(&self, present: &OrganizationPolicy) -> Result<OrganizationPolicy, InvalidInput> {
        let mut policy = present.clone();
        if let Some(text) = &self.second_factor {
            let known = SecondFactorPolicy::ALL.into_iter().find(|it| it.as_str() == text);
            let rule = "must be `none`, `administrators` or `everyone`";
            policy.second_factor = known.ok_or_else(|| InvalidInput::new("second_factor", "unknown-policy", rule))?;
        }
        if let Some(invitations) = &self.invitation_policy {
            policy.invitation_policy.valid_days = valid_days(invitations.valid_days)?;
            policy.invitation_policy.announces_acceptance = invitations.announces_acceptance;
            policy.invitation_policy.reminders = invitations.reminders;
        }
        Ok(policy)
    }
}

/// The roles, the highest first. The owner stands above them all.
#[derive(Serialize, ToSchema)]
struct RoleScheme {
    roles: Vec<Role>,
    /// The role of whoever is invited without one.
    default: String,
    /// How far holders of a role may grant: `below_own` or `up_to_own`.
    grants: &'static str,
}

/// A named rank with what it permits.
#[derive(Serialize, ToSchema)]
struct Role {
    key: String,
    permissions: Vec<String>,
}

/// How invitations work.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationPolicy {
    /// Days for which an invitation can be accepted unless it says otherwise.
    valid_days: u8,
    /// Whether the administrators are told of every acceptance.
    announces_acceptance: bool,
    /// Whether whoever does not answer is reminded by mail.
    reminders: bool,
}

/// What a new person is asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Asks {
    /// `one_field` or `first_and_last`.
    name: &'static str,
    /// Whether a username must be chosen.
    username: bool,
    /// Whether a password must be chosen.
    password: bool,
    /// Whether a person registers first: a mail with a login link follows, the first login asks for the password, and
    /// then the invitation waits to be accepted.
    registers_first: bool,
}

impl From<&OrganizationPolicy> for Policy {
    fn from(policy: &OrganizationPolicy) -> Self {
        let scheme = &policy.role_scheme;
        let roles = scheme.roles().iter().map(|role| Role {
            key: role.key.to_string(),
            permissions: role.permissions.iter().map(ToString::to_string).collect(),
        });
        Self {
            role_scheme: RoleScheme {
                roles: roles.collect(),
                default: scheme.default_role().to_string(),
                grants: match scheme.grants() {
                    GrantCeiling::BelowOwn => "below_own",
                    GrantCeiling::UpToOwn => "up_to_own",
                },
            },
            seat_policy: seat_policy(policy.seat_policy),
            invitation_policy: InvitationPolicy {
                valid_days: policy.invitation_policy.valid_days,
                announces_acceptance: policy.invitation_policy.announces_acceptance,
                reminders: policy.invitation_policy.reminders,
            },
            sign_up_policy: Asks::from(&policy.sign_up_policy),
            second_factor: policy.second_factor.as_str(),
            when_full: policy.when_full.as_str(),
        }
    }
}

impl From<&SignUpPolicy> for Asks {
    fn from(policy: &SignUpPolicy) -> Self {
        let name = match policy.name {
            NameForm::OneField => "one_field",
            NameForm::FirstAndLast => "first_and_last",
        };
        Self { name, username: policy.username, password: policy.password, registers_first: policy.registers_first }
    }
}

/// The name of a seat policy.
pub(crate) fn seat_policy(policy: SeatPolicy) -> &'static str {
    match policy {
        SeatPolicy::Unlimited => "unlimited",
        SeatPolicy::OnJoining => "on_joining",
        SeatPolicy::OnInviting => "on_inviting",
        SeatPolicy::ByHand => "by_hand",
    }
}
