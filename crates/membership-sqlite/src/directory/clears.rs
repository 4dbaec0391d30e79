//! The members who have a login, in the order in which a clear goes through them; the clears, and what they keep.

use membership_core::id::{ClearId, MemberId, OrganizationId, UserId};
use membership_core::login_clear::{ClearState, ClearedLogin, KeptLogin, LoginClear};
use membership_core::port::{LONGEST_PAGE, StoreError};
use membership_core::set_up::InitialPassword;
use membership_core::user::PasswordHash;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{corrupt, from_sqlx};
use crate::rows::{self, get};

macro_rules! clear_columns {
    () => {
        "id, number, state, started_by, starter, started_at, acts_for, moved_at, finished_at, chunks, after_user, \
         counts, version"
    };
}
macro_rules! cleared_columns {
    () => {
        "clear_id, user_id, member_id, account, username, emails, password, password_due, \
         initial_password_expires_at, initial_password_used_at, identities, totp, passkeys, codes, \
         factors_version AS version"
    };
}

/// The one that is named, those that are not finished, and the latest.
pub(crate) const CLEAR: &str = concat!(
    "SELECT ",
    clear_columns!(),
    " FROM login_clears WHERE organization_id = ?1 AND (id = ?2 OR state IN ('clearing', 'undoing') OR number =",
    " (SELECT n.number FROM login_clears n WHERE n.organization_id = ?1 ORDER BY n.number DESC LIMIT 1))",
    " ORDER BY number"
);
pub(crate) const CLEARS: &str =
    concat!("SELECT ", clear_columns!(), " FROM login_clears WHERE organization_id = ?1 ORDER BY number DESC LIMIT ?2");
pub(crate) const CLEARED_OF: &str = concat!(
    "SELECT ",
    cleared_columns!(),
    " FROM cleared_logins WHERE organization_id = ?1 AND clear_id = ?2",
    " AND user_id IN (SELECT unhex(value) FROM json_each(?3)) ORDER BY user_id"
);
pub(crate) const CLEARED: &str = concat!(
    "SELECT ",
    cleared_columns!(),
    " FROM cleared_logins WHERE organization_id = ?1 AND clear_id = ?2 ORDER BY user_id LIMIT ?3"
);
/// Every id is greater than no bytes at all.
pub(crate) const LOGINS_AFTER: &str = "SELECT id, user_id FROM memberships WHERE organization_id = ?1 \
    AND user_id IS NOT NULL AND user_id > ?2 ORDER BY user_id LIMIT ?3";

impl SqliteStore {
    pub(super) async fn list_logins_after(
        &self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(MemberId, UserId)>, StoreError> {
        let after = after.map_or(Vec::new(), |id| id.0.as_bytes().to_vec());
        let query = sqlx::query(LOGINS_AFTER).bind(organization.0).bind(after).bind(limit);
        let found = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        found.iter().map(|row| Ok((MemberId(get(row, "id")?), UserId(get(row, "user_id")?)))).collect()
    }

    pub(super) async fn list_clears(&self, organization: OrganizationId) -> Result<Vec<LoginClear>, StoreError> {
        let query = sqlx::query(CLEARS).bind(organization.0).bind(LONGEST_PAGE);
        query.fetch_all(&self.readers).await.map_err(from_sqlx)?.iter().map(clear).collect()
    }

    pub(super) async fn list_cleared(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        limit: u32,
    ) -> Result<Vec<ClearedLogin>, StoreError> {
        let query = sqlx::query(CLEARED).bind(organization.0).bind(clear.0).bind(limit);
        query.fetch_all(&self.readers).await.map_err(from_sqlx)?.iter().map(cleared).collect()
    }
}

/// A time at which logins were cleared, from `clear_columns`.
pub(crate) fn clear(row: &SqliteRow) -> Result<LoginClear, StoreError> {
    let state: &str = get(row, "state")?;
    Ok(LoginClear {
        id: ClearId(get(row, "id")?),
        number: get(row, "number")?,
        state: ClearState::named(state).ok_or_else(|| corrupt(format!("state: `{state}` is unknown")))?,
        started_by: MemberId(get(row, "started_by")?),
        starter: get(row, "starter")?,
        started_at: rows::time(row, "started_at")?,
        acts_for: MemberId(get(row, "acts_for")?),
        moved_at: rows::time(row, "moved_at")?,
        finished_at: rows::time_if_any(row, "finished_at")?,
        chunks: get(row, "chunks")?,
        after: get::<Option<Uuid>>(row, "after_user")?.map(UserId),
        counts: rows::json(row, "counts")?,
        version: get(row, "version")?,
    })
}

/// A kept login, from `cleared_columns`.
pub(crate) fn cleared(row: &SqliteRow) -> Result<ClearedLogin, StoreError> {
    let has_factors = get::<Option<i64>>(row, "version")?.is_some();
    let used_at = rows::time_if_any(row, "initial_password_used_at")?;
    let expires_at = rows::time_if_any(row, "initial_password_expires_at")?;
    let kept = KeptLogin {
        username: rows::username_if_any(row, "username")?,
        emails: rows::emails(row, "emails")?,
        password: get::<Option<String>>(row, "password")?.map(PasswordHash::new),
        password_due: get(row, "password_due")?,
        initial_password: expires_at.map(|expires_at| InitialPassword { expires_at, used_at }),
        identities: rows::identities(row, "identities")?,
        factors: has_factors.then(|| rows::second_factors(row)).transpose()?,
    };
    Ok(ClearedLogin {
        clear: ClearId(get(row, "clear_id")?),
        user: UserId(get(row, "user_id")?),
        member: MemberId(get(row, "member_id")?),
        kept: get::<bool>(row, "account")?.then_some(kept),
    })
}
