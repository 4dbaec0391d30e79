//! Keys by which programs act: what is kept of one, and when it is alive. The text itself is shown once
//! ([`KeyText`](crate::secret::KeyText)).

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

use crate::facts::Facts;
use crate::id::{ApiKeyId, MemberId, UserId};
use crate::input::InvalidInput;
use crate::member::Member;
use crate::name::KeyName;
use crate::refusal::Refusal;
use crate::role::Permission;
use crate::secret::TokenHash;

/// A key of an organization or of the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id; it is no secret.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: KeyName,
    /// What it was narrowed to. What it may do is that, or less: never more than whoever made it may do now (A32).
    pub scopes: BTreeSet<Permission>,
    /// Who made it.
    pub made_by: Maker,
    /// Whether whoever made it had shown two factors. An organization that asks for a second factor takes no key that
    /// was made without one, also if it asks only since then. Means nothing for a key of the operator.
    pub two_factors: bool,
    /// The hash of its text.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this instant on it is worth nothing.
    pub expires_at: OffsetDateTime,
    /// When its use was last written down; that is done at most hourly ([`ApiKey::NOTED_EVERY`]).
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// Counts the changes to this row.
    pub version: u64,
}

/// Who made a key, and on whose behalf it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// A member. The key lives in this membership and ends with it: whoever comes back later is another member.
    Member(MemberId),
    /// The operator, as a person or by token.
    Operator(Option<UserId>),
}

impl Maker {
    /// The member, if it was one.
    pub fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(id) => Some(id),
            Self::Operator(_) => None,
        }
    }

    /// The person, if it was the operator and known by name.
    pub fn operator(self) -> Option<UserId> {
        match self {
            Self::Operator(id) => id,
            Self::Member(_) => None,
        }
    }
}

impl ApiKey {
    /// How many keys of an organization, or of the operator, can be alive at a time.
    pub const MOST_ALIVE: u32 = 100;

    /// How often it is written down at most that a key is used.
    pub const NOTED_EVERY: Duration = Duration::hours(1);

    /// For how long after its end a key is still listed, so that people find out why it stopped working.
    pub const LISTED_FOR: Duration = Duration::days(30);

    /// Whether it is neither revoked nor over. An organization's key is besides worth nothing without its maker.
    pub fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it is time to write down that it is used.
    pub fn is_to_be_noted(&self, now: OffsetDateTime) -> bool {
        self.last_used_at.is_none_or(|at| at.saturating_add(Self::NOTED_EVERY) <= now)
    }

    /// The membership it acts for, as long as both are there.
    pub fn holder<'a>(&self, facts: &'a Facts) -> Option<&'a Member> {
        if !self.is_alive(facts.now) {
            return None;
        }
        facts.member(self.made_by.member()?).ok()
    }
}

/// What a key is to be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: KeyName,
    /// What it may do at most.
    pub scopes: BTreeSet<Permission>,
    /// For how many days; [`NewKey::DEFAULT_DAYS`] if no number is named.
    pub days: Option<u16>,
    /// The hash of its text.
    pub token: TokenHash,
}

impl NewKey {
    /// How many days a key lasts if nobody says.
    pub const DEFAULT_DAYS: u16 = 90;

    /// How many days a key lasts at most. No key lasts for ever.
    pub const MOST_DAYS: u16 = 366;

    /// The row, if it says what a key can be.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about `expires_in_days` (`out-of-range`) or `scopes` (`empty`).
    pub fn row(&self, made_by: Maker, now: OffsetDateTime) -> Result<ApiKey, Refusal> {
        let days = self.days.unwrap_or(Self::DEFAULT_DAYS);
        if days == 0 || Self::MOST_DAYS < days {
            let rule = format!("must be between 1 and {}", Self::MOST_DAYS);
            return Err(InvalidInput::new("expires_in_days", "out-of-range", rule).into());
        }
        if self.scopes.is_empty() {
            return Err(
                InvalidInput::new("scopes", "empty", "must name a permission; a key without any is no use").into()
            );
        }
        Ok(ApiKey {
            id: self.id,
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            made_by,
            two_factors: false,
            token: self.token,
            created_at: now,
            expires_at: now.saturating_add(Duration::days(i64::from(days))),
            last_used_at: None,
            revoked_at: None,
            version: 1,
        })
    }
}

/// Says that a permission is none that a key can be narrowed to.
pub(crate) fn unknown_scope(permission: &Permission) -> Refusal {
    let rule = format!("must be permissions there are; `{permission}` is none");
    InvalidInput::new("scopes", "unknown-permission", rule).into()
}

/// Whether another key may be made beside these.
pub(crate) fn room_for_another(keys: &[ApiKey], now: OffsetDateTime) -> Result<(), Refusal> {
    let alive = keys.iter().filter(|key| key.is_alive(now)).count();
    if usize::try_from(ApiKey::MOST_ALIVE).is_ok_and(|most| alive < most) {
        return Ok(());
    }
    Err(Refusal::TooManyKeys { limit: ApiKey::MOST_ALIVE })
}
