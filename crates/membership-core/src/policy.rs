//! An organization's rules as data. Rules read the policy; no rule asks which preset it came from.

use serde::{Deserialize, Serialize};

use crate::input::InvalidInput;
use crate::role::{Permission, RoleKey, RoleScheme};

/// Everything that differs from one organization to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPolicy {
    /// The roles and who may grant them.
    pub role_scheme: RoleScheme,
    /// When a member takes a seat.
    pub seat_policy: SeatPolicy,
    /// How invitations work.
    pub invitation_policy: InvitationPolicy,
    /// What a new person is asked for.
    pub sign_up_policy: SignUpPolicy,
    /// Of whom a second factor is asked for.
    #[serde(default)]
    pub second_factor: SecondFactorPolicy,
    /// What becomes of who would take a seat on joining and finds none.
    #[serde(default)]
    pub when_full: WhenFull,
}

impl OrganizationPolicy {
    /// Whether a second factor is asked of whoever holds that role, or owns the organization. Administrators are those who
    /// may do more to the organization itself than see who else is a member; who works with its records is none.
    pub fn asks_second_factor(&self, role: &RoleKey, owns: bool) -> bool {
        let counts = |it: &Permission| it.is_administrative() && *it != Permission::VIEW_MEMBERS;
        let administers = || self.role_scheme.role(role).is_some_and(|role| role.permissions.iter().any(counts));
        match self.second_factor {
            SecondFactorPolicy::None => false,
            SecondFactorPolicy::Administrators => owns || administers(),
            SecondFactorPolicy::Everyone => true,
        }
    }
}

/// Of whom an organization asks for a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorPolicy {
    /// Of nobody.
    #[default]
    None,
    /// Of whoever administers it: without one they read, and change nothing.
    Administrators,
    /// Of everybody: without one nobody reads anything but the organization's name, or changes anything; they can leave.
    Everyone,
}

impl SecondFactorPolicy {
    /// Every policy, the laxest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Administrators, Self::Everyone];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Administrators => "administrators",
            Self::Everyone => "everyone",
        }
    }
}

/// What becomes of who would take a seat on joining and finds none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// The acceptance is refused, and the invitation stays.
    #[default]
    Refuse,
    /// The person is a member with limited access, and gets the next seat that is free: first come, first served.
    Wait,
}

impl WhenFull {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Refuse, Self::Wait];

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Wait => "wait",
        }
    }
}

/// When a member takes one of the seats that the subscription sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatPolicy {
    /// Never: every member has full access.
    Unlimited,
    /// When the membership begins.
    OnJoining,
    /// When the invitation is sent: it reserves the seat, which acceptance assigns (S3.5).
    OnInviting,
    /// When somebody allocates it by hand, after joining (S0.2).
    ByHand,
}

/// How invitations work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedInvitationPolicy")]
pub struct InvitationPolicy {
    /// Days for which an invitation can be accepted unless it says otherwise; 1 to 30 (S1.6, A19).
    pub valid_days: u8,
    /// Whether the administrators are told by mail of every acceptance (S0.11).
    pub announces_acceptance: bool,
    /// Whether whoever does not answer is reminded by mail: two and five days after the invitation, and two days before
    /// it expires.
    pub reminders: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedInvitationPolicy {
    valid_days: u8,
    announces_acceptance: bool,
    #[serde(default = "on")]
    reminders: bool,
}

/// What holds for a policy that was stored before there were reminders.
fn on() -> bool {
    true
}

impl TryFrom<UncheckedInvitationPolicy> for InvitationPolicy {
    type Error = InvalidInput;

    fn try_from(policy: UncheckedInvitationPolicy) -> Result<Self, Self::Error> {
        Ok(Self {
            valid_days: valid_days(policy.valid_days)?,
            announces_acceptance: policy.announces_acceptance,
            reminders: policy.reminders,
        })
    }
}

/// The most days for which an invitation can be accepted (A19).
pub const MOST_VALID_DAYS: u8 = 30;

/// Checks for how many days an invitation can be accepted.
///
/// # Errors
/// `out-of-range`, about the field `expires_in_days`.
pub fn valid_days(days: u8) -> Result<u8, InvalidInput> {
    if (1..=MOST_VALID_DAYS).contains(&days) {
        return Ok(days);
    }
    Err(InvalidInput::new("expires_in_days", "out-of-range", "must be 1 to 30 days"))
}

/// What a person without an account is asked for before an invitation is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUpPolicy {
    /// How the name is asked for.
    pub name: NameForm,
    /// Whether a username must be chosen (S4.5).
    pub username: bool,
    /// Whether a password must be chosen (S2.3); otherwise one may be.
    pub password: bool,
    /// Whether a person registers before anything can be accepted: a mail with a one-time login link follows, the first
    /// login asks for the password, and then the invitation waits to be accepted (S0.10).
    #[serde(default)]
    pub registers_first: bool,
}

/// How a person's name is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameForm {
    /// One field, as people write themselves.
    OneField,
    /// First and last name (S2.3).
    FirstAndLast,
}
