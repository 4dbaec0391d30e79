//! Links by which a user comes back: sign in once, choose a new password, prove an address. One row a kind says which
//! link is the latest, and whether it is alive.

use time::{Duration, OffsetDateTime};

use crate::email::EmailAddress;
use crate::facts::Facts;
use crate::id::{UserId, UserLinkId};
use crate::refusal::Refusal;
use crate::secret::{Link, LinkKind};

/// The latest link of a kind to a user; for the verification of addresses, the latest to each address. The link itself
/// is derived from a key and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLink {
    /// Its id, drawn anew when a row begins, so that no link that was ever forgotten comes back to life.
    pub id: UserLinkId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub kind: LinkKind,
    /// Which link of this row is the latest; the older ones are dead.
    pub generation: u32,
    /// Where it was mailed to: whoever has it reads that mailbox.
    pub address: EmailAddress,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this instant on it is dead.
    pub expires_at: OffsetDateTime,
    /// When it was used; a link works once (A12).
    pub used_at: Option<OffsetDateTime>,
    /// Counts the changes to this row: of two who use a link at once, one finds another version.
    pub version: u64,
}

/// What a link is to be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// The row's id, if it begins a row.
    pub id: UserLinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// How long it can be used.
    pub lasts: Duration,
}

/// Until a link is that old, no newer one of its kind is mailed: nobody's mailbox is filled by asking again and again,
/// and the link that is on its way is not killed (A54).
pub const MAILED_AT_MOST_EVERY: Duration = Duration::minutes(1);

impl NewLink {
    /// The row after making the link: the next generation of an earlier row, or a new one.
    pub fn row(&self, facts: &Facts, user: UserId, address: &EmailAddress) -> UserLink {
        let earlier = facts.link_in_place(user, self.kind, address);
        UserLink {
            id: earlier.map_or(self.id, |it| it.id),
            user,
            kind: self.kind,
            generation: earlier.map_or(0, |it| it.generation).saturating_add(1),
            address: address.clone(),
            created_at: facts.now,
            expires_at: facts.now.saturating_add(self.lasts),
            used_at: None,
            version: earlier.map_or(0, |it| it.version).saturating_add(1),
        }
    }

    /// Whether the one before was mailed a moment ago and can still be used.
    pub fn is_too_soon(&self, facts: &Facts, user: UserId, address: &EmailAddress) -> bool {
        let earlier = facts.link_in_place(user, self.kind, address).filter(|it| it.is_alive(facts.now));
        earlier.is_some_and(|it| facts.now < it.created_at.saturating_add(MAILED_AT_MOST_EVERY))
    }
}

impl UserLink {
    /// Whether it can be used at that instant.
    pub fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }

    /// Whether it lets somebody in: what a change of the password puts an end to.
    pub fn recovers(&self) -> bool {
        matches!(self.kind, LinkKind::OneTimeLogin | LinkKind::PasswordReset)
    }
}

impl Facts {
    /// The row that a link of this kind to that address is of.
    fn link_in_place(&self, user: UserId, kind: LinkKind, address: &EmailAddress) -> Option<&UserLink> {
        let any_address = kind != LinkKind::Verification;
        self.links.iter().find(|it| it.user == user && it.kind == kind && (any_address || it.address == *address))
    }

    /// The row of a link that was shown, if that link can be used now. Only whoever holds a well-formed link learns why
    /// not.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`] and [`Refusal::LinkExpired`].
    pub fn open_link(&self, link: &Link) -> Result<&UserLink, Refusal> {
        let row = self.links.iter().find(|it| it.id.0 == link.id && it.user.0 == link.scope && it.kind == link.kind);
        let row = row.ok_or(Refusal::UnknownLink)?;
        if row.generation != link.generation {
            return Err(Refusal::LinkSuperseded);
        }
        if row.used_at.is_some() {
            return Err(Refusal::LinkSpent);
        }
        if row.expires_at <= self.now {
            return Err(Refusal::LinkExpired);
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::Event;
    use crate::fixture::{NOW, at, email, user};

    fn new(id: u128, kind: LinkKind) -> NewLink {
        NewLink { id: UserLinkId(Uuid::from_u128(id)), kind, lasts: Duration::hours(1) }
    }

    fn issued(mut facts: Facts, new: &NewLink, address: &str) -> (Facts, Link) {
        let row = new.row(&facts, user(1), &email(address));
        let link = Link::to_user(row.kind, row.user, row.id, row.generation);
        facts.apply(&Event::UserLinkIssued { link: row });
        (facts, link)
    }

    fn outcome(facts: &Facts, link: &Link) -> &'static str {
        facts.open_link(link).map_or_else(|refusal| refusal.code(), |_| "ok")
    }

    #[test]
    fn a_newer_link_kills_the_older_ones_of_its_kind() {
        let (facts, first) = issued(Facts::nothing(NOW), &new(1, LinkKind::PasswordReset), "a@example.org");
        let (facts, other) = issued(facts, &new(2, LinkKind::OneTimeLogin), "a@example.org");
        assert_eq!(outcome(&facts, &first), "ok");
        let (facts, second) = issued(facts, &new(3, LinkKind::PasswordReset), "b@example.org");
        assert_eq!([&first, &second, &other].map(|link| outcome(&facts, link)), ["link-superseded", "ok", "ok"]);
        assert_eq!((first.id, facts.links.len()), (second.id, 2), "one row a kind");
    }

    #[test]
    fn addresses_are_verified_each_by_its_own_link() {
        let (facts, one) = issued(Facts::nothing(NOW), &new(1, LinkKind::Verification), "a@example.org");
        let (facts, two) = issued(facts, &new(2, LinkKind::Verification), "b@example.org");
        assert_eq!([&one, &two].map(|link| outcome(&facts, link)), ["ok", "ok"]);
    }

    #[test]
    fn a12_a14_a_link_is_alive_once_in_time_and_for_its_purpose_only() {
        let (mut facts, link) = issued(Facts::nothing(NOW), &new(1, LinkKind::PasswordReset), "a@example.org");
        assert_eq!(outcome(&facts, &Link { kind: LinkKind::OneTimeLogin, ..link }), "unknown-link");
        assert_eq!(outcome(&facts, &Link { scope: user(2).0, ..link }), "unknown-link");
        assert_eq!(outcome(&facts, &Link { id: Uuid::from_u128(9), ..link }), "unknown-link");
        assert_eq!(outcome(&at(facts.clone(), NOW + Duration::hours(1)), &link), "link-expired");
        facts.apply(&Event::UserLinkUsed { user: user(1), link: UserLinkId(link.id) });
        assert_eq!(outcome(&facts, &link), "link-spent");
    }

    #[test]
    fn asking_twice_at_once_makes_one_link() {
        let new = new(1, LinkKind::PasswordReset);
        let (facts, _) = issued(Facts::nothing(NOW), &new, "a@example.org");
        assert!(new.is_too_soon(&facts, user(1), &email("a@example.org")));
        assert!(!new.is_too_soon(&at(facts.clone(), NOW + MAILED_AT_MOST_EVERY), user(1), &email("a@example.org")));
        assert!(!new.is_too_soon(&facts, user(2), &email("a@example.org")));
    }
}
