//! The members without a login, and the rounds of mail to them, on the wire.

use std::collections::BTreeMap;

use membership_core::id::{GroupId, MemberId};
use membership_core::input::InvalidInput;
use membership_core::roster::{self, Audience, Forecast, Invited, LeftOutCounts, RosterCounts};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::field;
use crate::query;

/// The members without a login in numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Roster {
    /// All of them.
    without_login: u64,
    /// For whom no personal link was ever made.
    never_invited: u64,
    /// Whose last mail came back, or was given up.
    bounced: u64,
    /// Who have no address: only a link that is handed over reaches them.
    without_address: u64,
}

impl From<RosterCounts> for Roster {
    fn from(it: RosterCounts) -> Self {
        let RosterCounts { without_login, never_invited, bounced, without_address } = it;
        Self { without_login, never_invited, bounced, without_address }
    }
}

/// A round to be sent: to `members`, or to all who match `filter`; exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRound {
    /// These members, at most 1,000.
    #[schema(value_type = Option<Vec<Uuid>>)]
    members: Option<Vec<String>>,
    /// All without a login who match; an empty filter means all of them.
    filter: Option<RoundFilter>,
    /// Whether only to tell what would happen.
    dry_run: Option<bool>,
}

/// Whom of those without a login a round goes to.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundFilter {
    /// Whose name, address, number or label contains this text.
    q: Option<String>,
    /// Who have this role.
    role: Option<String>,
    /// Who are in the group of this id.
    group: Option<String>,
    /// `never`, `bounced`, or `round-` and a number: who was invited so far, or was not.
    invited: Option<String>,
}

impl NewRound {
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    pub(crate) fn audience(&self) -> Result<Audience, InvalidInput> {
        match (&self.members, &self.filter) {
            (Some(members), None) => {
                let id = |text: &String| text.parse::<MemberId>().map_err(|input| input.about("members"));
                Audience::chosen(members.iter().map(id).collect::<Result<_, _>>()?)
            }
            (None, Some(filter)) => filter.audience(),
            _ => Err(InvalidInput::new("body", "one-audience", "must name either `members` or `filter`")),
        }
    }
}

impl RoundFilter {
    fn audience(&self) -> Result<Audience, InvalidInput> {
        let group = self.group.as_deref().map(|text| text.parse::<GroupId>().map_err(|input| input.about("group")));
        Ok(Audience::Matching {
            text: query::search(self.q.clone())?,
            role: field::role(self.role.as_deref())?,
            group: group.transpose()?,
            invited: self.invited.as_deref().map(Invited::parse).transpose()?,
        })
    }
}

/// What a round would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoundForecast {
    /// How many would get a mail.
    mail: u64,
    /// How many would not, by reason: `has_login`, `no_address`, `not_active`, `above_yours` or `gone`.
    left_out: BTreeMap<&'static str, u64>,
}

impl From<&Forecast> for RoundForecast {
    fn from(it: &Forecast) -> Self {
        Self { mail: it.mail, left_out: by_reason(&it.left_out) }
    }
}

fn by_reason(counts: &LeftOutCounts) -> BTreeMap<&'static str, u64> {
    counts.iter().map(|(reason, count)| (reason.as_str(), *count)).collect()
}

/// A round of mail to members without a login.
#[derive(Serialize, ToSchema)]
pub(crate) struct Round {
    id: Uuid,
    /// Counts the organization's rounds.
    number: u32,
    /// The members it was to go to, if they were named.
    #[schema(required)]
    members: Option<Vec<Uuid>>,
    /// The filter by which it goes, if they were not.
    #[schema(required)]
    filter: Option<RoundFilter>,
    /// The member who started it.
    started_by: Uuid,
    /// What that member was called then.
    started_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    /// When nobody was left; `null` while it is under way.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    finished_at: Option<OffsetDateTime>,
    /// How many it has written to.
    mailed: u64,
    /// How many it has left out, by reason: `has_login`, `no_address`, `not_active`, `above_yours` or `gone`.
    left_out: BTreeMap<&'static str, u64>,
}

impl From<&roster::Round> for Round {
    fn from(it: &roster::Round) -> Self {
        let (members, filter) = match &it.audience {
            Audience::Chosen { members } => (Some(members.iter().map(|id| id.0).collect()), None),
            Audience::Matching { text, role, group, invited } => (
                None,
                Some(RoundFilter {
                    q: text.clone(),
                    role: role.as_ref().map(ToString::to_string),
                    group: group.map(|id| id.to_string()),
                    invited: invited.map(|it| it.to_string()),
                }),
            ),
        };
        Self {
            id: it.id.0,
            number: it.number,
            members,
            filter,
            started_by: it.started_by.0,
            started_by_name: it.starter.clone(),
            started_at: it.started_at,
            finished_at: it.finished_at,
            mailed: it.mailed,
            left_out: by_reason(&it.left_out),
        }
    }
}
