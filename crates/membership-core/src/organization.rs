//! An organization's head: who it is, who owns it, what its rules are, and how its seats stand.

use time::OffsetDateTime;

use crate::branding::Branding;
use crate::id::{MemberId, OrganizationId};
use crate::input::InvalidInput;
use crate::language::Language;
use crate::name::OrganizationName;
use crate::policy::{OrganizationPolicy, SeatPolicy, WhenFull};
use crate::subscription::Subscription;

/// The tenant. The products we reproduce call it group, organization, platform, account or portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What it calls itself.
    pub name: OrganizationName,
    /// Where it stands in its life.
    pub state: OrganizationState,
    /// The owner; exactly one while the organization is live (I1), none before its owner has accepted.
    pub owner: Option<MemberId>,
    /// Its rules.
    pub policy: OrganizationPolicy,
    /// The language of its mails when the recipient has none.
    pub language: Language,
    /// How it looks and signs (S3.8).
    pub branding: Branding,
    /// When it was founded.
    pub created_at: OffsetDateTime,
    /// Counts the changes to this row and to what was sold to it: an `ETag`.
    pub version: u64,
}

/// Where an organization stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationState {
    /// An operator created it for an address that has not accepted yet; it is not live.
    AwaitingOwner,
    /// In use.
    Live,
    /// Deleted by its owner; to everybody it does not exist.
    Deleted,
}

impl OrganizationState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::AwaitingOwner, Self::Live, Self::Deleted];

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingOwner => "awaiting_owner",
            Self::Live => "live",
            Self::Deleted => "deleted",
        }
    }
}

/// The seats as counters, kept in a row of their own and equal to the rows they count (I2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seats {
    /// How many the subscription sells; `None` is unlimited.
    pub limit: Option<u32>,
    /// Members who hold a seat.
    pub assigned: u32,
    /// Pending invitations that reserve one, lapsed ones that nobody has settled yet included.
    pub reserved: u32,
    /// Members who wait for a seat, suspended ones included. They take none.
    pub waiting: u32,
}

impl Seats {
    /// The largest limit that can be set.
    pub const LARGEST_LIMIT: u32 = 10_000_000;

    /// Checks a limit that somebody wants to set.
    ///
    /// # Errors
    /// `out-of-range`, about the field `seat_limit`.
    pub fn check_limit(limit: Option<u32>) -> Result<(), InvalidInput> {
        if limit.is_some_and(|limit| limit > Self::LARGEST_LIMIT) {
            let rule = format!("must be at most {}", Self::LARGEST_LIMIT);
            return Err(InvalidInput::new("seat_limit", "out-of-range", rule));
        }
        Ok(())
    }

    /// Assigned and reserved seats together.
    pub fn taken(&self) -> u32 {
        self.assigned.saturating_add(self.reserved)
    }

    /// Whether one more seat can be taken. Under a limit below use nobody is admitted, and nobody removed.
    pub fn has_free(&self) -> bool {
        self.limit.is_none_or(|limit| self.taken() < limit)
    }

    /// How many more can be taken; `None` is any number.
    pub fn free(&self) -> Option<u32> {
        self.limit.map(|limit| limit.saturating_sub(self.taken()))
    }
}

/// Where an organization's audit chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChainEnd {
    /// The number of the last entry; 0 before the first.
    pub sequence: u64,
    /// That entry's hash; zeros before the first.
    pub hash: [u8; 32],
}

/// The organization with all that changes as a whole: what a writer keeps others out of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The organization.
    pub organization: Organization,
    /// Its seat counters.
    pub seats: Seats,
    /// What it has bought, the number of seats aside.
    pub subscription: Subscription,
    /// Where its audit log ends.
    pub audit: ChainEnd,
    /// Counts the commits that changed anything in this organization.
    pub revision: u64,
}

impl Head {
    /// Whether a membership takes a seat at the moment it begins.
    pub fn seats_on_joining(&self) -> bool {
        matches!(self.organization.policy.seat_policy, SeatPolicy::OnJoining | SeatPolicy::OnInviting)
    }

    /// Whether who begins a membership and finds no seat waits for one; otherwise they are refused.
    pub fn waits_when_full(&self) -> bool {
        self.organization.policy.when_full == WhenFull::Wait
    }

    /// Whether an invitation reserves a seat.
    pub fn seats_on_inviting(&self) -> bool {
        self.organization.policy.seat_policy == SeatPolicy::OnInviting
    }
}
