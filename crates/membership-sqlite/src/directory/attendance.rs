//! Lists of groups, programs and sessions, and who is enrolled: by name, or because a group attends.

use membership_core::group::Group;
use membership_core::id::{GroupId, MemberId, OrganizationId};
use membership_core::port::{EnrolledMember, EnrolledQuery, LONGEST_PAGE, NamedQuery, Page, SessionQuery, StoreError};
use membership_core::program::{Program, Session};
use sqlx::sqlite::SqliteRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Sql, page_length, page_of};
use crate::SqliteStore;
use crate::error::from_sqlx;
use crate::facts::id_list;
use crate::rows::{self, get, group_columns, member_columns, micros, program_columns, session_columns};

pub(crate) const GROUPS_OF: &str = concat!(
    "SELECT gm.member_id AS member_id, ",
    group_columns!(),
    " FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id",
    " WHERE gm.organization_id = ?1 AND gm.member_id IN (SELECT unhex(value) FROM json_each(?2))",
    " ORDER BY gm.member_id, g.name_key, g.id"
);

/// A member's place in a group that attends session `?2` or its program: `Session::enrols`.
macro_rules! enrolling_place {
    () => {
        "gm.organization_id = ?1 AND gm.since < (SELECT x.ends_at FROM sessions x \
         WHERE x.organization_id = ?1 AND x.id = ?2) AND gm.group_id IN (\
         SELECT unhex(v.value) FROM sessions x, json_each(x.groups) v WHERE x.organization_id = ?1 AND x.id = ?2 \
         UNION SELECT unhex(v.value) FROM sessions x JOIN programs p ON p.organization_id = x.organization_id \
         AND p.id = x.program_id, json_each(p.groups) v WHERE x.organization_id = ?1 AND x.id = ?2)"
    };
}

/// The ids of who is enrolled: of group `?4` or of any, given whom of those by name and of those in groups.
macro_rules! enrolled_ids {
    ($by_name:literal, $in_group:literal) => {
        concat!(
            "WITH ids AS (SELECT e.member_id AS id FROM enrolments e WHERE e.organization_id = ?1 AND e.session_id = ?2 \
             AND ",
            $by_name,
            " UNION SELECT gm.member_id FROM group_members gm WHERE ",
            enrolling_place!(),
            " AND ",
            $in_group,
            "), listed AS (SELECT i.id FROM ids i WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM group_members gm \
             WHERE gm.organization_id = ?1 AND gm.group_id = ?4 AND gm.member_id = i.id)) "
        )
    };
}

/// How many they are, and a page of them.
macro_rules! enrolled {
    ($by_name:literal, $in_group:literal) => {
        (
            concat!(enrolled_ids!($by_name, $in_group), "SELECT count(*) FROM listed"),
            concat!(
                enrolled_ids!($by_name, $in_group),
                "SELECT ",
                member_columns!(),
                ", EXISTS (SELECT 1 FROM enrolments e WHERE e.organization_id = ?1 AND e.session_id = ?2 \
                 AND e.member_id = m.id) AS by_name, \
                 (SELECT json_group_array(hex(q.group_id)) FROM (SELECT gm.group_id FROM group_members gm WHERE ",
                enrolling_place!(),
                " AND gm.member_id = m.id ORDER BY gm.group_id) q) AS through \
                 FROM memberships m WHERE m.organization_id = ?1 AND m.id IN (SELECT l.id FROM listed l \
                 WHERE ?5 IS NULL OR l.id > ?5 ORDER BY l.id LIMIT ?6) ORDER BY m.id"
            ),
        )
    };
}

/// Of all; `?3` names nobody.
const ENROLLED: (&str, &str) = enrolled!("?3 IS NULL", "?3 IS NULL");
/// Of those that `?3` names, each found by its id.
pub(crate) const ENROLLED_AMONG: (&str, &str) = enrolled!(
    "e.member_id IN (SELECT unhex(value) FROM json_each(?3))",
    "gm.member_id IN (SELECT unhex(value) FROM json_each(?3))"
);

