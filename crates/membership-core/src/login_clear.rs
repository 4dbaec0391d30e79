//! Clearing the logins of an organization all at once, and taking that back within a day: what it does to each login, and
//! why it leaves some alone (S4.9). Why it goes in chunks, and in which order: `docs/decisions/0035`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::authority::{Action, Authority};
use crate::facts::Facts;
use crate::id::{ClearId, MemberId, UserId};
use crate::identity::Identity;
use crate::member::Member;
use crate::name::Username;
use crate::refusal::Refusal;
use crate::second_factor::SecondFactors;
use crate::set_up::InitialPassword;
use crate::user::{PasswordHash, User, UserEmail};

/// One time at which an organization's logins were cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginClear {
    /// Its id.
    pub id: ClearId,
    /// Counts the organization's clears, from 1.
    pub number: u32,
    /// How far it is.
    pub state: ClearState,
    /// Who started it.
    pub started_by: MemberId,
    /// What that member was called then.
    pub starter: String,
    /// When it was started. A login that was set up later is left alone.
    pub started_at: OffsetDateTime,
    /// For whom it is carried out: whoever started it, or whoever takes it back. Asked anew with each chunk.
    pub acts_for: MemberId,
    /// When its latest chunk was carried out.
    pub moved_at: OffsetDateTime,
    /// When all logins were cleared; from then on it can be taken back for [`LoginClear::UNDONE_WITHIN`].
    pub finished_at: Option<OffsetDateTime>,
    /// How many chunks were carried out.
    pub chunks: u32,
    /// The account that was considered last; the next chunk begins after it.
    pub after: Option<UserId>,
    /// What became of the logins.
    pub counts: ClearCounts,
    /// Counts the changes to this row.
    pub version: u64,
}

/// How far a clear is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClearState {
    /// Chunk by chunk, logins are cleared.
    Clearing,
    /// All of them are.
    Cleared,
    /// Chunk by chunk, they are given back.
    Undoing,
    /// Those that could be are given back.
    Undone,
}

impl ClearState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Clearing, Self::Cleared, Self::Undoing, Self::Undone];

    /// The name in the API and the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clearing => "clearing",
            Self::Cleared => "cleared",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// The state of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl LoginClear {
    /// How many logins a chunk considers. The organization's other writers wait for one chunk, never for a clear.
    pub const CHUNK: u32 = 100;

    /// How long it can be taken back.
    pub const UNDONE_WITHIN: Duration = Duration::hours(24);

    /// After how long without a chunk it counts as given up, so that it does not stand in the way for ever.
    pub const GIVEN_UP_AFTER: Duration = Duration::hours(1);

    /// Whether there is work left of it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, ClearState::Clearing | ClearState::Undoing)
    }

    /// From when on it counts as given up, if it does not move before.
    pub fn given_up_at(&self) -> OffsetDateTime {
        self.moved_at.saturating_add(Self::GIVEN_UP_AFTER)
    }

    /// Whether logins are being cleared or given back.
    pub fn is_under_way(&self, now: OffsetDateTime) -> bool {
        self.is_open() && now < self.given_up_at()
    }

    /// Until when it can be taken back, if it is finished.
    pub fn undone_until(&self) -> Option<OffsetDateTime> {
        self.finished_at.map(|at| at.saturating_add(Self::UNDONE_WITHIN))
    }

    /// Whether it can be taken back: also while it is under way, which stops it.
    pub fn can_be_undone(&self, now: OffsetDateTime) -> bool {
        match self.state {
            ClearState::Clearing => true,
            ClearState::Cleared => self.undone_until().is_some_and(|until| now < until),
            ClearState::Undoing => !self.is_under_way(now),
            ClearState::Undone => false,
        }
    }
}

/// What became of the logins, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClearCounts {
    /// Logins that are gone: this organization had made them, and no other relies on them.
    pub gone: u64,
    /// Logins that stay what they are elsewhere, and open this organization no more.
    pub untied: u64,
    /// Logins that were left alone, by reason.
    pub left_alone: BTreeMap<LeftAlone, u64>,
    /// Logins that were given back.
    pub given_back: u64,
    /// Logins that could not be given back, by reason.
    pub not_given_back: BTreeMap<NotGivenBack, u64>,
}

