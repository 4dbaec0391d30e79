//! Rows of the times at which logins were cleared, and of the logins that are kept until nobody can give them back.

use membership_core::id::{ClearId, MemberId, UserId};
use membership_core::login_clear::{ClearCounts, ClearState, ClearedLogin, KeptLogin, LoginClear};
use membership_core::port::StoreError;
use membership_core::set_up::InitialPassword;
use membership_core::user::PasswordHash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::people::{SecondFactorsRow, StoredEmail, StoredIdentity, username};
use super::{Instant, damaged};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ClearRow {
    id: Uuid,
    number: u32,
    state: String,
    started_by: Uuid,
    starter: String,
    started_at: Instant,
    acts_for: Uuid,
    moved_at: Instant,
    finished_at: Option<Instant>,
    chunks: u32,
    after_user: Option<Uuid>,
    counts: ClearCounts,
    version: u64,
}

/// The columns of [`ClearRow`], of a table called `l`.
macro_rules! clear_columns {
    () => {
        concat!(
            "l.id, l.number, l.state, l.started_by, l.starter, ",
            $crate::statement::micros!("l.started_at"),
            " AS started_at, l.acts_for, ",
            $crate::statement::micros!("l.moved_at"),
            " AS moved_at, ",
            $crate::statement::micros!("l.finished_at"),
            " AS finished_at, l.chunks, l.after_user, l.counts, l.version"
        )
    };
}

impl From<&LoginClear> for ClearRow {
    fn from(it: &LoginClear) -> Self {
        Self {
            id: it.id.0,
            number: it.number,
            state: it.state.as_str().to_owned(),
            started_by: it.started_by.0,
            starter: it.starter.clone(),
            started_at: it.started_at.into(),
            acts_for: it.acts_for.0,
            moved_at: it.moved_at.into(),
            finished_at: it.finished_at.map(Instant::from),
            chunks: it.chunks,
            after_user: it.after.map(|id| id.0),
            counts: it.counts.clone(),
            version: it.version,
        }
    }
}

impl ClearRow {
    pub(crate) fn clear(self) -> Result<LoginClear, StoreError> {
        Ok(LoginClear {
            id: ClearId(self.id),
            number: self.number,
            state: ClearState::named(&self.state).ok_or_else(|| damaged("a state", &self.state))?,
            started_by: MemberId(self.started_by),
            starter: self.starter,
            started_at: self.started_at.0,
            acts_for: MemberId(self.acts_for),
            moved_at: self.moved_at.0,
            finished_at: self.finished_at.map(|it| it.0),
            chunks: self.chunks,
            after: self.after_user.map(UserId),
            counts: self.counts,
            version: self.version,
        })
    }
}

/// It holds what lets somebody in, and is never printed.
#[derive(Serialize, Deserialize)]
pub(crate) struct ClearedRow {
    clear_id: Uuid,
    user_id: Uuid,
    member_id: Uuid,
    account: bool,
    username: Option<String>,
    emails: Vec<StoredEmail>,
    password: Option<String>,
    password_due: bool,
    initial_password_expires_at: Option<Instant>,
    initial_password_used_at: Option<Instant>,
    identities: Vec<StoredIdentity>,
    factors: Option<SecondFactorsRow>,
}

/// The columns of [`ClearedRow`], of a table called `c`.
macro_rules! cleared_columns {
    () => {
        concat!(
            "c.clear_id, c.user_id, c.member_id, c.account, c.username, c.emails, c.password, c.password_due, ",
            $crate::statement::micros!("c.initial_password_expires_at"),
            " AS initial_password_expires_at, ",
            $crate::statement::micros!("c.initial_password_used_at"),
            " AS initial_password_used_at, c.identities, c.factors"
        )
    };
}

impl From<&ClearedLogin> for ClearedRow {
    fn from(it: &ClearedLogin) -> Self {
        let (clear_id, user_id, member_id) = (it.clear.0, it.user.0, it.member.0);
        let kept = it.kept.as_ref();
        let initial = kept.and_then(|kept| kept.initial_password);
        Self {
            clear_id,
            user_id,
            member_id,
            account: kept.is_some(),
            username: kept.and_then(|kept| kept.username.as_ref()).map(ToString::to_string),
            emails: kept.into_iter().flat_map(|kept| &kept.emails).map(StoredEmail::from).collect(),
            password: kept.and_then(|kept| kept.password.as_ref()).map(|it| it.expose().to_owned()),
            password_due: kept.is_some_and(|kept| kept.password_due),
            initial_password_expires_at: initial.map(|it| it.expires_at.into()),
            initial_password_used_at: initial.and_then(|it| it.used_at).map(Instant::from),
            identities: kept.into_iter().flat_map(|kept| &kept.identities).map(StoredIdentity::from).collect(),
            factors: kept.and_then(|kept| kept.factors.as_ref()).map(SecondFactorsRow::from),
        }
    }
}

impl ClearedRow {
    pub(crate) fn cleared(self) -> Result<ClearedLogin, StoreError> {
        let used_at = self.initial_password_used_at.map(|it| it.0);
        let kept = KeptLogin {
            username: self.username.as_deref().map(username).transpose()?,
            emails: self.emails.into_iter().map(StoredEmail::email).collect(),
            password: self.password.map(PasswordHash::new),
            password_due: self.password_due,
            initial_password: self.initial_password_expires_at.map(|it| InitialPassword { expires_at: it.0, used_at }),
            identities: self.identities.into_iter().map(StoredIdentity::identity).collect::<Result<_, _>>()?,
            factors: self.factors.map(SecondFactorsRow::second_factors),
        };
        Ok(ClearedLogin {
            clear: ClearId(self.clear_id),
            user: UserId(self.user_id),
            member: MemberId(self.member_id),
            kept: self.account.then_some(kept),
        })
    }
}

pub(crate) use {clear_columns, cleared_columns};
