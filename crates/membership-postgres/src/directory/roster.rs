//! The members without a login, in numbers and in the order in which a round goes through them; and the rounds.

use membership_core::id::{MemberId, OrganizationId};
use membership_core::port::{LONGEST_PAGE, MemberQuery, StoreError};
use membership_core::roster::{RosterGroup, Round};
use uuid::Uuid;

use super::filtered;
use crate::distribution::Group;
use crate::rows::roster::{RoundRow, round_columns};
use crate::statement::{Route, statements};
use crate::store::PostgresStore;

statements! {
    /// Members without a login, counted by what decides whether a round writes to them.
    GROUPS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (
            SELECT m.role, m.status = 'active' AND (m.deactivates_at IS NULL OR m.deactivates_at > ", now!(), ") AS active,
                m.email IS NOT NULL AS has_address, m.set_up_generation IS NULL AS never_invited,
                m.set_up_delivery IN ('bounced', 'failed') AS bounced, count(*) AS count
            FROM memberships m WHERE m.user_id IS NULL AND ", listed_members!(), "
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5) r";
    /// Members without a login, by their ids.
    AFTER, Route::By(Group::Organization),
        "SELECT to_json(m.id) FROM memberships m
        WHERE m.user_id IS NULL AND m.id > $13 AND ", listed_members!(), "
        ORDER BY m.id LIMIT $14";
    /// The latest rounds.
    ROUNDS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", round_columns!(), " FROM roster_rounds n
        WHERE n.organization_id = $1 AND n.number < $2 ORDER BY n.number DESC LIMIT $3) r";
}

impl PostgresStore {
    pub(super) async fn count_roster(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
    ) -> Result<Vec<RosterGroup>, StoreError> {
        self.list(filtered(&GROUPS, organization, self.fixed_now(), query)).await
    }

    pub(super) async fn list_roster_after(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
        after: Option<MemberId>,
        limit: u32,
    ) -> Result<Vec<MemberId>, StoreError> {
        let bound = filtered(&AFTER, organization, self.fixed_now(), query);
        let ids: Vec<Uuid> = self.list(bound.bind(after.map_or(Uuid::nil(), |id| id.0)).bind(i64::from(limit))).await?;
        Ok(ids.into_iter().map(MemberId).collect())
    }

    pub(super) async fn list_rounds(
        &self,
        organization: OrganizationId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Round>, StoreError> {
        let before = i64::from(before.unwrap_or(u32::MAX));
        let limit = i64::from(limit.clamp(1, LONGEST_PAGE));
        let rows: Vec<RoundRow> = self.list(ROUNDS.query().bind(organization.0).bind(before).bind(limit)).await?;
        Ok(rows.into_iter().map(RoundRow::round).collect())
    }
}