impl ClearCounts {
    /// How many people have to set up a login again.
    pub fn hit(&self) -> u64 {
        self.gone.saturating_add(self.untied)
    }

    /// Counts what becomes of one login.
    pub fn count(&mut self, fate: Fate) {
        let counter = match fate {
            Fate::Gone => &mut self.gone,
            Fate::Untied => &mut self.untied,
            Fate::LeftAlone(reason) => self.left_alone.entry(reason).or_default(),
        };
        *counter = counter.saturating_add(1);
    }

    /// Counts a login that was to be given back.
    pub fn count_back(&mut self, verdict: Result<(), NotGivenBack>) {
        let counter = match verdict {
            Ok(()) => &mut self.given_back,
            Err(reason) => self.not_given_back.entry(reason).or_default(),
        };
        *counter = counter.saturating_add(1);
    }

    /// Adds what another chunk counted.
    pub fn add(&mut self, other: &Self) {
        self.gone = self.gone.saturating_add(other.gone);
        self.untied = self.untied.saturating_add(other.untied);
        self.given_back = self.given_back.saturating_add(other.given_back);
        add_all(&mut self.left_alone, &other.left_alone);
        add_all(&mut self.not_given_back, &other.not_given_back);
    }
}

fn add_all<R: Ord + Copy>(counts: &mut BTreeMap<R, u64>, others: &BTreeMap<R, u64>) {
    for (reason, count) in others {
        let counter = counts.entry(*reason).or_default();
        *counter = counter.saturating_add(*count);
    }
}

/// What a clear does to one login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nobody signs in with it any more.
    Gone,
    /// It stays as it is, and opens this organization no more.
    Untied,
    /// Nothing.
    LeftAlone(LeftAlone),
}

/// Why a clear leaves a login alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftAlone {
    /// It is the owner's: an organization without one that can act could never be helped.
    Owner,
    /// It is that of whoever clears: they could not take it back.
    Yourself,
    /// It is that of whoever runs this deployment.
    Operator,
    /// The member ranks too high for whoever clears.
    AboveYours,
    /// It was set up after the clear had begun.
    SetUpSince,
}

impl LeftAlone {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Yourself, Self::Operator, Self::AboveYours, Self::SetUpSince];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Yourself => "yourself",
            Self::Operator => "operator",
            Self::AboveYours => "above_yours",
            Self::SetUpSince => "set_up_since",
        }
    }
}

/// Why a login that was cleared is not given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotGivenBack {
    /// The person has set up a login anew.
    SetUpAnew,
    /// The member is not there any more.
    Gone,
    /// Username, address or identity are another account's by now.
    Taken,
    /// The member ranks too high for whoever takes the clear back.
    AboveYours,
}

impl NotGivenBack {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::SetUpAnew, Self::Gone, Self::Taken, Self::AboveYours];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetUpAnew => "set_up_anew",
            Self::Gone => "gone",
            Self::Taken => "taken",
            Self::AboveYours => "above_yours",
        }
    }
}

/// A login that a clear took, as it is kept until nobody can take the clear back any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearedLogin {
    /// By which clear.
    pub clear: ClearId,
    /// Whose account.
    pub user: UserId,
    /// Which member's login.
    pub member: MemberId,
    /// What let the person in, if the account itself was cleared; `None` if the account stayed.
    pub kept: Option<KeptLogin>,
}

/// What lets a person into an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLogin {
    /// The username.
    pub username: Option<Username>,
    /// The addresses.
    pub emails: Vec<UserEmail>,
    /// The password's hash.
    pub password: Option<PasswordHash>,
    /// Whether another one must be chosen first.
    pub password_due: bool,
    /// What is special about it while it is one that somebody else has set.
    pub initial_password: Option<InitialPassword>,
    /// The identities that sign in.
    pub identities: Vec<Identity>,
    /// The second factors.
    pub factors: Option<SecondFactors>,
}

