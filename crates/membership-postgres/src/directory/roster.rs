//! The members without a login, in numbers and in the order in which a round goes through them; and the rounds.

use membership_core::id::{MemberId, OrganizationId};
use membership_core::port::{Cursor, LONGEST_PAGE, MemberQuery, Page, RoundQuery, StoreError};
use membership_core::roster::{RosterGroup, Round};
use uuid::Uuid;

use super::{PageRow, filtered, one_more};
use crate::distribution::Group;
use crate::rows::roster::{RoundRow, round_columns};
use crate::statement::{Route, fetch_one, statements};
use crate::store::PostgresStore;

/// Which rounds a list is of.
macro_rules! listed_rounds {
    () => {
        "n.organization_id = $1 AND ($2::timestamptz IS NULL OR n.started_at >= $2)"
    };
}

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
    /// Rounds, the latest first.
    ROUNDS, Route::By(Group::Organization),
        "SELECT json_build_object(
            'total', (SELECT count(*) FROM roster_rounds n WHERE ", listed_rounds!(), "),
            'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT ", round_columns!(), " FROM roster_rounds n
                WHERE ", listed_rounds!(), " AND n.number < $3
                ORDER BY n.number DESC LIMIT $4) r))";
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
        query: &RoundQuery,
    ) -> Result<Page<Round>, StoreError> {
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let bound =
            ROUNDS.query().bind(organization.0).bind(query.since).bind(i64::from(query.before())).bind(one_more(limit));
        let mut connection = self.connection().await?;
        let page: PageRow<RoundRow> = fetch_one(&mut connection, bound).await?;
        page.page(limit, |row| Ok(row.round()), |it| Cursor { after: it.number.to_string(), id: it.id.0 })
    }
}
