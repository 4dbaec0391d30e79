//! Lists and searches, in pages by key: each page begins where an index says, however deep it is.

use async_trait::async_trait;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::email::EmailAddress;
use membership_core::group::Group as MemberGroup;
use membership_core::id::{ClearId, ImportId, MemberId, OrganizationId, UserId};
use membership_core::import::{Import, ImportCounts, ImportRow};
use membership_core::invitation::Invitation;
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::member::Member;
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
use serde::Deserialize;
use sqlx::Row;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::distribution::Group;
use crate::error::store_error;
use crate::rows::people::{SignInRow, sign_in_columns};
use crate::rows::records::{AuditRow, audit_columns, storable};
use crate::rows::sharing::{ResourceRow, resource_columns};
use crate::rows::{
    HeadRow, Instant, InvitationRow, MemberRow, invitation_columns, member_columns, micros_of, name_key,
    organization_columns, seats_columns, time_of,
};
use crate::statement::{Bound, Route, Statement, fetch, fetch_one, micros, statements};
use crate::store::PostgresStore;

/// The instant a list is judged at: the second parameter, or the database's.
macro_rules! now {
    () => {
        "coalesce($2::timestamptz, statement_timestamp())"
    };
}

// After the macro, which it uses.
pub(crate) mod attendance;
pub(crate) mod clears;
pub(crate) mod imports;

