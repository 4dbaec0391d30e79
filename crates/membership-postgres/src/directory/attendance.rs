//! Lists of groups, programs and sessions, and who is enrolled: by name, or because a group attends.

use membership_core::group::Group as MemberGroup;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::port::{
    Cursor, EnrolledMember, EnrolledQuery, LONGEST_PAGE, NamedQuery, Page, SessionQuery, StoreError,
};
use membership_core::program::{Program, Session};
use uuid::Uuid;

use super::{PageRow, one_more, searched};
use crate::distribution::Group;
use crate::rows::attendance::{
    CountedGroupRow, EnrolledRow, GroupOfRow, ProgramRow, SessionRow, group_columns, program_columns, session_columns,
};
use crate::rows::records::storable;
use crate::rows::{member_columns, micros_of, name_key, time_of};
use crate::statement::{Route, Statement, fetch_one, statements};
use crate::store::PostgresStore;

/// Which sessions a list is of.
macro_rules! listed_sessions {
    () => {
        concat!(
            "s.organization_id = $1
            AND ($3::uuid IS NULL OR s.program_id = $3)
            AND (NOT $4 OR (s.starts_at <= ",
            now!(),
            " AND s.ends_at > ",
            now!(),
            "))
            AND ($5::uuid IS NULL
                OR EXISTS (SELECT FROM enrolments e
                    WHERE e.organization_id = $1 AND e.session_id = s.id AND e.member_id = $5)
                OR EXISTS (SELECT FROM group_members gm
                    JOIN programs p ON p.organization_id = $1 AND p.id = s.program_id
                    WHERE gm.organization_id = $1 AND gm.member_id = $5 AND gm.since < s.ends_at
                        AND (gm.group_id = ANY(s.groups) OR gm.group_id = ANY(p.groups))))"
        )
    };
}

/// Who is enrolled in a session, `Session::enrols` or by name, given whom of those by name and of those in groups.
macro_rules! enrolled {
    ($by_name:literal, $in_group:literal) => {
        concat!(
            "WITH attended AS MATERIALIZED (
            SELECT s.ends_at, s.groups || p.groups AS groups FROM sessions s
            JOIN programs p ON p.organization_id = $1 AND p.id = s.program_id
            WHERE s.organization_id = $1 AND s.id = $2
        ), ids AS MATERIALIZED (
            SELECT e.member_id AS id FROM enrolments e
            WHERE e.organization_id = $1 AND e.session_id = $2 AND ",
            $by_name,
            "
            UNION
            SELECT gm.member_id FROM group_members gm
            WHERE gm.organization_id = $1 AND gm.group_id = ANY(ARRAY(SELECT unnest(a.groups) FROM attended a))
                AND gm.since < (SELECT a.ends_at FROM attended a) AND ",
            $in_group,
            "
        ), listed AS MATERIALIZED (
            SELECT i.id FROM ids i
            WHERE $4::uuid IS NULL OR EXISTS (SELECT FROM group_members gm
                WHERE gm.organization_id = $1 AND gm.group_id = $4 AND gm.member_id = i.id)
        ), page AS MATERIALIZED (
            SELECT l.id FROM listed l WHERE $5::uuid IS NULL OR l.id > $5 ORDER BY l.id LIMIT $6
        )
        SELECT json_build_object(
            'total', (SELECT count(*) FROM listed),
            'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT ",
            member_columns!(),
            ",
                    EXISTS (SELECT FROM enrolments e WHERE e.organization_id = $1 AND e.session_id = $2
                        AND e.member_id = m.id) AS by_name,
                    ARRAY(SELECT gm.group_id FROM group_members gm
                        WHERE gm.organization_id = $1 AND gm.member_id = m.id
                            AND gm.group_id = ANY(ARRAY(SELECT unnest(a.groups) FROM attended a))
                            AND gm.since < (SELECT a.ends_at FROM attended a)
                        ORDER BY gm.group_id) AS groups
                FROM memberships m
                WHERE m.organization_id = $1 AND m.id = ANY(ARRAY(SELECT id FROM page))
                ORDER BY m.id) r))"
        )
    };
}

statements! {
    /// Groups by name.
    GROUPS, Route::By(Group::Organization),
        "SELECT json_build_object(
            'total', CASE WHEN $6 THEN 0 ELSE (SELECT count(*) FROM groups g
                WHERE g.organization_id = $1 AND ($2::text IS NULL OR strpos(g.name_key, $2) > 0)) END,
            'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT ", group_columns!(), ", (SELECT count(*) FROM group_members gm
                    WHERE gm.organization_id = $1 AND gm.group_id = g.id) AS members
                FROM groups g
                WHERE g.organization_id = $1 AND ($2::text IS NULL OR strpos(g.name_key, $2) > 0)
                    AND (g.name_key, g.id) > ($3, $4)
                ORDER BY g.name_key, g.id LIMIT $5) r))";
    /// The groups of members.
    GROUPS_OF, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT gm.member_id, ", group_columns!(), " FROM group_members gm
        JOIN groups g ON g.organization_id = $1 AND g.id = gm.group_id
        WHERE gm.organization_id = $1 AND gm.member_id = ANY($2)
        ORDER BY gm.member_id, g.name_key, g.id) r";
    /// Programs by name.
    PROGRAMS, Route::By(Group::Organization),
        "SELECT json_build_object(
            'total', CASE WHEN $6 THEN 0 ELSE (SELECT count(*) FROM programs p
                WHERE p.organization_id = $1 AND ($2::text IS NULL OR strpos(p.name_key, $2) > 0)) END,
            'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT ", program_columns!(), " FROM programs p
                WHERE p.organization_id = $1 AND ($2::text IS NULL OR strpos(p.name_key, $2) > 0)
                    AND (p.name_key, p.id) > ($3, $4)
                ORDER BY p.name_key, p.id LIMIT $5) r))";
    /// Sessions by their start.
    SESSIONS, Route::By(Group::Organization),
        "SELECT json_build_object(
            'total', (SELECT count(*) FROM sessions s WHERE ", listed_sessions!(), "),
            'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT ", session_columns!(), " FROM sessions s
                WHERE ", listed_sessions!(), " AND (s.starts_at, s.id) > ($6, $7)
                ORDER BY s.starts_at, s.id LIMIT $8) r))";
    /// Who is enrolled in a session; `$3` names nobody.
    ENROLLED, Route::By(Group::Organization), enrolled!("$3::uuid[] IS NULL", "$3::uuid[] IS NULL");
    /// Who of those that `$3` names is, each found by their id.
    ENROLLED_AMONG, Route::By(Group::Organization), enrolled!("e.member_id = ANY($3)", "gm.member_id = ANY($3)");
}

