//! Clearing all logins, on the wire.

use std::collections::BTreeMap;

use membership_core::input::InvalidInput;
use membership_core::login_clear::{self, ClearCounts};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// That all logins are to be cleared.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClear {
    /// The organization's name, letter by letter. It can be left out of a dry run.
    confirm_name: Option<String>,
    /// Whether only to tell what would happen.
    dry_run: Option<bool>,
}

impl NewClear {
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    pub(crate) fn confirm_name(&self) -> Result<String, InvalidInput> {
        let rule = "must be the organization's name, letter by letter";
        self.confirm_name.clone().ok_or_else(|| InvalidInput::new("confirm_name", "missing", rule))
    }
}

/// What clearing all logins would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClearForecast {
    /// How many people would have to set up a login again.
    hit: u64,
    /// Of those: whose account would be gone, because this organization made it and no other relies on it.
    gone: u64,
    /// Of those: whose account would stay and open everything else as before, but not this organization.
    untied: u64,
    /// Whose login would be left alone, by reason: `owner`, `yourself`, `operator`, `above_yours` or `set_up_since`.
    left_alone: BTreeMap<&'static str, u64>,
}

impl From<&ClearCounts> for ClearForecast {
    fn from(it: &ClearCounts) -> Self {
        let left_alone = it.left_alone.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
        Self { hit: it.hit(), gone: it.gone, untied: it.untied, left_alone }
    }
}

/// A time at which all logins were cleared.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginClear {
    id: Uuid,
    /// Counts the organization's clears.
    number: u32,
    /// `clearing`, `cleared`, `undoing` or `undone`.
    state: &'static str,
    /// The member who started it.
    started_by: Uuid,
    /// What that member was called then.
    started_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    /// When all logins were cleared; `null` before.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    finished_at: Option<OffsetDateTime>,
    /// Until when it can be taken back; `null` while it is under way, and once it was taken back.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    undoable_until: Option<OffsetDateTime>,
    /// How many logins are gone so far.
    gone: u64,
    /// How many accounts stayed and lost only this organization so far.
    untied: u64,
    /// How many logins were left alone so far, by reason.
    left_alone: BTreeMap<&'static str, u64>,
    /// How many logins were given back.
    given_back: u64,
    /// How many could not be given back, by reason: `set_up_anew`, `gone`, `taken` or `above_yours`.
    not_given_back: BTreeMap<&'static str, u64>,
}

impl From<&login_clear::LoginClear> for LoginClear {
    fn from(it: &login_clear::LoginClear) -> Self {
        let counts = ClearForecast::from(&it.counts);
        let undoable = it.state == login_clear::ClearState::Cleared;
        let not_given_back = it.counts.not_given_back.iter();
        Self {
            id: it.id.0,
            number: it.number,
            state: it.state.as_str(),
            started_by: it.started_by.0,
            started_by_name: it.starter.clone(),
            started_at: it.started_at,
            finished_at: it.finished_at,
            undoable_until: it.undone_until().filter(|_| undoable),
            gone: counts.gone,
            untied: counts.untied,
            left_alone: counts.left_alone,
            given_back: it.counts.given_back,
            not_given_back: not_given_back.map(|(reason, count)| (reason.as_str(), *count)).collect(),
        }
    }
}
