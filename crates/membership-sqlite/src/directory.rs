//! Reads for screens: pages that begin after a key, each a range of an index, and never a rule.

use async_trait::async_trait;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::email::EmailAddress;
use membership_core::group::Group;
use membership_core::id::{ClearId, ImportId, MemberId, OrganizationId, UserId};
use membership_core::import::{Import, ImportCounts, ImportRow};
use membership_core::invitation::{Invitation, InvitationState};
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::member::{Member, MemberStatus};
use membership_core::organization::Head;
use membership_core::port::{
    AuditQuery, Cursor, Directory, EnrolledMember, EnrolledQuery, InvitationQuery, LONGEST_PAGE, MemberQuery,
    MemberSort, NamedQuery, OrganizationQuery, Page, RecordQuery, RecordsVisible, RoundQuery, SessionQuery, StoreError,
};
use membership_core::program::{Program, Session};
use membership_core::report::{Days, LoginsByDay, SignedIn};
use membership_core::resource::Resource;
use membership_core::role::RoleKey;
use membership_core::roster::{Invited, RosterGroup, Round};
use membership_core::typed_code::CodeLocator;
use membership_core::user::SignIn;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::from_sqlx;
use crate::facts::{id_list, text_list};
use crate::rows::{
    self, audit_columns, get, head_columns, invitation_columns, member_columns, micros, resource_columns,
    sign_in_columns,
};

pub(crate) mod attendance;
pub(crate) mod clears;
pub(crate) mod imports;
pub(crate) mod report;
pub(crate) mod roster;

type Sql = QueryBuilder<Sqlite>;

pub(crate) const ORGANIZATIONS_OF: &str = concat!(
    "SELECT ",
    head_columns!(),
    ", ",
    member_columns!(),
    " FROM user_organizations l JOIN organizations o ON o.id = l.organization_id",
    " JOIN organization_seats s ON s.organization_id = o.id",
    " JOIN memberships m ON m.organization_id = l.organization_id AND m.id = l.member_id AND m.user_id = l.user_id",
    " WHERE l.user_id = ?1 AND o.state <> 'deleted'"
);
/// The list of what waits is made of hints; the invitation's own row decides.
pub(crate) const WAITING_FOR: &str = concat!(
    "SELECT ",
    head_columns!(),
    ", ",
    invitation_columns!(),
    " FROM email_invitations w",
    " JOIN invitations i ON i.organization_id = w.organization_id AND i.id = w.invitation_id AND i.email = w.email",
    " JOIN organizations o ON o.id = w.organization_id JOIN organization_seats s ON s.organization_id = o.id",
    " WHERE w.email IN (SELECT value FROM json_each(?1)) AND o.state <> 'deleted'",
    " AND i.state = 'pending' AND i.opens_at <= ?2 AND i.expires_at > ?2 ORDER BY i.created_at DESC, i.id DESC"
);
pub(crate) const WITH_SET_UP_CODE: &str = "SELECT c.organization_id, c.member_id FROM set_up_codes c \
    WHERE c.locator = ?1 ORDER BY c.expires_at DESC, c.organization_id, c.member_id LIMIT 8";
pub(crate) const HOLDERS: &str = concat!(
    "SELECT ",
    member_columns!(),
    " FROM memberships m WHERE m.organization_id = ?1 AND m.id > ?2 AND m.email IS NOT NULL AND m.status = 'active'",
    " AND (m.deactivates_at IS NULL OR m.deactivates_at > ?3)",
    " AND (m.role IN (SELECT value FROM json_each(?4))",
    " OR m.id = (SELECT o.owner_member_id FROM organizations o WHERE o.id = ?1))",
    " ORDER BY m.id LIMIT ?5"
);

pub(crate) const SIGN_INS_OF: &str = concat!(
    "SELECT ",
    sign_in_columns!(),
    " FROM sign_ins n WHERE n.user_id = ?1 AND n.ended_at IS NULL AND n.expires_at > ?2 ORDER BY n.id DESC LIMIT 1000"
);

pub(crate) const LAST_LOGINS: &str =
    "SELECT user_id, at FROM last_logins WHERE user_id IN (SELECT unhex(value) FROM json_each(?1))";

