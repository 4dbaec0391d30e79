//! The members without a login, in numbers and in the order in which a round goes through them; and the rounds.

use membership_core::id::{MemberId, OrganizationId};
use membership_core::port::{MemberQuery, Page, RoundQuery, StoreError};
use membership_core::role::RoleKey;
use membership_core::roster::{RosterGroup, Round};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Sql, filter_members, is_deactivated, page_length, page_of};
use crate::SqliteStore;
use crate::error::{corrupt, from_sqlx};
use crate::rows::{self, get, micros, round_columns};

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
        query: &RoundQuery,
    ) -> Result<Page<Round>, StoreError> {
        let (total, page) = (rounds_total(organization, query), rounds_page(organization, query));
        let (total, rows) = self.page(total, page).await?;
        let items = rows.iter().map(rows::round).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, total, query.limit, |it| (it.number.to_string(), it.id.0)))
    }
}

pub(crate) fn rounds_total(organization: OrganizationId, query: &RoundQuery) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM roster_rounds WHERE organization_id = ");
    sql.push_bind(organization.0);
    filter_rounds(&mut sql, query);
    sql
}

pub(crate) fn rounds_page(organization: OrganizationId, query: &RoundQuery) -> Sql {
    let mut sql = Sql::new(concat!("SELECT ", round_columns!(), " FROM roster_rounds WHERE organization_id = "));
    sql.push_bind(organization.0);
    filter_rounds(&mut sql, query);
    sql.push(" AND number < ").push_bind(query.before());
    sql.push(" ORDER BY number DESC LIMIT ").push_bind(page_length(query.limit).saturating_add(1));
    sql
}

fn filter_rounds(sql: &mut Sql, query: &RoundQuery) {
    if let Some(since) = query.since {
        sql.push(" AND started_at >= ").push_bind(micros(since));
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
