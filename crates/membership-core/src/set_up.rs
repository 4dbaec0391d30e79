//! How a member who has no login comes to one: by a personal link that is mailed or handed over (S4.5, S4.8), or by an
//! initial password that somebody else has set (S2.6).

use time::{Duration, OffsetDateTime};

use crate::invitation::{Channel, Delivery};
use crate::typed_code::CodeLocator;

/// A member's personal link, as the membership's row remembers it. The link itself is derived from a key and never
/// stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetUpLink {
    /// Which link is the latest; the older ones are dead (S4.8).
    pub generation: u32,
    /// How it reaches the person. Only mail proves the mailbox.
    pub channel: Channel,
    /// When it was made.
    pub issued_at: OffsetDateTime,
    /// From this instant on it is dead.
    pub expires_at: OffsetDateTime,
    /// When the person set up the login with it; it works once.
    pub used_at: Option<OffsetDateTime>,
    /// How the mail that carries it fares; the courier writes it, and no rule is decided on it.
    pub delivery: Delivery,
    /// The code that can be typed in its place, if it was handed over. Another link ends it, too.
    pub code: Option<SetUpCode>,
}

/// What is kept of the short code that can be typed in the place of a personal link; its secret follows from the link's.
/// Wrong guesses end the code, never the link or the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SetUpCode {
    /// What finds the member by what was typed.
    pub locator: CodeLocator,
    /// From this instant on it is dead.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// How many wrong codes were typed that lead here.
    pub misses: u32,
}

impl SetUpCode {
    /// How long a code can be typed: a letter needs a few days.
    pub const LASTS: Duration = Duration::days(7);

    /// With how many wrong guesses it ends.
    pub const MOST_MISSES: u32 = 5;

    /// One that is made now.
    pub fn new(locator: CodeLocator, now: OffsetDateTime) -> Self {
        Self { locator, expires_at: now.saturating_add(Self::LASTS), misses: 0 }
    }

    /// Whether guesses have ended it.
    pub fn is_guessed_dead(&self) -> bool {
        Self::MOST_MISSES <= self.misses
    }
}

impl SetUpLink {
    /// How long a personal link can be used.
    pub const LASTS: Duration = Duration::days(14);

    /// The link after making a new one; the earlier one is dead.
    #[must_use]
    pub fn after(earlier: Option<&Self>, reach: Reach, now: OffsetDateTime) -> Self {
        let channel = reach.channel();
        Self {
            generation: earlier.map_or(0, |it| it.generation).saturating_add(1),
            channel,
            issued_at: now,
            expires_at: now.saturating_add(Self::LASTS),
            used_at: None,
            delivery: if channel == Channel::Mail { Delivery::Queued } else { Delivery::None },
            code: reach.locator().map(|locator| SetUpCode::new(locator, now)),
        }
    }
}

/// How a personal link that is to be made reaches the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By mail.
    Mail,
    /// Handed over, with a code that can be typed in its place.
    Hand(CodeLocator),
}

impl Reach {
    /// The channel, which decides what the link proves.
    pub fn channel(self) -> Channel {
        match self {
            Self::Mail => Channel::Mail,
            Self::Hand(_) => Channel::Hand,
        }
    }

    fn locator(self) -> Option<CodeLocator> {
        match self {
            Self::Mail => None,
            Self::Hand(locator) => Some(locator),
        }
    }
}

/// A password that somebody else has set: it lets the person in once, and then one's own must be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitialPassword {
    /// From this instant on it is worth nothing.
    pub expires_at: OffsetDateTime,
    /// When it let the person in.
    pub used_at: Option<OffsetDateTime>,
}

impl InitialPassword {
    /// How long an initial password waits for the person.
    pub const LASTS: Duration = Duration::days(14);

    /// One that was set now.
    pub fn set_at(now: OffsetDateTime) -> Self {
        Self { expires_at: now.saturating_add(Self::LASTS), used_at: None }
    }

    /// Whether it can let the person in.
    pub fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}
