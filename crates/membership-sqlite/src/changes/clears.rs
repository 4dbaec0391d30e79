//! Writing the times at which logins were cleared, and the logins that are kept.

use membership_core::changes::{ClearChanges, Saved};
use membership_core::id::OrganizationId;
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::port::StoreError;

use super::{Statement, Writer, either};
use crate::error::corrupt;
use crate::rows::{self, counter, micros};

const INSERT_CLEAR: &str = "INSERT INTO login_clears (organization_id, id, number, state, started_by, starter, \
    started_at, acts_for, moved_at, finished_at, chunks, after_user, counts, version) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
const UPDATE_CLEAR: &str = "UPDATE login_clears SET number = ?3, state = ?4, started_by = ?5, starter = ?6, \
    started_at = ?7, acts_for = ?8, moved_at = ?9, finished_at = ?10, chunks = ?11, after_user = ?12, counts = ?13, \
    version = ?14 WHERE organization_id = ?1 AND id = ?2 AND version = ?15";
const TAKE: &str = "INSERT INTO cleared_logins (organization_id, clear_id, user_id, member_id, account, username, \
    emails, password, password_due, initial_password_expires_at, initial_password_used_at, identities, totp, passkeys, \
    codes, factors_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
const SETTLE: &str = "DELETE FROM cleared_logins WHERE organization_id = ?1 AND clear_id = ?2 AND user_id = ?3";

impl Writer<'_> {
    pub(super) async fn clears(&mut self, id: OrganizationId, changes: &ClearChanges) -> Result<(), StoreError> {
        for clear in &changes.saved {
            self.save(clear_statement(id, clear)?, clear.expected).await?;
        }
        for login in &changes.taken {
            self.run_on_one(taken_statement(id, login)?).await?;
        }
        for (clear, user) in &changes.settled {
            self.run_on_one(sqlx::query(SETTLE).bind(id.0).bind(clear.0).bind(user.0)).await?;
        }
        Ok(())
    }
}

fn clear_statement(organization: OrganizationId, saved: &Saved<LoginClear>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_CLEAR, UPDATE_CLEAR)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.number)
        .bind(row.state.as_str())
        .bind(row.started_by.0)
        .bind(row.starter.clone())
        .bind(micros(row.started_at))
        .bind(row.acts_for.0)
        .bind(micros(row.moved_at))
        .bind(row.finished_at.map(micros))
        .bind(row.chunks)
        .bind(row.after.map(|id| id.0))
        .bind(serde_json::to_string(&row.counts).map_err(corrupt)?)
        .bind(counter(row.version)?))
}

fn taken_statement(organization: OrganizationId, row: &ClearedLogin) -> Result<Statement, StoreError> {
    let kept = row.kept.as_ref();
    let initial = kept.and_then(|kept| kept.initial_password);
    let factors = kept.and_then(|kept| kept.factors.as_ref());
    let totp = factors.and_then(|it| it.totp.as_ref()).map(serde_json::to_string).transpose().map_err(corrupt)?;
    let passkeys = factors.map(|it| serde_json::to_string(&it.passkeys)).transpose().map_err(corrupt)?;
    let codes = factors.map(|it| serde_json::to_string(&it.codes)).transpose().map_err(corrupt)?;
    Ok(sqlx::query(TAKE)
        .bind(organization.0)
        .bind(row.clear.0)
        .bind(row.user.0)
        .bind(row.member.0)
        .bind(kept.is_some())
        .bind(kept.and_then(|kept| kept.username.as_ref()).map(ToString::to_string))
        .bind(rows::emails_text(kept.map_or(&[], |kept| &kept.emails))?)
        .bind(kept.and_then(|kept| kept.password.as_ref()).map(|it| it.expose().to_owned()))
        .bind(kept.is_some_and(|kept| kept.password_due))
        .bind(initial.map(|it| micros(it.expires_at)))
        .bind(initial.and_then(|it| it.used_at).map(micros))
        .bind(rows::identities_text(kept.map_or(&[], |kept| &kept.identities))?)
        .bind(totp)
        .bind(passkeys)
        .bind(codes)
        .bind(factors.map(|it| counter(it.version)).transpose()?))
}
