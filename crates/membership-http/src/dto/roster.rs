//! The members without a login, and the rounds of mail to them, on the wire.

use std::collections::BTreeMap;

use membership_core::id::{GroupId, MemberId};
use membership_core::input::InvalidInput;
use membership_core::port::RoundQuery;
use membership_core::report::Days;
use membership_core::roster::{self, Audience, Forecast, Invited, LeftOutCounts, RosterCounts};
use membership_core::service;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::cursor::SortedBy;
use crate::dto::field;
use crate::dto::page::PageAsked;
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
    /// How many would not, by reason: `has_login`, `no_address`, `not_active`, `above_yours`, `gone` or `rate_limited`.
    /// With that last one the mailbox has had as many invitations and personal links as it may have for now. It is told
    /// of members who are named; a round that goes by a filter finds it out on its way.
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
    /// How many it has left out, by reason: `has_login`, `no_address`, `not_active`, `above_yours`, `gone` or
    /// `rate_limited`.
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

impl PageAsked {
    pub(crate) fn rounds(&self) -> Result<RoundQuery, InvalidInput> {
        let (cursor, limit) = self.read(SortedBy::Number)?;
        Ok(RoundQuery { cursor, limit, ..RoundQuery::default() })
    }
}

/// Of how many days to tell.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportAsked {
    /// How many days up to today, in UTC, 1 to 366; 90 if none is named.
    days: Option<String>,
}

impl ReportAsked {
    const USUAL: u16 = 90;

    pub(crate) fn days(&self) -> Result<u16, InvalidInput> {
        let Some(text) = &self.days else { return Ok(Self::USUAL) };
        let days = text.parse().ok().filter(|days| (1..=Days::MOST).contains(days));
        days.ok_or_else(|| {
            InvalidInput::new("days", "out-of-range", format!("must be a whole number from 1 to {}", Days::MOST))
        })
    }
}

/// The roster report in numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginReport {
    /// All members.
    members: u64,
    /// Those who have a login.
    with_login: u64,
    /// Those who have none.
    without_login: u64,
    /// Those who have a login and never signed in with it.
    never_signed_in: u64,
    /// The first day that is told of.
    #[schema(format = Date)]
    from: String,
    /// The last one, today in UTC.
    #[schema(format = Date)]
    to: String,
    /// How many have had their login since before these days.
    before: u64,
    /// The days on which somebody set up a login.
    days: Vec<LoginsOfDay>,
    /// The rounds that were started on these days, the first one first, at most 400.
    rounds: Vec<RoundOfReport>,
    /// How many earlier rounds of these days are left out, since there are more than that.
    rounds_left_out: u64,
}

/// How many logins were set up on a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginsOfDay {
    #[schema(format = Date)]
    day: String,
    /// How many members have had their login since that day.
    set_up: u64,
    /// How many have had theirs since then or longer.
    total: u64,
}

/// A round, as the report marks it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoundOfReport {
    number: u32,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    mailed: u64,
}

impl From<&service::LoginReport> for LoginReport {
    fn from(it: &service::LoginReport) -> Self {
        let day = |after| it.days.nth(after).as_ref().map(Date::to_string).unwrap_or_default();
        let mut total = it.logins.before;
        let days = it.logins.on.iter().map(|(after, set_up)| {
            total = total.saturating_add(*set_up);
            LoginsOfDay { day: day(*after), set_up: *set_up, total }
        });
        let days = days.collect();
        let round =
            |it: &roster::Round| RoundOfReport { number: it.number, started_at: it.started_at, mailed: it.mailed };
        Self {
            members: it.members,
            with_login: it.with_login,
            without_login: it.members.saturating_sub(it.with_login),
            never_signed_in: it.never_signed_in,
            from: it.days.first().to_string(),
            to: it.days.last().to_string(),
            before: it.logins.before,
            days,
            rounds: it.rounds.iter().map(round).collect(),
            rounds_left_out: it.rounds_left_out,
        }
    }
}