impl PostgresStore {
    pub(super) async fn list_groups(
        &self,
        organization: OrganizationId,
        query: &NamedQuery,
    ) -> Result<Page<(MemberGroup, u64)>, StoreError> {
        let page: PageRow<CountedGroupRow> = self.named_page(&GROUPS, organization, query).await?;
        page.page(query.limit, |row| Ok(row.counted()), |(it, _)| by_name(it.name.as_str(), it.id.0))
    }

    pub(super) async fn list_groups_of(
        &self,
        organization: OrganizationId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, MemberGroup)>, StoreError> {
        let most = usize::try_from(LONGEST_PAGE).unwrap_or(usize::MAX);
        let ids: Vec<_> = members.iter().take(most).map(|id| id.0).collect();
        let rows: Vec<GroupOfRow> = self.list(GROUPS_OF.query().bind(organization.0).bind(ids)).await?;
        Ok(rows.into_iter().map(GroupOfRow::group_of).collect())
    }

    pub(super) async fn list_programs(
        &self,
        organization: OrganizationId,
        query: &NamedQuery,
    ) -> Result<Page<Program>, StoreError> {
        let page: PageRow<ProgramRow> = self.named_page(&PROGRAMS, organization, query).await?;
        page.page(query.limit, |row| Ok(row.program()), |it| by_name(it.name.as_str(), it.id.0))
    }

    async fn named_page<R>(
        &self,
        statement: &Statement,
        organization: OrganizationId,
        query: &NamedQuery,
    ) -> Result<PageRow<R>, StoreError>
    where
        R: serde::de::DeserializeOwned + Send + Unpin,
    {
        let (after, id) = query.cursor.as_ref().map_or(("", Uuid::nil()), |it| (it.after.as_str(), it.id));
        let bound = statement
            .query()
            .bind(organization.0)
            .bind(query.text.as_deref().map(searched))
            .bind(storable(after))
            .bind(id)
            .bind(one_more(query.limit.clamp(1, LONGEST_PAGE)))
            .bind(query.uncounted);
        let mut connection = self.connection().await?;
        fetch_one(&mut connection, bound).await
    }

    pub(super) async fn list_sessions(
        &self,
        organization: OrganizationId,
        query: &SessionQuery,
    ) -> Result<Page<Session>, StoreError> {
        let first = (time::OffsetDateTime::UNIX_EPOCH, Uuid::nil());
        let after = query.cursor.as_ref().and_then(|it| Some((time_of(it.after.parse().ok()?)?, it.id)));
        let (after, id) = after.unwrap_or(first);
        let bound = SESSIONS
            .query()
            .bind(organization.0)
            .bind(self.fixed_now())
            .bind(query.program.map(|id| id.0))
            .bind(query.running)
            .bind(query.member.map(|id| id.0))
            .bind(after)
            .bind(id)
            .bind(one_more(query.limit.clamp(1, LONGEST_PAGE)));
        let mut connection = self.connection().await?;
        let page: PageRow<SessionRow> = fetch_one(&mut connection, bound).await?;
        page.page(
            query.limit,
            |row| Ok(row.session()),
            |it| Cursor { after: micros_of(it.starts_at).to_string(), id: it.id.0 },
        )
    }

    pub(super) async fn list_enrolled(
        &self,
        organization: OrganizationId,
        query: &EnrolledQuery,
    ) -> Result<Page<EnrolledMember>, StoreError> {
        let among = query.among();
        let statement = if among.is_some() { &ENROLLED_AMONG } else { &ENROLLED };
        let bound = statement
            .query()
            .bind(organization.0)
            .bind(query.session.0)
            .bind(among)
            .bind(query.group.map(|id| id.0))
            .bind(query.after.map(|id| id.0))
            .bind(one_more(query.limit.clamp(1, LONGEST_PAGE)));
        let mut connection = self.connection().await?;
        let page: PageRow<EnrolledRow> = fetch_one(&mut connection, bound).await?;
        page.page(query.limit, EnrolledRow::enrolled, |it| Cursor { after: String::new(), id: it.member.id.0 })
    }
}

fn by_name(name: &str, id: Uuid) -> Cursor {
    Cursor { after: name_key(name), id }
}
