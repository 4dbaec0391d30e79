//! The members who have a login, in the order in which a clear goes through them; the clears, and what they keep.

use membership_core::id::{ClearId, MemberId, OrganizationId, UserId};
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::port::{LONGEST_PAGE, StoreError};
use serde::Deserialize;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::clears::{ClearRow, ClearedRow, clear_columns, cleared_columns};
use crate::statement::{Route, statements};
use crate::store::PostgresStore;

statements! {
    /// Members with their logins, by the accounts' ids.
    LOGINS_AFTER, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT m.id, m.user_id FROM memberships m
        WHERE m.organization_id = $1 AND m.user_id IS NOT NULL AND m.user_id > $2 ORDER BY m.user_id LIMIT $3) r";
    /// The latest clears.
    CLEARS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", clear_columns!(), " FROM login_clears l
        WHERE l.organization_id = $1 ORDER BY l.number DESC LIMIT $2) r";
    /// What a clear keeps.
    CLEARED, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", cleared_columns!(), " FROM cleared_logins c
        WHERE c.organization_id = $1 AND c.clear_id = $2 ORDER BY c.user_id LIMIT $3) r";
}

#[derive(Deserialize)]
struct LoginRow {
    id: Uuid,
    user_id: Uuid,
}

impl PostgresStore {
    pub(super) async fn list_logins_after(
        &self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(MemberId, UserId)>, StoreError> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let query = LOGINS_AFTER.query().bind(organization.0).bind(after).bind(i64::from(limit));
        let rows: Vec<LoginRow> = self.list(query).await?;
        Ok(rows.into_iter().map(|it| (MemberId(it.id), UserId(it.user_id))).collect())
    }

    pub(super) async fn list_clears(&self, organization: OrganizationId) -> Result<Vec<LoginClear>, StoreError> {
        let query = CLEARS.query().bind(organization.0).bind(i64::from(LONGEST_PAGE));
        let rows: Vec<ClearRow> = self.list(query).await?;
        rows.into_iter().map(ClearRow::clear).collect()
    }

    pub(super) async fn list_cleared(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        limit: u32,
    ) -> Result<Vec<ClearedLogin>, StoreError> {
        let query = CLEARED.query().bind(organization.0).bind(clear.0).bind(i64::from(limit));
        let rows: Vec<ClearedRow> = self.list(query).await?;
        rows.into_iter().map(ClearedRow::cleared).collect()
    }
}
