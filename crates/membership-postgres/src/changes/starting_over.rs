//! Taking away what a deletion has left of an organization, before it comes back from a backup.

use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::distribution::Group;
use crate::statement::{Route, execute, statements};

statements! {
    /// Everything of an organization but its head, its log and its quotas.
    STARTED_OVER, Route::By(Group::Organization), "WITH gone_group_members AS (
            DELETE FROM group_members AS t WHERE t.organization_id = $1
        ), gone_enrolments AS (
            DELETE FROM enrolments AS t WHERE t.organization_id = $1
        ), gone_sessions AS (
            DELETE FROM sessions AS t WHERE t.organization_id = $1
        ), gone_programs AS (
            DELETE FROM programs AS t WHERE t.organization_id = $1
        ), gone_groups AS (
            DELETE FROM groups AS t WHERE t.organization_id = $1
        ), gone_resource_shares AS (
            DELETE FROM resource_shares AS t WHERE t.organization_id = $1
        ), gone_resources AS (
            DELETE FROM resources AS t WHERE t.organization_id = $1
        ), gone_invitations AS (
            DELETE FROM invitations AS t WHERE t.organization_id = $1
        ), gone_memberships AS (
            DELETE FROM memberships AS t WHERE t.organization_id = $1
        ), gone_roster_rounds AS (
            DELETE FROM roster_rounds AS t WHERE t.organization_id = $1
        ), gone_wordings AS (
            DELETE FROM wordings AS t WHERE t.organization_id = $1
        ), gone_api_keys AS (
            DELETE FROM api_keys AS t WHERE t.organization_id = $1
        ), gone_import_rows AS (
            DELETE FROM import_rows AS t WHERE t.organization_id = $1
        ), gone_imports AS (
            DELETE FROM imports AS t WHERE t.organization_id = $1
        ), gone_cleared_logins AS (
            DELETE FROM cleared_logins AS t WHERE t.organization_id = $1
        ), gone_login_clears AS (
            DELETE FROM login_clears AS t WHERE t.organization_id = $1
        ), gone_idempotency_keys AS (
            DELETE FROM idempotency_keys AS t WHERE t.scope_id = $1
        )
        DELETE FROM outbox AS t WHERE t.scope_id = $1";
}

pub(super) async fn write(connection: &mut PgConnection, organization: Uuid) -> Result<(), StoreError> {
    execute(connection, STARTED_OVER.query().bind(organization)).await.map(drop)
}