/// Which members a list is of: `Member::status_at`, `Member::seat_at`, `Invited::includes` and the other filters.
macro_rules! listed_members {
    () => {
        concat!(
            "m.organization_id = $1
            AND ($3::text IS NULL OR strpos(m.search_key, $3) > 0 OR strpos(m.email, $3) > 0)
            AND ($4::text IS NULL OR m.role = $4)
            AND ($5::text IS NULL OR $5 = CASE WHEN m.deactivates_at <= ",
            now!(),
            " THEN 'deactivated'
                ELSE m.status END)
            AND ($6::boolean IS NULL OR $6 = (m.seat AND m.status <> 'deactivated'
                AND (m.deactivates_at IS NULL OR m.deactivates_at > ",
            now!(),
            ")))
            AND ($7::boolean IS NULL OR $7 = (m.user_id IS NOT NULL))
            AND ($8::uuid IS NULL OR EXISTS (SELECT FROM group_members gm
                WHERE gm.organization_id = $1 AND gm.group_id = $8 AND gm.member_id = m.id))
            AND ($9::text IS NULL OR CASE $9
                WHEN 'never' THEN m.set_up_generation IS NULL
                WHEN 'bounced' THEN m.set_up_delivery IN ('bounced', 'failed')
                ELSE m.rounds @> to_jsonb($10::bigint) END)
            AND ($11::boolean IS NULL OR $11 = (m.last_login_at = 'epoch'::timestamptz))
            AND ($12::timestamptz IS NULL OR m.last_login_at >= $12)"
        )
    };
}

/// A page of members, given whom of them, how it is cut and sorted.
macro_rules! members_page {
    ($only:literal, $after:literal, $order:literal) => {
        concat!(
            "SELECT json_build_object(
                'total', CASE WHEN $16 THEN 0 ELSE (SELECT count(*) FROM memberships m WHERE ",
            $only,
            " AND ",
            listed_members!(),
            ") END,
                'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                    SELECT ",
            member_columns!(),
            ", ",
            micros!("m.last_login_at"),
            " AS last_login_at FROM memberships m
                    WHERE ",
            $only,
            " AND ",
            listed_members!(),
            " AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT $15) r))"
        )
    };
}

pub(crate) mod report;
pub(crate) mod roster;

/// Which invitations a list is of: `Invitation::state_at` and the other filters.
macro_rules! listed_invitations {
    () => {
        concat!(
            "i.organization_id = $1
            AND ($3::text IS NULL OR strpos(i.email, $3) > 0)
            AND ($4::text IS NULL OR $4 = CASE
                WHEN i.state = 'pending' AND i.expires_at <= ",
            now!(),
            " THEN 'expired'
                WHEN i.state = 'pending' AND i.opens_at > ",
            now!(),
            " THEN 'scheduled'
                ELSE i.state END)
            AND (NOT $9 OR i.delivery IN ('bounced', 'failed'))
            AND ($10::timestamptz IS NULL OR i.expires_at > $10)
            AND (NOT $5 OR (i.state = 'pending' AND i.expires_at > ",
            now!(),
            "))"
        )
    };
}

/// Which organizations a list is of. The collation knows the case of ASCII letters only, as the other stores do.
macro_rules! listed_organizations {
    () => {
        "o.state <> 'deleted'
            AND ($1::text IS NULL OR strpos(lower(o.name COLLATE \"C\"), $1) > 0 OR o.id = $2)"
    };
}

/// Which records a list is of: the filters, and what whoever asks can reach.
macro_rules! listed_records {
    () => {
        concat!(
            "r.organization_id = $1
            AND ($2::text IS NULL OR r.type = $2)
            AND ($3::boolean IS NULL OR r.restricted = $3)
            AND ($10::text IS NULL OR strpos(lower(r.key), $10) > 0)
            AND ($4::uuid IS NULL OR ",
            shared_with!("$4"),
            ")
            AND ($5::uuid IS NULL OR ($6 AND NOT r.restricted) OR ",
            shared_with!("$5"),
            ")"
        )
    };
}

/// Whether a record is shared with the member of a parameter, or with a group that they are in.
macro_rules! shared_with {
    ($member:literal) => {
        concat!(
            "EXISTS (SELECT FROM resource_shares s WHERE s.organization_id = $1 AND s.type = r.type
                AND s.key = r.key AND (s.holder_kind = 'member' AND s.holder_id = ",
            $member,
            " OR s.holder_kind = 'group' AND EXISTS (SELECT FROM group_members gm WHERE gm.organization_id = $1
                    AND gm.group_id = s.holder_id AND gm.member_id = ",
            $member,
            ")))"
        )
    };
}

statements! {
    /// Records, by type and id.
    RECORDS, Route::By(Group::Organization),
        "SELECT json_build_object(
            'total', (SELECT count(*) FROM resources r WHERE ", listed_records!(), "),
            'items', (SELECT coalesce(json_agg(q), '[]') FROM (
                SELECT ", resource_columns!(), " FROM resources r
                WHERE ", listed_records!(), " AND (r.type, r.key) > ($7, $8)
                ORDER BY r.type, r.key LIMIT $9) q))";
    /// Members by name.
    MEMBERS_BY_NAME, Route::By(Group::Organization),
        members_page!("true", "(m.name_key, m.id) > ($13, $14)", "m.name_key, m.id");
    /// Members without a login by name, which have an index of their own.
    ROSTER_BY_NAME, Route::By(Group::Organization),
        members_page!("m.user_id IS NULL", "(m.name_key, m.id) > ($13, $14)", "m.name_key, m.id");
    /// Members without a login, the newest first.
    ROSTER_BY_DATE, Route::By(Group::Organization),
        members_page!("m.user_id IS NULL", "(m.joined_at, m.id) < ($13, $14)", "m.joined_at DESC, m.id DESC");
    /// Members, the newest first.
    MEMBERS_BY_DATE, Route::By(Group::Organization),
        members_page!("true", "(m.joined_at, m.id) < ($13, $14)", "m.joined_at DESC, m.id DESC");
    /// Members, who signed in last first.
    MEMBERS_BY_LOGIN, Route::By(Group::Organization),
        members_page!("true", "(m.last_login_at, m.id) < ($13, $14)", "m.last_login_at DESC, m.id DESC");
    /// Members, who set up a login last first.
    MEMBERS_BY_SETTING_UP, Route::By(Group::Organization),
        members_page!("true", "(coalesce(m.login_since, 'epoch'::timestamptz), m.id) < ($13, $14)",
            "coalesce(m.login_since, 'epoch'::timestamptz) DESC, m.id DESC");
    /// Invitations, the newest first.
    INVITATIONS, Route::By(Group::Organization),
        "SELECT json_build_object(
            'total', (SELECT count(*) FROM invitations i WHERE ", listed_invitations!(), "),
            'items', (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT ", invitation_columns!(), " FROM invitations i
                WHERE ", listed_invitations!(), " AND (i.created_at, i.id) < ($6, $7)
                ORDER BY i.created_at DESC, i.id DESC LIMIT $8) r))";
    /// Audit entries, the newest first.
    ENTRIES, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", audit_columns!(), " FROM audit_log a
        WHERE a.organization_id = $1 AND a.sequence < $2
            AND ($3::text IS NULL OR a.event = $3)
            AND ($4::uuid IS NULL OR a.actor_user = $4)
            AND ($5::uuid IS NULL OR a.subject_id = $5)
        ORDER BY a.sequence DESC LIMIT $6) r";
    /// All organizations, the newest first.
    ORGANIZATIONS, Route::FanOut(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", organization_columns!(), ", ", seats_columns!(), " FROM organizations o
        JOIN organization_seats s ON s.organization_id = o.id
        WHERE ", listed_organizations!(), " AND o.id < $3
        ORDER BY o.id DESC LIMIT $4) r";
    /// How many there are.
    ORGANIZATIONS_TOTAL, Route::FanOut(Group::Organization),
        "SELECT to_json(count(*)) FROM organizations o WHERE ", listed_organizations!();
    /// The ids of a user's organizations.
    MIRROR, Route::By(Group::User),
        "SELECT to_json(o.organization_id) FROM user_organizations o WHERE o.user_id = $1";
    /// Organizations, each with a user's membership.
    OWN_ORGANIZATIONS, Route::By(Group::Organization),
        "SELECT json_build_object('head', row_to_json(h), 'row', row_to_json(r)) FROM (
            SELECT ", organization_columns!(), ", ", seats_columns!(), " FROM organizations o
            JOIN organization_seats s ON s.organization_id = o.id
            WHERE o.id = ANY($1) AND o.state <> 'deleted') h
        JOIN (SELECT m.organization_id AS key, ", member_columns!(), " FROM memberships m
            WHERE m.organization_id = ANY($1) AND m.user_id = $2) r ON r.key = h.id";
    /// Hints at what waits for addresses.
    HINTS, Route::By(Group::Email),
        "SELECT json_build_array(h.organization_id, h.invitation_id) FROM email_invitations h WHERE h.email = ANY($1)";
    /// Hints at whose personal link a typed code takes the place of.
    WITH_SET_UP_CODE, Route::By(Group::SetUpCode),
        "SELECT json_build_array(c.organization_id, c.member_id) FROM set_up_codes c WHERE c.locator = $1
        ORDER BY c.expires_at DESC, c.organization_id, c.member_id LIMIT 8";
    /// Organizations, each with an invitation that can be accepted now at one of the addresses.
    OWN_INVITATIONS, Route::By(Group::Organization),
        "SELECT json_build_object('head', row_to_json(h), 'row', row_to_json(r)) FROM (
            SELECT ", organization_columns!(), ", ", seats_columns!(), " FROM organizations o
            JOIN organization_seats s ON s.organization_id = o.id
            WHERE o.id = ANY($1) AND o.state <> 'deleted') h
        JOIN (SELECT i.organization_id AS key, ", invitation_columns!(), " FROM invitations i
            WHERE i.organization_id = ANY($1) AND i.id = ANY($3) AND i.email = ANY($4) AND i.state = 'pending'
                AND i.opens_at <= ", now!(), " AND i.expires_at > ", now!(), ") r ON r.key = h.id
        ORDER BY r.created_at DESC, r.id DESC";
    /// Who holds one of these roles, or owns the organization.
    HOLDERS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", member_columns!(), " FROM memberships m
        WHERE m.organization_id = $1 AND m.id > $4
            AND (m.role = ANY($3) OR m.id = (SELECT o.owner_member_id FROM organizations o WHERE o.id = $1))
            AND m.email IS NOT NULL AND m.status = 'active'
            AND (m.deactivates_at IS NULL OR m.deactivates_at > ", now!(), ")
        ORDER BY m.id LIMIT $5) r";
    /// A user's sign-ins that are not over.
    SIGN_INS_OF, Route::By(Group::User),
        "SELECT row_to_json(r) FROM (SELECT ", sign_in_columns!(), " FROM sign_ins s
        WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.expires_at > ", now!(), "
        ORDER BY s.id DESC LIMIT 1000) r";
    /// When users last signed in.
    LAST_LOGINS, Route::By(Group::User),
        "SELECT json_build_object('user', l.user_id, 'at', ", micros!("l.at"), ") FROM last_logins l
        WHERE l.user_id = ANY($1)";
    /// Whether the database answers.
    PING, Route::Nowhere, "SELECT 1";
}

#[derive(Deserialize)]
struct PageRow<R> {
    total: u64,
    items: Vec<R>,
}

/// A member of a list, and when they last signed in, in microseconds since 1970; 0 for never.
#[derive(Deserialize)]
struct ListedMember {
    #[serde(flatten)]
    row: MemberRow,
    last_login_at: i64,
}

impl ListedMember {
    fn read(self) -> Result<(Member, i64), StoreError> {
        Ok((self.row.member()?, self.last_login_at))
    }
}

#[derive(Deserialize)]
struct LastLogin {
    user: Uuid,
    at: Instant,
}

#[derive(Deserialize)]
struct WithHead<R> {
    head: HeadRow,
    row: R,
}

impl<R> PageRow<R> {
    /// Cuts the row that only tells that there are more, and says where the next page begins.
    fn page<T>(
        self,
        limit: u32,
        read: impl Fn(R) -> Result<T, StoreError>,
        cursor: impl Fn(&T) -> Cursor,
    ) -> Result<Page<T>, StoreError> {
        let longest = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = self.items.len() > longest;
        let items = self.items.into_iter().take(longest).map(read).collect::<Result<Vec<_>, _>>()?;
        let next = items.last().filter(|_| more).map(cursor);
        Ok(Page { items, next, total: self.total })
    }
}

impl PostgresStore {
    async fn list<R>(&self, query: Bound) -> Result<Vec<R>, StoreError>
    where
        R: serde::de::DeserializeOwned + Send + Unpin,
    {
        let mut connection = self.connection().await?;
        fetch(&mut connection, query).await
    }
}

#[async_trait]
impl Directory for PostgresStore {
    async fn members(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Page<Member>, StoreError> {
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let on_roster = query.login == Some(false);
        let filtered = |statement: &Statement| filtered(statement, organization, self.fixed_now(), query);
        let bound = match query.sort {
            MemberSort::Name => {
                let (after, id) = query.cursor.as_ref().map_or(("", Uuid::nil()), |it| (it.after.as_str(), it.id));
                let statement = if on_roster { &ROSTER_BY_NAME } else { &MEMBERS_BY_NAME };
                filtered(statement).bind(storable(after)).bind(id)
            }
            MemberSort::JoinedAt | MemberSort::LastLogin | MemberSort::LoginSince => {
                let (before, id) = before(query.cursor.as_ref());
                let statement = match (query.sort, on_roster) {
                    (MemberSort::LastLogin, _) => &MEMBERS_BY_LOGIN,
                    (MemberSort::LoginSince, _) => &MEMBERS_BY_SETTING_UP,
                    (_, true) => &ROSTER_BY_DATE,
                    (_, false) => &MEMBERS_BY_DATE,
                };
                filtered(statement).bind(before).bind(id)
            }
        };
        let mut connection = self.connection().await?;
        let bound = bound.bind(one_more(limit)).bind(query.uncounted);
        let page: PageRow<ListedMember> = fetch_one(&mut connection, bound).await?;
        let page = page.page(limit, ListedMember::read, |(it, last_login)| {
            let after = match query.sort {
                MemberSort::Name => name_key(it.name.as_str()),
                MemberSort::JoinedAt => micros_of(it.joined_at).to_string(),
                MemberSort::LastLogin => last_login.to_string(),
                MemberSort::LoginSince => it.login_since.map_or(0, micros_of).to_string(),
            };
            Cursor { after, id: it.id.0 }
        })?;
        Ok(Page { items: page.items.into_iter().map(|(it, _)| it).collect(), next: page.next, total: page.total })
    }

    async fn invitations(
        &self,
        organization: OrganizationId,
        query: &InvitationQuery,
    ) -> Result<Page<Invitation>, StoreError> {
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let (before, id) = before(query.cursor.as_ref());
        let bound = INVITATIONS
            .query()
            .bind(organization.0)
            .bind(self.fixed_now())
            .bind(query.text.as_deref().map(searched))
            .bind(query.state.map(|it| it.as_str()))
            .bind(query.outstanding)
            .bind(before)
            .bind(id)
            .bind(one_more(limit))
            .bind(query.undelivered)
            .bind(query.expires_after);
        let mut connection = self.connection().await?;
        let page: PageRow<InvitationRow> = fetch_one(&mut connection, bound).await?;
        page.page(limit, InvitationRow::invitation, |it| Cursor {
            after: micros_of(it.created_at).to_string(),
            id: it.id.0,
        })
    }

    async fn records(&self, organization: OrganizationId, query: &RecordQuery) -> Result<Page<Resource>, StoreError> {
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let (kind, id) = query.after();
        let bound = RECORDS
            .query()
            .bind(organization.0)
            .bind(query.kind.as_deref().map(storable))
            .bind(query.restricted)
            .bind(query.shared_with.map(|id| id.0))
            .bind(query.viewer().map(|id| id.0))
            .bind(matches!(query.visible, RecordsVisible::OpenAndSharedWith(_)))
            .bind(storable(kind))
            .bind(storable(id))
            .bind(one_more(limit))
            .bind(query.text.as_ref().map(|text| storable(&text.to_ascii_lowercase())));
        let mut connection = self.connection().await?;
        let page: PageRow<ResourceRow> = fetch_one(&mut connection, bound).await?;
        page.page(limit, ResourceRow::resource, |it| Cursor { after: it.name.to_string(), id: Uuid::nil() })
    }

    async fn audit(&self, organization: OrganizationId, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let bound = ENTRIES
            .query()
            .bind(organization.0)
            .bind(query.before.and_then(|it| i64::try_from(it).ok()).unwrap_or(i64::MAX))
            .bind(query.event.as_deref().map(storable))
            .bind(query.actor.map(|id| id.0))
            .bind(query.subject)
            .bind(i64::from(query.limit.clamp(1, LONGEST_PAGE)));
        let rows: Vec<AuditRow> = self.list(bound).await?;
        rows.into_iter().map(|row| row.entry(Stream::Organization(organization))).collect()
    }

    async fn organizations(&self, query: &OrganizationQuery) -> Result<Page<Head>, StoreError> {
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let (text, id) = query.wanted();
        let text = text.as_deref().map(storable);
        let mut connection = self.connection().await?;
        let total = ORGANIZATIONS_TOTAL.query().bind(text.clone()).bind(id);
        let total: u64 = fetch_one(&mut connection, total).await?;
        let before = query.cursor.as_ref().map_or(Uuid::max(), |it| it.id);
        let page = ORGANIZATIONS.query().bind(text).bind(id).bind(before).bind(one_more(limit));
        let items: Vec<HeadRow> = fetch(&mut connection, page).await?;
        let cursor = |it: &Head| Cursor { after: String::new(), id: it.organization.id.0 };
        PageRow { total, items }.page(limit, HeadRow::head, cursor)
    }

    async fn organizations_of(&self, user: UserId) -> Result<Vec<(Head, Member)>, StoreError> {
        let ids: Vec<Uuid> = self.list(MIRROR.query().bind(user.0)).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<WithHead<MemberRow>> = self.list(OWN_ORGANIZATIONS.query().bind(ids).bind(user.0)).await?;
        let mut all = Vec::new();
        for found in rows {
            all.push((found.head.head()?, found.row.member()?));
        }
        all.sort_by_cached_key(|(head, _)| (name_key(head.organization.name.as_str()), head.organization.id));
        Ok(all)
    }

    async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, StoreError> {
        let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        let hints: Vec<(Uuid, Uuid)> = self.list(HINTS.query().bind(addresses.clone())).await?;
        if hints.is_empty() {
            return Ok(Vec::new());
        }
        let (organizations, invitations): (Vec<_>, Vec<_>) = hints.into_iter().unzip();
        let query = OWN_INVITATIONS.query().bind(organizations).bind(self.fixed_now()).bind(invitations);
        let rows: Vec<WithHead<InvitationRow>> = self.list(query.bind(addresses)).await?;
        rows.into_iter().map(|found| Ok((found.head.head()?, found.row.invitation()?))).collect()
    }

    async fn with_set_up_code(&self, locator: CodeLocator) -> Result<Vec<(OrganizationId, MemberId)>, StoreError> {
        let hints: Vec<(Uuid, Uuid)> = self.list(WITH_SET_UP_CODE.query().bind(i64::from(locator.0))).await?;
        Ok(hints.into_iter().map(|(organization, member)| (OrganizationId(organization), MemberId(member))).collect())
    }

    async fn holders(
        &self,
        organization: OrganizationId,
        roles: &[RoleKey],
        after: Option<MemberId>,
    ) -> Result<Vec<Member>, StoreError> {
        let query = HOLDERS
            .query()
            .bind(organization.0)
            .bind(self.fixed_now())
            .bind(roles.iter().map(ToString::to_string).collect::<Vec<_>>())
            .bind(after.map_or(Uuid::nil(), |id| id.0))
            .bind(i64::from(LONGEST_PAGE));
        let rows: Vec<MemberRow> = self.list(query).await?;
        rows.into_iter().map(MemberRow::member).collect()
    }

    async fn groups(
        &self,
        organization: OrganizationId,
        query: &NamedQuery,
    ) -> Result<Page<(MemberGroup, u64)>, StoreError> {
        self.list_groups(organization, query).await
    }

    async fn groups_of(
        &self,
        organization: OrganizationId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, MemberGroup)>, StoreError> {
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

    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError> {
        let rows: Vec<SignInRow> = self.list(SIGN_INS_OF.query().bind(user.0).bind(self.fixed_now())).await?;
        rows.into_iter().map(SignInRow::sign_in).collect()
    }

    async fn last_logins(&self, users: &[UserId]) -> Result<Vec<(UserId, OffsetDateTime)>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = users.iter().map(|user| user.0).collect();
        let rows: Vec<LastLogin> = self.list(LAST_LOGINS.query().bind(ids)).await?;
        Ok(rows.into_iter().map(|row| (UserId(row.user), row.at.0)).collect())
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
        let mut connection = self.connection().await?;
        let row = PING.query().fetch_one(&mut *connection).await.map_err(store_error)?;
        row.try_get::<i32, _>(0).map(|_| ()).map_err(store_error)
    }
}

/// A statement about members with what its filters need: the parameters up to the tenth.
fn filtered(
    statement: &Statement,
    organization: OrganizationId,
    now: Option<OffsetDateTime>,
    query: &MemberQuery,
) -> Bound {
    let (invited, round) = match query.invited {
        None => (None, None),
        Some(Invited::Never) => (Some("never"), None),
        Some(Invited::Bounced) => (Some("bounced"), None),
        Some(Invited::Round(number)) => (Some("round"), Some(i64::from(number))),
    };
    let since = match query.signed_in {
        // Who never did has signed in when 1970 began, which is no instant that anybody asks for.
        Some(SignedIn::Since(from)) => Some(from.max(OffsetDateTime::UNIX_EPOCH + time::Duration::MICROSECOND)),
        Some(SignedIn::Never) | None => None,
    };
    statement
        .query()
        .bind(organization.0)
        .bind(now)
        .bind(query.text.as_deref().map(searched))
        .bind(query.role.as_ref().map(ToString::to_string))
        .bind(query.status.map(|it| it.as_str()))
        .bind(query.seat)
        .bind(query.login)
        .bind(query.group.map(|id| id.0))
        .bind(invited)
        .bind(round)
        .bind(query.signed_in.map(|it| it == SignedIn::Never).filter(|never| *never))
        .bind(since)
}

/// A text as names and addresses are searched for it.
fn searched(text: &str) -> String {
    storable(&name_key(text))
}

/// One row more than the page has tells whether there is a next one.
fn one_more(limit: u32) -> i64 {
    i64::from(limit).saturating_add(1)
}

/// Where a page of the newest begins. What is no time begins at the beginning: a cursor is opaque to those who hold
/// it, and a list is no secret that a wrong one could open.
fn before(cursor: Option<&Cursor>) -> (time::OffsetDateTime, Uuid) {
    let parsed = cursor.and_then(|it| Some((time_of(it.after.parse().ok()?)?, it.id)));
    parsed.unwrap_or((time::macros::datetime!(9999-12-31 23:59:59 UTC), Uuid::max()))
}
