//! The members without a login, in numbers and in the order in which a round goes through them; and the rounds.

use membership_core::id::{MemberId, OrganizationId};
use membership_core::port::{LONGEST_PAGE, MemberQuery, StoreError};
use membership_core::role::RoleKey;
use membership_core::roster::{RosterGroup, Round};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Sql, filter_members, is_deactivated};
use crate::SqliteStore;
use crate::error::{corrupt, from_sqlx};
use crate::rows::{self, get, micros, round_columns};

pub(crate) const ROUNDS: &str = concat!(
    "SELECT ",
    round_columns!(),
    " FROM roster_rounds WHERE organization_id = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3"
);

impl SqliteStore {
    pub(super) async fn count_roster(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
    ) -> Result<Vec<RosterGroup>, StoreError> {
        let mut sql = roster_groups(organization, query, self.now());
        let found = sql.build().fetch_all(&self.readers).await.map_err(from_sqlx)?;
        let group = |row| {
            Ok(RosterGroup {
                role: RoleKey::parse(get(row, "role")?).map_err(corrupt)?,
                active: get(row, "active")?,
                has_address: get(row, "has_address")?,
                never_invited: get(row, "never_invited")?,
                bounced: get(row, "bounced")?,
                count: get(row, "members")?,
            })
        };
        found.iter().map(group).collect()
    }

    pub(super) async fn list_roster_after(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
        after: Option<MemberId>,
        limit: u32,
    ) -> Result<Vec<MemberId>, StoreError> {
        let mut sql = roster_after(organization, (query, after), limit, self.now());
        let found = sql.build_query_scalar::<Uuid>().fetch_all(&self.readers).await.map_err(from_sqlx)?;
        Ok(found.into_iter().map(MemberId).collect())
    }

    pub(super) async fn list_rounds(
        &self,
        organization: OrganizationId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Round>, StoreError> {
        let before = before.unwrap_or(u32::MAX);
        let query = sqlx::query(ROUNDS).bind(organization.0).bind(before).bind(limit.clamp(1, LONGEST_PAGE));
        let found = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        found.iter().map(rows::round).collect()
    }
}

/// Names its index: of several that begin with the organization, the planner cannot know which holds the fewest rows.
pub(crate) fn roster_groups(organization: OrganizationId, query: &MemberQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new("SELECT m.role AS role, (m.status = 'active' AND NOT ");
    is_deactivated(&mut sql, micros(now));
    sql.push(
        ") AS active, m.email IS NOT NULL AS has_address, m.set_up_generation IS NULL AS never_invited, \
         m.set_up_delivery IN ('bounced', 'failed') AS bounced, count(*) AS members \
         FROM memberships m INDEXED BY memberships_without_login WHERE m.user_id IS NULL AND m.organization_id = ",
    );
    sql.push_bind(organization.0);
    filter_members(&mut sql, query, now);
    sql.push(" GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5");
    sql
}

pub(crate) fn roster_after(
    organization: OrganizationId,
    (query, after): (&MemberQuery, Option<MemberId>),
    limit: u32,
    now: OffsetDateTime,
) -> Sql {
    let mut sql = Sql::new("SELECT m.id FROM memberships m WHERE m.user_id IS NULL AND m.organization_id = ");
    sql.push_bind(organization.0);
    filter_members(&mut sql, query, now);
    if let Some(after) = after {
        sql.push(" AND m.id > ").push_bind(after.0);
    }
    sql.push(" ORDER BY m.id LIMIT ").push_bind(limit);
    sql
}
