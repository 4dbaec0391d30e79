//! The roster: the members who have no login yet, and the rounds of mail by which they are brought to set one up
//! (S4.1–S4.3). Why a round is sent in chunks: `docs/decisions/0029`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::authority::{Action, Authority};
use crate::facts::Facts;
use crate::id::{GroupId, MemberId, RoundId};
use crate::input::InvalidInput;
use crate::member::{Member, MemberStatus};
use crate::port::MemberQuery;
use crate::refusal::Refusal;
use crate::role::RoleKey;

/// In which rounds a member was written to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rounds {
    /// The rounds' numbers, ascending.
    pub numbers: Vec<u32>,
    /// When the last of them wrote to the member.
    pub last_at: Option<OffsetDateTime>,
}

impl Rounds {
    /// One more round has written to the member.
    pub fn add(&mut self, number: u32, at: OffsetDateTime) {
        self.numbers.push(number);
        self.last_at = Some(at);
    }
}

/// How far members without a login have been invited to set one up: a filter of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invited {
    /// No personal link was ever made.
    Never,
    /// The mail with the latest link came back, or was given up.
    Bounced,
    /// The round of that number wrote to them.
    Round(u32),
}

impl Invited {
    /// Whether a member is one of these.
    pub fn includes(self, member: &Member) -> bool {
        match self {
            Self::Never => member.set_up.is_none(),
            Self::Bounced => member.set_up.is_some_and(|link| link.delivery.is_lost()),
            Self::Round(number) => member.rounds.numbers.contains(&number),
        }
    }

    /// Reads `never`, `bounced` or `round-` and its number.
    ///
    /// # Errors
    /// `unknown`, about the field `invited`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let unknown =
            || InvalidInput::new("invited", "unknown", "must be `never`, `bounced`, or `round-` and a number");
        match text {
            "never" => Ok(Self::Never),
            "bounced" => Ok(Self::Bounced),
            other => {
                let number = other.strip_prefix("round-").and_then(|number| number.parse().ok());
                number.map(Self::Round).ok_or_else(unknown)
            }
        }
    }
}

impl std::fmt::Display for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::Bounced => f.write_str("bounced"),
            Self::Round(number) => write!(f, "round-{number}"),
        }
    }
}

/// To whom a round goes, of those who have no login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Audience {
    /// To these, at most [`Audience::MOST_CHOSEN`], in the order of their ids.
    Chosen {
        /// Whom.
        members: Vec<MemberId>,
    },
    /// To all who match.
    Matching {
        /// Whose name, address, number or label contains this.
        text: Option<String>,
        /// Who have this role.
        role: Option<RoleKey>,
        /// Who are in this group.
        group: Option<GroupId>,
        /// Who were invited so far, or not.
        invited: Option<Invited>,
    },
}

impl Audience {
    /// The most members of a selection.
    pub const MOST_CHOSEN: usize = 1_000;

    /// A selection, each member once.
    ///
    /// # Errors
    /// `empty` and `too-many`, about the field `members`.
    pub fn chosen(mut members: Vec<MemberId>) -> Result<Self, InvalidInput> {
        members.sort_unstable();
        members.dedup();
        if members.is_empty() {
            return Err(InvalidInput::new("members", "empty", "must name at least one member"));
        }
        if members.len() > Self::MOST_CHOSEN {
            let rule = format!("must be at most {}; send to all who match a filter instead", Self::MOST_CHOSEN);
            return Err(InvalidInput::new("members", "too-many", rule));
        }
        Ok(Self::Chosen { members })
    }

    /// The list of members that it is, if it is one by filter.
    pub fn query(&self) -> Option<MemberQuery> {
        match self {
            Self::Chosen { .. } => None,
            Self::Matching { text, role, group, invited } => Some(MemberQuery {
                text: text.clone(),
                role: role.clone(),
                group: *group,
                invited: *invited,
                login: Some(false),
                ..MemberQuery::default()
            }),
        }
    }
}

/// Why a round leaves somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// A login was set up, perhaps while the round was under way.
    HasLogin,
    /// There is no address; the link can be handed over.
    NoAddress,
    /// The membership is suspended, or its date has come.
    NotActive,
    /// The member ranks too high for whoever started the round.
    AboveYours,
    /// The member is not there any more.
    Gone,
    /// The mailbox has had as many invitations and personal links as it may have for now.
    RateLimited,
}

impl LeftOut {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::HasLogin, Self::NoAddress, Self::NotActive, Self::AboveYours, Self::Gone, Self::RateLimited];

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HasLogin => "has_login",
            Self::NoAddress => "no_address",
            Self::NotActive => "not_active",
            Self::AboveYours => "above_yours",
            Self::Gone => "gone",
            Self::RateLimited => "rate_limited",
        }
    }
}

/// How many a round leaves out, by reason.
pub type LeftOutCounts = BTreeMap<LeftOut, u64>;

/// Members without a login who are alike in everything that decides whether a round writes to them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct RosterGroup {
    /// Their role.
    pub role: RoleKey,
    /// Whether they are active now.
    pub active: bool,
    /// Whether they have an address.
    pub has_address: bool,
    /// Whether no personal link was ever made.
    pub never_invited: bool,
    /// Whether the mail with the latest link came back, or was given up.
    pub bounced: bool,
    /// How many they are.
    pub count: u64,
}