impl SqliteStore {
    pub(super) async fn list_groups(
        &self,
        organization: OrganizationId,
        query: &NamedQuery,
    ) -> Result<Page<(Group, u64)>, StoreError> {
        let total = (!query.uncounted).then(|| named_total("groups", organization, query));
        let (total, rows) = self.page(total, groups_page(organization, query)).await?;
        let item = |row| Ok((rows::group(row)?, get(row, "members")?));
        let items = rows.iter().map(item).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(page_of(items, total, query.limit, |(it, _)| (it.name.as_str().to_lowercase(), it.id.0)))
    }

    pub(super) async fn list_groups_of(
        &self,
        organization: OrganizationId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, Group)>, StoreError> {
        let most = usize::try_from(LONGEST_PAGE).unwrap_or(usize::MAX);
        let ids = id_list(members.iter().take(most).map(|id| id.0));
        let query = sqlx::query(GROUPS_OF).bind(organization.0).bind(ids);
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(|row| Ok((MemberId(get(row, "member_id")?), rows::group(row)?))).collect()
    }

    pub(super) async fn list_programs(
        &self,
        organization: OrganizationId,
        query: &NamedQuery,
    ) -> Result<Page<Program>, StoreError> {
        let total = (!query.uncounted).then(|| named_total("programs", organization, query));
        let (total, rows) = self.page(total, programs_page(organization, query)).await?;
        let items = rows.iter().map(rows::program).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, total, query.limit, |it| (it.name.as_str().to_lowercase(), it.id.0)))
    }

    pub(super) async fn list_sessions(
        &self,
        organization: OrganizationId,
        query: &SessionQuery,
    ) -> Result<Page<Session>, StoreError> {
        let now = self.now();
        let (total, page) = (sessions_total(organization, query, now), sessions_page(organization, query, now));
        let (total, rows) = self.page(total, page).await?;
        let items = rows.iter().map(rows::session).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, total, query.limit, |it| (micros(it.starts_at).to_string(), it.id.0)))
    }

    pub(super) async fn list_enrolled(
        &self,
        organization: OrganizationId,
        query: &EnrolledQuery,
    ) -> Result<Page<EnrolledMember>, StoreError> {
        let among = query.among().map(id_list);
        let (total, page) = if among.is_some() { ENROLLED_AMONG } else { ENROLLED };
        let filtered = |sql: &'static str| {
            sqlx::query(sql)
                .bind(organization.0)
                .bind(query.session.0)
                .bind(among.clone())
                .bind(query.group.map(|id| id.0))
        };
        let mut transaction = self.begin_reading().await?;
        let total = filtered(total).fetch_one(&mut *transaction).await.map_err(from_sqlx)?;
        let page = filtered(page).bind(query.after.map(|id| id.0)).bind(page_length(query.limit).saturating_add(1));
        let rows = page.fetch_all(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.rollback().await.map_err(from_sqlx)?;
        let items = rows.iter().map(enrolled).collect::<Result<Vec<_>, _>>()?;
        let total = sqlx::Row::try_get::<u64, _>(&total, 0).map_err(from_sqlx)?;
        Ok(page_of(items, total, query.limit, |it| (String::new(), it.member.id.0)))
    }
}

fn enrolled(row: &SqliteRow) -> Result<EnrolledMember, StoreError> {
    let groups = rows::ids(row, "through", GroupId)?;
    Ok(EnrolledMember { member: rows::member(row)?, by_name: get(row, "by_name")?, groups })
}

pub(crate) fn named_total(table: &'static str, organization: OrganizationId, query: &NamedQuery) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM ");
    sql.push(table).push(" n WHERE n.organization_id = ").push_bind(organization.0);
    filter_named(&mut sql, "n", query);
    sql
}

