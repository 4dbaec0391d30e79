//! An offer to one address, and the states it can be in.

use time::{Duration, OffsetDateTime};

use crate::email::EmailAddress;
use crate::id::{GroupId, InvitationId, MemberId, SessionId, WordingId};
use crate::language::Language;
use crate::role::RoleKey;

/// An offer to one address to become a member. It ends in exactly one of four ways (I3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The only address it can be accepted for (A03).
    pub email: EmailAddress,
    /// The role it gives.
    pub role: RoleKey,
    /// Whether accepting makes the person the organization's owner, which only an operator can offer.
    pub for_owner: bool,
    /// The state that was last written; [`Invitation::state_at`] also minds the dates.
    pub state: InvitationState,
    /// Which links are alive: a link carries the generation it was made for, and a new one kills the older.
    pub generation: u32,
    /// How the link of this generation reaches the person. Only mail proves the mailbox.
    pub channel: Channel,
    /// Whether it reserves a seat while it is pending.
    pub reserves_seat: bool,
    /// Who made the offer; asked again, when it is accepted, whether they still may (I9).
    pub invited_by: Inviter,
    /// The language of its mail.
    pub language: Language,
    /// The inviter's own words.
    pub message: Option<String>,
    /// The inviter's text for this one mail, in place of the organization's (S0.8).
    pub wording: Option<WordingId>,
    /// The date on which the membership will end by itself (S2.2).
    pub deactivates_at: Option<OffsetDateTime>,
    /// The groups that accepting leads into, as far as they are there by then (S2.2).
    pub groups: Vec<GroupId>,
    /// The sessions that accepting enrols in by name, as far as they are not over by then (S2.13).
    pub sessions: Vec<SessionId>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From when on it can be accepted, and its mail goes out.
    pub opens_at: OffsetDateTime,
    /// From this instant on it cannot be accepted any more (A18).
    pub expires_at: OffsetDateTime,
    /// When it ended.
    pub settled_at: Option<OffsetDateTime>,
    /// The membership it led to.
    pub member: Option<MemberId>,
    /// How often it went out.
    pub sends: u32,
    /// How its e-mail fares, as the courier reported it.
    pub delivery: Delivery,
    /// Counts the changes to this row, deliveries aside: an `ETag`.
    pub version: u64,
}

/// Who made an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inviter {
    /// A member, who must still be allowed to grant the role when it is accepted.
    Member(MemberId),
    /// The deployment's operator.
    Operator,
}

/// How a link reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By mail: whoever opens it reads that mailbox.
    Mail,
    /// Handed over by an administrator: it proves nothing about the mailbox.
    Hand,
}

/// The states of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvitationState {
    /// Waits for the date on which it goes out.
    Scheduled,
    /// Can be accepted.
    Pending,
    /// Became a membership.
    Accepted,
    /// The person said no.
    Declined,
    /// The organization took it back.
    Revoked,
    /// Nobody answered in time.
    Expired,
}

impl InvitationState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Scheduled, Self::Pending, Self::Accepted, Self::Declined, Self::Revoked, Self::Expired];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// How the mail of an invitation fares; a fact apart from its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delivery {
    /// No mail belongs to it: the link is handed over.
    None,
    /// Waits for the courier.
    Queued,
    /// A mail server took it.
    Sent,
    /// Refused for now; it will be tried again.
    Deferred,
    /// Refused for good.
    Bounced,
    /// Given up after the last attempt.
    Failed,
}

impl Delivery {
    /// Every outcome.
    pub const ALL: [Self; 6] = [Self::None, Self::Queued, Self::Sent, Self::Deferred, Self::Bounced, Self::Failed];

    /// Whether the mail has not arrived, and will not: it came back, or was given up.
    pub fn is_lost(self) -> bool {
        matches!(self, Self::Bounced | Self::Failed)
    }

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
        }
    }
}

/// When somebody is reminded of a link that was mailed at `since`: two and five days later, and two days before the
/// invitation expires, in order.
pub fn reminder_dates(since: OffsetDateTime, expires_at: OffsetDateTime) -> Vec<OffsetDateTime> {
    let days = |days| since.saturating_add(Duration::days(days));
    let mut dates = vec![days(2), days(5), expires_at.saturating_sub(Duration::days(2))];
    dates.retain(|at| since < *at && *at < expires_at);
    dates.sort_unstable();
    dates.dedup();
    dates
}

impl Invitation {
    /// The state at an instant. Rows are written as `pending` from the start; the two dates decide between scheduled,
    /// pending and expired, whether or not a job has run (I16).
    pub fn state_at(&self, now: OffsetDateTime) -> InvitationState {
        match self.state {
            InvitationState::Pending if self.expires_at <= now => InvitationState::Expired,
            InvitationState::Pending if now < self.opens_at => InvitationState::Scheduled,
            written => written,
        }
    }

    /// Whether it is still an open offer, or will be one.
    pub fn is_outstanding(&self, now: OffsetDateTime) -> bool {
        matches!(self.state_at(now), InvitationState::Scheduled | InvitationState::Pending)
    }

    /// Whether its time is over but the row does not say so yet.
    pub fn has_lapsed(&self, now: OffsetDateTime) -> bool {
        self.state == InvitationState::Pending && self.expires_at <= now
    }
}