/// How many mails a round would send, and why not more (X.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forecast {
    /// How many would get a mail.
    pub mail: u64,
    /// How many would not, by reason.
    pub left_out: LeftOutCounts,
}

impl Forecast {
    /// Counts members who are alike.
    pub fn count(&mut self, verdict: Result<(), LeftOut>, members: u64) {
        let counter = match verdict {
            Ok(()) => &mut self.mail,
            Err(reason) => self.left_out.entry(reason).or_default(),
        };
        *counter = counter.saturating_add(members);
    }
}

/// The members without a login in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RosterCounts {
    /// All of them.
    pub without_login: u64,
    /// For whom no personal link was ever made.
    pub never_invited: u64,
    /// Whose last mail came back, or was given up.
    pub bounced: u64,
    /// Who have no address: only a link that is handed over reaches them.
    pub without_address: u64,
}

impl RosterCounts {
    /// Adds groups up.
    pub fn of(groups: &[RosterGroup]) -> Self {
        let sum = |is_one: fn(&RosterGroup) -> bool| groups.iter().filter(|it| is_one(it)).map(|it| it.count).sum();
        Self {
            without_login: sum(|_| true),
            never_invited: sum(|it| it.never_invited),
            bounced: sum(|it| it.bounced),
            without_address: sum(|it| !it.has_address),
        }
    }
}

/// One round of mail to members without a login (S4.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// Counts the organization's rounds, from 1.
    pub number: u32,
    /// To whom it goes.
    pub audience: Audience,
    /// Who started it.
    pub started_by: MemberId,
    /// What that member was called then.
    pub starter: String,
    /// When it was started.
    pub started_at: OffsetDateTime,
    /// When its latest chunk was sent.
    pub moved_at: OffsetDateTime,
    /// When there was nobody left to write to, or it was ended.
    pub finished_at: Option<OffsetDateTime>,
    /// How many chunks were sent.
    pub chunks: u32,
    /// The last member who was considered; the next chunk begins after them.
    pub after: Option<MemberId>,
    /// How many were written to.
    pub mailed: u64,
    /// How many were left out, by reason.
    pub left_out: LeftOutCounts,
    /// Counts the changes to this row.
    pub version: u64,
}

impl Round {
    /// How many members a chunk considers. The organization's other writers wait for one chunk, never for a round.
    pub const CHUNK: u32 = 100;

    /// How long the same round cannot be started again, so that a second press of the button sends nothing.
    pub const NOT_AGAIN_FOR: Duration = Duration::hours(1);

    /// After how long without a chunk a round counts as given up, so that it does not stand in the way for ever.
    pub const GIVEN_UP_AFTER: Duration = Duration::hours(1);

    /// Whether it still sends.
    pub fn is_under_way(&self, now: OffsetDateTime) -> bool {
        self.finished_at.is_none() && now < self.moved_at.saturating_add(Self::GIVEN_UP_AFTER)
    }
}

/// What one chunk did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundStep {
    /// The last member it considered.
    pub after: Option<MemberId>,
    /// How many it wrote to.
    pub mailed: u64,
    /// How many it left out, by reason.
    pub left_out: LeftOutCounts,
    /// Whether nobody is left.
    pub finishes: bool,
}

impl Authority<'_> {
    /// Whether a round that this actor starts writes to a member.
    ///
    /// # Errors
    /// Why not.
    pub fn may_write_to(&self, member: &Member) -> Result<(), LeftOut> {
        if member.user.is_some() {
            return Err(LeftOut::HasLogin);
        }
        self.may(Action::ManageLogin { member }).map_err(|_| LeftOut::AboveYours)?;
        writable(member.status_at(self.now) == MemberStatus::Active, member.email.is_some())
    }

    /// Whether such a round writes to members who are alike in this.
    ///
    /// # Errors
    /// Why not.
    pub fn may_write_to_all(&self, group: &RosterGroup) -> Result<(), LeftOut> {
        if !self.reaches(&group.role) {
            return Err(LeftOut::AboveYours);
        }
        writable(group.active, group.has_address)
    }
}

fn writable(active: bool, has_address: bool) -> Result<(), LeftOut> {
    match (active, has_address) {
        (false, _) => Err(LeftOut::NotActive),
        (true, false) => Err(LeftOut::NoAddress),
        (true, true) => Ok(()),
    }
}

impl Facts {
    /// A round by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownRound`].
    pub fn round(&self, id: RoundId) -> Result<&Round, Refusal> {
        self.rounds.iter().find(|it| it.id == id).ok_or(Refusal::UnknownRound)
    }

    /// The latest round.
    pub fn latest_round(&self) -> Option<&Round> {
        self.rounds.iter().max_by_key(|it| it.number)
    }
}

/// The refusal that says why the only one who was chosen cannot be written to.
pub(crate) fn refusal_of(reason: LeftOut) -> Refusal {
    match reason {
        LeftOut::HasLogin => Refusal::LoginExists,
        LeftOut::NoAddress => {
            let rule = "must have an address to be written to; hand the personal link over instead";
            InvalidInput::new("members", "no-address", rule).into()
        }
        LeftOut::NotActive => Refusal::MemberNotActive,
        LeftOut::AboveYours => Refusal::MemberAboveYours,
        LeftOut::Gone => Refusal::UnknownMember,
        LeftOut::RateLimited => Refusal::NobodyToWriteTo,
    }
}