pub(crate) fn groups_page(organization: OrganizationId, query: &NamedQuery) -> Sql {
    let mut sql = Sql::new(concat!(
        "SELECT ",
        group_columns!(),
        ", (SELECT count(*) FROM group_members gm WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id)",
        " AS members FROM groups g WHERE g.organization_id = "
    ));
    sql.push_bind(organization.0);
    cut_named(&mut sql, "g", query);
    sql
}

pub(crate) fn programs_page(organization: OrganizationId, query: &NamedQuery) -> Sql {
    let mut sql = Sql::new(concat!("SELECT ", program_columns!(), " FROM programs p WHERE p.organization_id = "));
    sql.push_bind(organization.0);
    cut_named(&mut sql, "p", query);
    sql
}

fn filter_named(sql: &mut Sql, table: &'static str, query: &NamedQuery) {
    if let Some(text) = &query.text {
        sql.push(" AND instr(").push(table).push(".name_key, ").push_bind(text.to_lowercase()).push(") > 0");
    }
}

fn cut_named(sql: &mut Sql, table: &'static str, query: &NamedQuery) {
    filter_named(sql, table, query);
    if let Some(cursor) = &query.cursor {
        sql.push(" AND (").push(table).push(".name_key, ").push(table).push(".id) > (");
        sql.push_bind(cursor.after.clone()).push(", ").push_bind(cursor.id).push(")");
    }
    sql.push(" ORDER BY ").push(table).push(".name_key, ").push(table).push(".id LIMIT ");
    sql.push_bind(page_length(query.limit).saturating_add(1));
}

pub(crate) fn sessions_total(organization: OrganizationId, query: &SessionQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM sessions e WHERE e.organization_id = ");
    filter_sessions(&mut sql, organization, query, now);
    sql
}

pub(crate) fn sessions_page(organization: OrganizationId, query: &SessionQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new(concat!("SELECT ", session_columns!(), " FROM sessions e WHERE e.organization_id = "));
    filter_sessions(&mut sql, organization, query, now);
    if let Some(cursor) = &query.cursor {
        let after = cursor.after.parse::<i64>().unwrap_or(i64::MIN);
        sql.push(" AND (e.starts_at, e.id) > (").push_bind(after).push(", ").push_bind(cursor.id).push(")");
    }
    sql.push(" ORDER BY e.starts_at, e.id LIMIT ").push_bind(page_length(query.limit).saturating_add(1));
    sql
}

fn filter_sessions(sql: &mut Sql, organization: OrganizationId, query: &SessionQuery, now: OffsetDateTime) {
    sql.push_bind(organization.0);
    if let Some(program) = query.program {
        sql.push(" AND e.program_id = ").push_bind(program.0);
    }
    if query.running {
        sql.push(" AND e.starts_at <= ").push_bind(micros(now)).push(" AND e.ends_at > ").push_bind(micros(now));
    }
    if let Some(member) = query.member {
        attended_by(sql, organization.0, member.0);
    }
}

fn attended_by(sql: &mut Sql, organization: Uuid, member: Uuid) {
    sql.push(" AND (EXISTS (SELECT 1 FROM enrolments n WHERE n.organization_id = ").push_bind(organization);
    sql.push(" AND n.session_id = e.id AND n.member_id = ").push_bind(member);
    sql.push(") OR EXISTS (SELECT 1 FROM group_members gm WHERE gm.organization_id = ").push_bind(organization);
    sql.push(" AND gm.member_id = ").push_bind(member);
    sql.push(" AND gm.since < e.ends_at AND (lower(hex(gm.group_id)) IN (SELECT value FROM json_each(e.groups))");
    sql.push(" OR lower(hex(gm.group_id)) IN (SELECT v.value FROM programs p, json_each(p.groups) v");
    sql.push(" WHERE p.organization_id = ").push_bind(organization).push(" AND p.id = e.program_id))))");
}
