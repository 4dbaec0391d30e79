//! A person in one organization: role, status, seat and dates.

use time::OffsetDateTime;

use crate::email::EmailAddress;
use crate::id::{MemberId, UserId};
use crate::language::Language;
use crate::name::PersonName;
use crate::organization::Organization;
use crate::profile::MemberProfile;
use crate::role::RoleKey;
use crate::roster::Rounds;
use crate::set_up::SetUpLink;

/// A membership. Its row exists while the person belongs; a removal leaves only the audit log's memory of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// The user it belongs to; `None` for a person who is known but has no login yet.
    pub user: Option<UserId>,
    /// What the person is called here.
    pub name: PersonName,
    /// The address at which the organization reaches them: the one by which the person came, until they choose another.
    pub email: Option<EmailAddress>,
    /// The role. The owner's row carries the highest one; that it is the owner's is the organization's fact.
    pub role: RoleKey,
    /// The status that was last written; [`Member::status_at`] also minds the deactivation date.
    pub status: MemberStatus,
    /// Whether the member holds a seat.
    pub seat: bool,
    /// Since when the member waits for a seat; the longest comes first. Never set for who holds one.
    pub waits_since: Option<OffsetDateTime>,
    /// When the membership began.
    pub joined_at: OffsetDateTime,
    /// When the role last rose by what others did. A sign-in of a browser that is older is replaced on its next page
    /// (A64, `docs/decisions/0042`).
    pub raised_at: Option<OffsetDateTime>,
    /// From when on the member has no access; decided by comparing times, never by whether a job has run (S2.14).
    pub deactivates_at: Option<OffsetDateTime>,
    /// What the organization keeps of the person besides.
    pub profile: MemberProfile,
    /// The personal link by which the person sets up a login, if one was ever made.
    pub set_up: Option<SetUpLink>,
    /// In which rounds the person was written to (S4.3).
    pub rounds: Rounds,
    /// Since when the person has the login that they have now: since it was set up, or since they came with it (S4.6).
    pub login_since: Option<OffsetDateTime>,
    /// Counts the changes to this row: an `ETag`.
    pub version: u64,
}

/// Whether a member may do anything at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberStatus {
    /// Has the access that role and seat give.
    Active,
    /// Set aside by an administrator; keeps the role and the seat.
    Suspended,
    /// Past the deactivation date: no access, the seat is free, the record stays and can be reactivated.
    Deactivated,
}

impl MemberStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Deactivated];

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deactivated => "deactivated",
        }
    }
}

impl Member {
    /// The status at an instant: a deactivation date that has come counts, settled or not (I16).
    pub fn status_at(&self, now: OffsetDateTime) -> MemberStatus {
        match self.deactivates_at {
            Some(at) if at <= now => MemberStatus::Deactivated,
            _ => self.status,
        }
    }

    /// The language in which the organization writes to them: their own where it is known, or else its own.
    pub fn language_in(&self, organization: &Organization) -> Language {
        self.profile.language.unwrap_or(organization.language)
    }

    /// Whether the date has come but the row does not say so yet.
    pub fn has_lapsed(&self, now: OffsetDateTime) -> bool {
        self.status_at(now) == MemberStatus::Deactivated && self.status != MemberStatus::Deactivated
    }

    /// What a search looks through besides the address: names, number and labels in lower case, each on a line of its
    /// own, so that no match reaches from one into the next.
    pub fn search_key(&self) -> String {
        let MemberProfile { names, number, labels, .. } = &self.profile;
        let parts = [Some(self.name.as_str()), names.first.as_ref().map(PersonName::as_str)].into_iter().flatten();
        let parts =
            parts.chain(names.last.as_ref().map(PersonName::as_str)).chain(number.as_ref().map(|it| it.as_str()));
        parts.chain(labels.iter()).map(str::to_lowercase).collect::<Vec<_>>().join("\n")
    }

    /// Whether the member waits for a seat at an instant.
    pub fn waits_at(&self, now: OffsetDateTime) -> bool {
        self.waits_since.is_some() && self.status_at(now) != MemberStatus::Deactivated
    }

    /// Whether the member holds a seat at an instant.
    pub fn seat_at(&self, now: OffsetDateTime) -> bool {
        self.seat && self.status_at(now) != MemberStatus::Deactivated
    }
}