impl KeptLogin {
    /// What lets a person in now.
    pub fn of(user: &User, factors: Option<&SecondFactors>) -> Self {
        Self {
            username: user.username.clone(),
            emails: user.emails.clone(),
            password: user.password.clone(),
            password_due: user.password_due,
            initial_password: user.initial_password,
            identities: user.identities.clone(),
            factors: factors.cloned(),
        }
    }

    /// Whether none of what it claims is another account's by now.
    pub fn is_free(&self, facts: &Facts) -> bool {
        let is_named = self.username.as_ref().is_some_and(|name| facts.username_is_free(name, None).is_err());
        let mut proven = self.emails.iter().filter(|it| it.verified_at.is_some());
        let is_at = proven.any(|it| facts.user_at(&it.address).is_some());
        let is_linked = |it: &Identity| facts.users.iter().any(|user| user.identity(it.id()).is_some());
        !is_named && !is_at && !self.identities.iter().any(is_linked)
    }
}

/// What one chunk did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearStep {
    /// The last account it considered.
    pub after: Option<UserId>,
    /// What became of the logins it considered.
    pub counts: ClearCounts,
    /// The kept logins that are of no use any more.
    pub settled: Vec<UserId>,
    /// How far the clear is then.
    pub state: ClearState,
}

impl Authority<'_> {
    /// What a clear that this actor starts does to a member's login. `belongs` is asked for the account
    /// ([`Scope::organizations_of`](crate::facts::Scope)).
    pub fn fate_of(&self, facts: &Facts, member: &Member, user: &User, begun_at: OffsetDateTime) -> Fate {
        let here = self.head.organization.id;
        if self.standing.member().is_some_and(|own| own.id == member.id) {
            return Fate::LeftAlone(LeftAlone::Yourself);
        }
        if self.head.organization.owner == Some(member.id) {
            return Fate::LeftAlone(LeftAlone::Owner);
        }
        if self.may(Action::ManageLogin { member }).is_err() {
            return Fate::LeftAlone(LeftAlone::AboveYours);
        }
        if user.operator {
            return Fate::LeftAlone(LeftAlone::Operator);
        }
        let made_here = user.home == Some(here);
        if begun_at < stands_since(member, user, made_here) {
            return Fate::LeftAlone(LeftAlone::SetUpSince);
        }
        let elsewhere = facts.belongs.iter().any(|(id, other)| *id == user.id && *other != here);
        if made_here && !elsewhere { Fate::Gone } else { Fate::Untied }
    }
}

/// Since when the member has had this login.
fn stands_since(member: &Member, user: &User, made_here: bool) -> OffsetDateTime {
    let set_up = member.set_up.and_then(|link| link.used_at).unwrap_or(member.joined_at);
    let made = if made_here { user.created_at } else { member.joined_at };
    member.joined_at.max(set_up).max(made)
}

impl Facts {
    /// A clear by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownClear`].
    pub fn login_clear(&self, id: ClearId) -> Result<&LoginClear, Refusal> {
        self.clears.iter().find(|it| it.id == id).ok_or(Refusal::UnknownClear)
    }

    /// Refuses while logins are being cleared or given back, by another clear than that one.
    ///
    /// # Errors
    /// [`Refusal::ClearUnderWay`].
    pub(crate) fn no_clear_is_under_way(&self, but: Option<ClearId>) -> Result<(), Refusal> {
        match self.clears.iter().find(|it| Some(it.id) != but && it.is_under_way(self.now)) {
            Some(clear) => Err(Refusal::ClearUnderWay { number: clear.number }),
            None => Ok(()),
        }
    }

    /// Refuses while a round writes to members without a login.
    ///
    /// # Errors
    /// [`Refusal::RoundUnderWay`].
    pub(crate) fn no_round_is_under_way(&self) -> Result<(), Refusal> {
        match self.latest_round().filter(|it| it.is_under_way(self.now)) {
            Some(round) => Err(Refusal::RoundUnderWay { number: round.number }),
            None => Ok(()),
        }
    }
}