#[async_trait]
impl Directory for SqliteStore {
    async fn members(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Page<Member>, StoreError> {
        let now = self.now();
        let total = (!query.uncounted).then(|| members_total(organization, query, now));
        let page = members_page(organization, query, now);
        let (total, rows) = self.page(total, page).await?;
        let listed = |row| Ok((rows::member(row)?, rows::get::<i64>(row, "m_last_login_at")?));
        let items = rows.iter().map(listed).collect::<Result<Vec<_>, StoreError>>()?;
        let key = |(member, last_login): &(Member, i64)| match query.sort {
            MemberSort::Name => (member.name.as_str().to_lowercase(), member.id.0),
            MemberSort::JoinedAt => (micros(member.joined_at).to_string(), member.id.0),
            MemberSort::LastLogin => (last_login.to_string(), member.id.0),
            MemberSort::LoginSince => (member.login_since.map_or(0, micros).to_string(), member.id.0),
        };
        let Page { items, next, total } = page_of(items, total, query.limit, key);
        Ok(Page { items: items.into_iter().map(|(member, _)| member).collect(), next, total })
    }

    async fn invitations(
        &self,
        organization: OrganizationId,
        query: &InvitationQuery,
    ) -> Result<Page<Invitation>, StoreError> {
        let now = self.now();
        let total = invitations_total(organization, query, now);
        let page = invitations_page(organization, query, now);
        let (total, rows) = self.page(total, page).await?;
        let items = rows.iter().map(rows::invitation).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, total, query.limit, |it| (micros(it.created_at).to_string(), it.id.0)))
    }

    async fn records(&self, organization: OrganizationId, query: &RecordQuery) -> Result<Page<Resource>, StoreError> {
        let (total, rows) = self.page(records_total(organization, query), records_page(organization, query)).await?;
        let items = rows.iter().map(rows::resource).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, total, query.limit, |it| (it.name.to_string(), Uuid::nil())))
    }

    async fn audit(&self, organization: OrganizationId, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = audit_page(organization, query)?.build().fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(|row| rows::audit_entry(row, Stream::Organization(organization))).collect()
    }

    async fn organizations(&self, query: &OrganizationQuery) -> Result<Page<Head>, StoreError> {
        let (total, rows) = self.page(organizations_total(query), organizations_page(query)).await?;
        let items = rows.iter().map(rows::head).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, total, query.limit, |it| (String::new(), it.organization.id.0)))
    }

    async fn organizations_of(&self, user: UserId) -> Result<Vec<(Head, Member)>, StoreError> {
        let rows = sqlx::query(ORGANIZATIONS_OF).bind(user.0).fetch_all(&self.readers).await.map_err(from_sqlx)?;
        let both = |row| Ok((rows::head(row)?, rows::member(row)?));
        let mut list = rows.iter().map(both).collect::<Result<Vec<_>, StoreError>>()?;
        // SQLite cannot lower the case of all of Unicode, and nobody belongs to so many that it would matter where.
        list.sort_by_cached_key(|(head, _)| (head.organization.name.as_str().to_lowercase(), head.organization.id));
        Ok(list)
    }

    async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, StoreError> {
        let addresses = text_list(addresses.iter().map(EmailAddress::as_str));
        let query = sqlx::query(WAITING_FOR).bind(addresses).bind(micros(self.now()));
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(|row| Ok((rows::head(row)?, rows::invitation(row)?))).collect()
    }

    async fn with_set_up_code(&self, locator: CodeLocator) -> Result<Vec<(OrganizationId, MemberId)>, StoreError> {
        let rows = sqlx::query(WITH_SET_UP_CODE).bind(locator.0).fetch_all(&self.readers).await.map_err(from_sqlx)?;
        let hint =
            |row: &SqliteRow| Ok((OrganizationId(get(row, "organization_id")?), MemberId(get(row, "member_id")?)));
        rows.iter().map(hint).collect()
    }

    async fn holders(
        &self,
        organization: OrganizationId,
        roles: &[RoleKey],
        after: Option<MemberId>,
    ) -> Result<Vec<Member>, StoreError> {
        let query = sqlx::query(HOLDERS)
            .bind(organization.0)
            .bind(after.map_or(Vec::new(), |id| id.0.as_bytes().to_vec()))
            .bind(micros(self.now()))
            .bind(text_list(roles.iter().map(RoleKey::as_str)))
            .bind(LONGEST_PAGE);
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(rows::member).collect()
    }

    async fn groups(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<(Group, u64)>, StoreError> {
        self.list_groups(organization, query).await
    }

    async fn groups_of(
        &self,
        organization: OrganizationId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, Group)>, StoreError> {
        self.list_groups_of(organization, members).await
    }

    async fn programs(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<Program>, StoreError> {
        self.list_programs(organization, query).await
    }

    async fn sessions(&self, organization: OrganizationId, query: &SessionQuery) -> Result<Page<Session>, StoreError> {
        self.list_sessions(organization, query).await
    }

    async fn enrolled(
        &self,
        organization: OrganizationId,
        query: &EnrolledQuery,
    ) -> Result<Page<EnrolledMember>, StoreError> {
        self.list_enrolled(organization, query).await
    }

    async fn last_logins(&self, users: &[UserId]) -> Result<Vec<(UserId, OffsetDateTime)>, StoreError> {
        let query = sqlx::query(LAST_LOGINS).bind(id_list(users.iter().map(|user| user.0)));
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(|row| Ok((UserId(rows::get(row, "user_id")?), rows::time(row, "at")?))).collect()
    }

    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError> {
        let query = sqlx::query(SIGN_INS_OF).bind(user.0).bind(micros(self.now()));
        let rows = query.fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(rows::sign_in).collect()
    }

    async fn imports(
        &self,
        organization: OrganizationId,
        import: Option<ImportId>,
    ) -> Result<Vec<(Import, ImportCounts)>, StoreError> {
        self.list_imports(organization, import).await
    }

    async fn import_rows(
        &self,
        organization: OrganizationId,
        import: ImportId,
        from: u32,
        limit: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        self.list_import_rows(organization, import, (from, limit)).await
    }

    async fn roster(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Vec<RosterGroup>, StoreError> {
        self.count_roster(organization, query).await
    }

    async fn roster_after(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
        after: Option<MemberId>,
        limit: u32,
    ) -> Result<Vec<MemberId>, StoreError> {
        self.list_roster_after(organization, query, after, limit).await
    }

    async fn rounds(&self, organization: OrganizationId, query: &RoundQuery) -> Result<Page<Round>, StoreError> {
        self.list_rounds(organization, query).await
    }

    async fn logins_after(
        &self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(MemberId, UserId)>, StoreError> {
        self.list_logins_after(organization, after, limit).await
    }

    async fn login_clears(&self, organization: OrganizationId) -> Result<Vec<LoginClear>, StoreError> {
        self.list_clears(organization).await
    }

    async fn cleared_logins(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        limit: u32,
    ) -> Result<Vec<ClearedLogin>, StoreError> {
        self.list_cleared(organization, clear, limit).await
    }

    async fn logins_by_day(&self, organization: OrganizationId, days: Days) -> Result<LoginsByDay, StoreError> {
        self.count_logins(organization, days).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let query = sqlx::query("SELECT key FROM installation LIMIT 1");
        query.fetch_optional(&self.readers).await.map_err(from_sqlx).map(drop)
    }
}

impl SqliteStore {
    /// Counts, if there is something to count by, and reads a page of the same moment.
    async fn page(&self, total: impl Into<Option<Sql>>, mut page: Sql) -> Result<(u64, Vec<SqliteRow>), StoreError> {
        let total: Option<Sql> = total.into();
        let mut transaction = self.begin_reading().await?;
        let total = match total {
            Some(mut sql) => sql.build_query_scalar::<u64>().fetch_one(&mut *transaction).await.map_err(from_sqlx)?,
            None => 0,
        };
        let rows = page.build().fetch_all(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.rollback().await.map_err(from_sqlx)?;
        Ok((total, rows))
    }
}

fn page_length(limit: u32) -> u32 {
    limit.clamp(1, LONGEST_PAGE)
}

/// Cuts off the row that was read in excess, and says where the next page begins if there was one.
fn page_of<T>(mut items: Vec<T>, total: u64, limit: u32, key: impl Fn(&T) -> (String, Uuid)) -> Page<T> {
    let length = usize::try_from(page_length(limit)).unwrap_or(usize::MAX);
    let goes_on = length < items.len();
    items.truncate(length);
    let last = items.last().filter(|_| goes_on).map(key);
    Page { items, next: last.map(|(after, id)| Cursor { after, id }), total }
}

fn organizations_total(query: &OrganizationQuery) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM organizations o WHERE o.state <> 'deleted'");
    filter_organizations(&mut sql, query);
    sql
}

pub(crate) fn organizations_page(query: &OrganizationQuery) -> Sql {
    let mut sql = Sql::new(concat!(
        "SELECT ",
        head_columns!(),
        " FROM organizations o JOIN organization_seats s ON s.organization_id = o.id",
        " WHERE o.state <> 'deleted' AND o.id < "
    ));
    sql.push_bind(query.cursor.as_ref().map_or(Uuid::max(), |it| it.id));
    filter_organizations(&mut sql, query);
    sql.push(" ORDER BY o.id DESC LIMIT ").push_bind(page_length(query.limit).saturating_add(1));
    sql
}

fn filter_organizations(sql: &mut Sql, query: &OrganizationQuery) {
    let (Some(text), id) = query.wanted() else { return };
    // This function knows the case of ASCII letters only.
    sql.push(" AND (instr(lower(o.name), ").push_bind(text).push(") > 0 OR o.id = ");
    sql.push_bind(id.unwrap_or(Uuid::nil())).push(")");
}

pub(crate) fn members_total(organization: OrganizationId, query: &MemberQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM memberships m WHERE m.organization_id = ");
    sql.push_bind(organization.0);
    filter_members(&mut sql, query, now);
    sql
}

pub(crate) fn members_page(organization: OrganizationId, query: &MemberQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new(concat!(
        "SELECT ",
        member_columns!(),
        ", m.last_login_at AS m_last_login_at FROM memberships m WHERE m.organization_id = "
    ));
    sql.push_bind(organization.0);
    filter_members(&mut sql, query, now);
    match (query.sort, &query.cursor) {
        (MemberSort::Name, Some(cursor)) => {
            sql.push(" AND (m.name_key, m.id) > (").push_bind(cursor.after.clone());
            sql.push(", ").push_bind(cursor.id).push(")");
        }
        (MemberSort::JoinedAt, Some(cursor)) => older(&mut sql, " AND (m.joined_at, m.id) < (", cursor),
        (MemberSort::LastLogin, Some(cursor)) => older(&mut sql, " AND (m.last_login_at, m.id) < (", cursor),
        (MemberSort::LoginSince, Some(cursor)) => {
            older(&mut sql, " AND (coalesce(m.login_since, 0), m.id) < (", cursor)
        }
        (_, None) => {}
    }
    sql.push(match query.sort {
        MemberSort::Name => " ORDER BY m.name_key, m.id LIMIT ",
        MemberSort::JoinedAt => " ORDER BY m.joined_at DESC, m.id DESC LIMIT ",
        MemberSort::LastLogin => " ORDER BY m.last_login_at DESC, m.id DESC LIMIT ",
        MemberSort::LoginSince => " ORDER BY coalesce(m.login_since, 0) DESC, m.id DESC LIMIT ",
    });
    sql.push_bind(page_length(query.limit).saturating_add(1));
    sql
}

/// Continues a list of the newest first. What is no time begins at the beginning: a list is no secret that a wrong
/// cursor could open.
fn older(sql: &mut Sql, comparison: &'static str, cursor: &Cursor) {
    let after = cursor.after.parse::<i64>().unwrap_or(i64::MAX);
    sql.push(comparison).push_bind(after).push(", ").push_bind(cursor.id).push(")");
}

fn filter_members(sql: &mut Sql, query: &MemberQuery, now: OffsetDateTime) {
    let now = micros(now);
    if let Some(text) = &query.text {
        let text = text.to_lowercase();
        sql.push(" AND (instr(m.search_key, ").push_bind(text.clone());
        sql.push(") > 0 OR instr(coalesce(m.email, ''), ").push_bind(text).push(") > 0)");
    }
    if let Some(role) = &query.role {
        sql.push(" AND m.role = ").push_bind(role.to_string());
    }
    match query.status {
        Some(MemberStatus::Deactivated) => {
            is_deactivated(sql.push(" AND "), now);
        }
        Some(status) => {
            sql.push(" AND m.status = ").push_bind(status.as_str());
            is_deactivated(sql.push(" AND NOT "), now);
        }
        None => {}
    }
    match query.seat {
        Some(true) => is_deactivated(sql.push(" AND m.seat = 1 AND NOT "), now),
        Some(false) => is_deactivated(sql.push(" AND (m.seat = 0 OR "), now).push(")"),
        None => sql,
    };
    match query.login {
        Some(true) => sql.push(" AND m.user_id IS NOT NULL"),
        Some(false) => sql.push(" AND m.user_id IS NULL"),
        None => sql,
    };
    match query.invited {
        Some(Invited::Never) => {
            sql.push(" AND m.set_up_generation IS NULL");
        }
        Some(Invited::Bounced) => {
            sql.push(" AND m.set_up_delivery IN ('bounced', 'failed')");
        }
        Some(Invited::Round(number)) => {
            sql.push(" AND EXISTS (SELECT 1 FROM json_each(m.rounds) r WHERE r.value = ").push_bind(number).push(")");
        }
        None => {}
    }
    // A plus keeps the filter from choosing the index: the order of the page does.
    let last_login = match query.sort {
        MemberSort::LastLogin => " AND m.last_login_at",
        MemberSort::Name | MemberSort::JoinedAt | MemberSort::LoginSince => " AND +m.last_login_at",
    };
    match query.signed_in {
        Some(SignedIn::Never) => {
            sql.push(last_login).push(" = 0");
        }
        Some(SignedIn::Since(from)) => {
            // Who never did has signed in at 0, which is no instant that anybody asks for.
            sql.push(last_login).push(" >= ").push_bind(micros(from).max(1));
        }
        None => {}
    }
    if let Some(group) = query.group {
        sql.push(" AND EXISTS (SELECT 1 FROM group_members gm WHERE gm.organization_id = m.organization_id");
        sql.push(" AND gm.group_id = ").push_bind(group.0).push(" AND gm.member_id = m.id)");
    }
}

/// The formula of `Member::status_at`, which a test compares with it.
fn is_deactivated(sql: &mut Sql, now: i64) -> &mut Sql {
    sql.push("(m.status = 'deactivated' OR (m.deactivates_at IS NOT NULL AND m.deactivates_at <= ");
    sql.push_bind(now).push("))")
}

pub(crate) fn invitations_total(organization: OrganizationId, query: &InvitationQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM invitations i WHERE i.organization_id = ");
    sql.push_bind(organization.0);
    filter_invitations(&mut sql, query, now);
    sql
}

pub(crate) fn invitations_page(organization: OrganizationId, query: &InvitationQuery, now: OffsetDateTime) -> Sql {
    let mut sql = Sql::new(concat!("SELECT ", invitation_columns!(), " FROM invitations i WHERE i.organization_id = "));
    sql.push_bind(organization.0);
    filter_invitations(&mut sql, query, now);
    if let Some(cursor) = &query.cursor {
        older(&mut sql, " AND (i.created_at, i.id) < (", cursor);
    }
    sql.push(" ORDER BY i.created_at DESC, i.id DESC LIMIT ");
    sql.push_bind(page_length(query.limit).saturating_add(1));
    sql
}

/// The states by the formula of `Invitation::state_at`, which a test compares with it.
fn filter_invitations(sql: &mut Sql, query: &InvitationQuery, now: OffsetDateTime) {
    let now = micros(now);
    match query.state {
        Some(InvitationState::Expired) => {
            sql.push(" AND (i.state = 'expired' OR (i.state = 'pending' AND i.expires_at <= ");
            sql.push_bind(now).push("))");
        }
        Some(InvitationState::Scheduled) => {
            sql.push(" AND i.state = 'pending' AND i.expires_at > ").push_bind(now);
            sql.push(" AND i.opens_at > ").push_bind(now);
        }
        Some(InvitationState::Pending) => {
            sql.push(" AND i.state = 'pending' AND i.expires_at > ").push_bind(now);
            sql.push(" AND i.opens_at <= ").push_bind(now);
        }
        Some(state) => {
            sql.push(" AND i.state = ").push_bind(state.as_str());
        }
        None => {}
    }
    if query.outstanding {
        sql.push(" AND i.state = 'pending' AND i.expires_at > ").push_bind(now);
    }
    if query.undelivered {
        sql.push(" AND i.delivery IN ('bounced', 'failed')");
    }
    if let Some(at) = query.expires_after {
        sql.push(" AND i.expires_at > ").push_bind(micros(at));
    }
    if let Some(text) = &query.text {
        sql.push(" AND instr(i.email, ").push_bind(text.to_lowercase()).push(") > 0");
    }
}

pub(crate) fn records_total(organization: OrganizationId, query: &RecordQuery) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM resources r WHERE r.organization_id = ");
    sql.push_bind(organization.0);
    filter_records(&mut sql, organization, query);
    sql
}

pub(crate) fn records_page(organization: OrganizationId, query: &RecordQuery) -> Sql {
    let mut sql = Sql::new(concat!("SELECT ", resource_columns!(), " FROM resources r WHERE r.organization_id = "));
    sql.push_bind(organization.0);
    filter_records(&mut sql, organization, query);
    if query.cursor.is_some() {
        let (kind, id) = query.after();
        sql.push(" AND (r.type, r.key) > (").push_bind(kind.to_owned());
        sql.push(", ").push_bind(id.to_owned()).push(")");
    }
    sql.push(" ORDER BY r.type, r.key LIMIT ").push_bind(page_length(query.limit).saturating_add(1));
    sql
}

fn filter_records(sql: &mut Sql, organization: OrganizationId, query: &RecordQuery) {
    if let Some(kind) = &query.kind {
        sql.push(" AND r.type = ").push_bind(kind.clone());
    }
    if let Some(restricted) = query.restricted {
        sql.push(" AND r.restricted = ").push_bind(restricted);
    }
    if let Some(text) = &query.text {
        sql.push(" AND instr(lower(r.key), ").push_bind(text.to_ascii_lowercase()).push(") > 0");
    }
    if let Some(member) = query.shared_with {
        is_shared_with(sql.push(" AND "), organization, member);
    }
    match query.visible {
        RecordsVisible::All => {}
        RecordsVisible::OpenAndSharedWith(member) => {
            is_shared_with(sql.push(" AND (r.restricted = 0 OR "), organization, member).push(")");
        }
        RecordsVisible::SharedWith(member) => {
            is_shared_with(sql.push(" AND "), organization, member);
        }
    }
}

/// Whether a record is shared with a member, or with a group that they are in.
fn is_shared_with(sql: &mut Sql, organization: OrganizationId, member: MemberId) -> &mut Sql {
    sql.push("EXISTS (SELECT 1 FROM resource_shares x WHERE x.organization_id = ").push_bind(organization.0);
    sql.push(" AND x.type = r.type AND x.key = r.key AND (x.holder_kind = 'member' AND x.holder_id = ");
    sql.push_bind(member.0).push(" OR x.holder_kind = 'group' AND EXISTS (SELECT 1 FROM group_members g");
    sql.push(" WHERE g.organization_id = ").push_bind(organization.0);
    sql.push(" AND g.group_id = x.holder_id AND g.member_id = ").push_bind(member.0).push(")))")
}

pub(crate) fn audit_page(organization: OrganizationId, query: &AuditQuery) -> Result<Sql, StoreError> {
    let mut sql = Sql::new(concat!("SELECT ", audit_columns!(), " FROM audit_log a WHERE a.organization_id = "));
    sql.push_bind(organization.0);
    if let Some(event) = &query.event {
        sql.push(" AND a.event = ").push_bind(event.clone());
    }
    if let Some(actor) = query.actor {
        sql.push(" AND a.actor_user = ").push_bind(actor.0);
    }
    if let Some(subject) = query.subject {
        sql.push(" AND a.subject_id = ").push_bind(subject);
    }
    if let Some(before) = query.before {
        sql.push(" AND a.sequence < ").push_bind(i64::try_from(before).unwrap_or(i64::MAX));
    }
    sql.push(" ORDER BY a.sequence DESC LIMIT ").push_bind(page_length(query.limit));
    Ok(sql)
}
