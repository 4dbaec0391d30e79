//! Reads for screens and lists: pages by key, filters, orders. They lock nothing.

use async_trait::async_trait;
use time::OffsetDateTime;
use uuid::Uuid;

use super::StoreError;
use crate::audit::AuditEntry;
use crate::email::EmailAddress;
use crate::group::Group;
use crate::id::{ClearId, GroupId, ImportId, MemberId, OrganizationId, ProgramId, SessionId, UserId};
use crate::import::{Import, ImportCounts, ImportRow};
use crate::invitation::{Invitation, InvitationState};
use crate::login_clear::{ClearedLogin, LoginClear};
use crate::member::{Member, MemberStatus};
use crate::organization::Head;
use crate::program::{Program, Session};
use crate::report::{Days, LoginsByDay, SignedIn};
use crate::resource::Resource;
use crate::role::RoleKey;
use crate::roster::{Invited, RosterGroup, Round};
use crate::typed_code::CodeLocator;
use crate::user::SignIn;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
    /// How many rows match in all; 0 where the query asks not to count them.
    pub total: u64,
}

/// Where a page begins: after the row with these sort keys. Opaque to callers, text on the wire.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// The last row's sort value.
    pub after: String,
    /// The last row's id, to tell equal sort values apart.
    pub id: Uuid,
}

/// The most rows of a page.
pub const LONGEST_PAGE: u32 = 100;

/// Which members to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberQuery {
    /// Only those whose name, address, number or label contains this text, whatever its case.
    pub text: Option<String>,
    /// Only those with this role. The owner counts as holder of the highest one.
    pub role: Option<RoleKey>,
    /// Only those with this status now.
    pub status: Option<MemberStatus>,
    /// Only those who hold, or do not hold, a seat now (S0.6).
    pub seat: Option<bool>,
    /// Only those who have, or do not have, a login (S4.1).
    pub login: Option<bool>,
    /// Only those in this group.
    pub group: Option<GroupId>,
    /// Only those who were invited to set up a login so far, or were not (S4.2).
    pub invited: Option<Invited>,
    /// Only those who signed in lately, or never did (S4.6).
    pub signed_in: Option<SignedIn>,
    /// In which order.
    pub sort: MemberSort,
    /// Where the page begins.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
    /// Not to count how many match: who reads one page after the other has no use for it.
    pub uncounted: bool,
}

impl MemberQuery {
    /// Whether who is found tells more of a member than everybody sees who may list them: how they are brought to a login,
    /// and when they used it.
    pub fn tells_of_logins(&self) -> bool {
        let by_login = matches!(self.sort, MemberSort::LastLogin | MemberSort::LoginSince);
        by_login || self.signed_in.is_some() || self.invited.is_some()
    }
}

/// In which order members are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MemberSort {
    /// By name as Unicode lower-cases it, A first; equal names by id.
    #[default]
    Name,
    /// The newest first; `Cursor::after` is microseconds since 1970.
    JoinedAt,
    /// Who signed in last comes first, who never did comes last; `Cursor::after` is microseconds since 1970, 0 for never.
    LastLogin,
    /// Who has had a login for the shortest time comes first, who has none comes last; `Cursor::after` is microseconds
    /// since 1970, 0 for none.
    LoginSince,
}

/// Which invitations to list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvitationQuery {
    /// Only those in this state now.
    pub state: Option<InvitationState>,
    /// Only those that are scheduled or pending now.
    pub outstanding: bool,
    /// Only those whose mail did not arrive: it bounced, or was given up.
    pub undelivered: bool,
    /// Only those that could be accepted after this instant, or can be.
    pub expires_after: Option<OffsetDateTime>,
    /// Only those whose address contains this text, whatever its case.
    pub text: Option<String>,
    /// Where the page begins; `Cursor::after` is microseconds since 1970.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

/// Which records to list, by type and then by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordQuery {
    /// Only those of this type.
    pub kind: Option<String>,
    /// Only those whose id contains this text, whatever its case.
    pub text: Option<String>,
    /// Only those that are restricted, or that are not.
    pub restricted: Option<bool>,
    /// Only those that are shared with this member, or with a group that they are in.
    pub shared_with: Option<MemberId>,
    /// Only those that whoever asks can reach.
    pub visible: RecordsVisible,
    /// Where the page begins; `Cursor::after` is `type/id`, and `Cursor::id` is nothing.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

impl RecordQuery {
    /// After which type and id the page begins; what is no such cursor begins at the beginning.
    pub fn after(&self) -> (&str, &str) {
        self.cursor.as_ref().and_then(|it| it.after.split_once('/')).unwrap_or(("", ""))
    }

    /// Whom records must be shared with to be seen in spite of a restriction, or at all.
    pub fn viewer(&self) -> Option<MemberId> {
        match self.visible {
            RecordsVisible::All => None,
            RecordsVisible::OpenAndSharedWith(id) | RecordsVisible::SharedWith(id) => Some(id),
        }
    }
}

/// Which records somebody can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordsVisible {
    /// All of them.
    #[default]
    All,
    /// Those that are not restricted, and those shared with this member or with a group that they are in.
    OpenAndSharedWith(MemberId),
    /// Only those shared with this member or with a group that they are in.
    SharedWith(MemberId),
}

/// Which audit entries to list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditQuery {
    /// Only those of this event.
    pub event: Option<String>,
    /// Only those by this user.
    pub actor: Option<UserId>,
    /// Only those about this subject.
    pub subject: Option<Uuid>,
    /// Only entries before this sequence number.
    pub before: Option<u64>,
    /// How many entries, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

/// Which rows of a list that is sorted by name, A first as Unicode lower-cases it, equal names by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedQuery {
    /// Only those whose name contains this text, whatever its case.
    pub text: Option<String>,
    /// Where the page begins.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
    /// Not to count how many match: who reads one page after the other has no use for it.
    pub uncounted: bool,
}

/// Which organizations of the whole deployment to list, deleted ones left out. They are listed by id, the last first; ids
/// are made in the order of time, so that these are the newest ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganizationQuery {
    /// Only those whose name contains this text, whatever the case of its ASCII letters, or whose id it is.
    pub text: Option<String>,
    /// Where the page begins: after the organization with the id of the cursor.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

impl OrganizationQuery {
    /// The text as it is looked for in names, and the id that it is.
    pub fn wanted(&self) -> (Option<String>, Option<Uuid>) {
        let text = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        (text.map(str::to_ascii_lowercase), text.and_then(|text| text.parse().ok()))
    }
}

/// Which rounds of mail to list, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoundQuery {
    /// Only those that were started at this instant or later.
    pub since: Option<OffsetDateTime>,
    /// Where the page begins; `Cursor::after` is a round's number, which alone decides.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

impl RoundQuery {
    /// Before which number the page begins; what is no such cursor begins at the beginning.
    pub fn before(&self) -> u32 {
        self.cursor.as_ref().and_then(|it| it.after.parse().ok()).unwrap_or(u32::MAX)
    }
}

/// Which sessions to list, by their start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionQuery {
    /// Only those of this program.
    pub program: Option<ProgramId>,
    /// Only those that this member is enrolled in, by name or through a group.
    pub member: Option<MemberId>,
    /// Only those that have begun and are not over.
    pub running: bool,
    /// Where the page begins; `Cursor::after` is microseconds since 1970.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

/// Which of a session's enrolled members to list, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledQuery {
    /// Of which session.
    pub session: SessionId,
    /// Only these members; those beyond [`LONGEST_PAGE`] are left out.
    pub members: Option<Vec<MemberId>>,
    /// Only the members of this group.
    pub group: Option<GroupId>,
    /// Only members after this one.
    pub after: Option<MemberId>,
    /// How many rows, 1 to [`LONGEST_PAGE`].
    pub limit: u32,
}

impl EnrolledQuery {
    /// The ids of the members who alone are listed, if some are named.
    pub fn among(&self) -> Option<Vec<Uuid>> {
        let most = usize::try_from(LONGEST_PAGE).unwrap_or(usize::MAX);
        self.members.as_ref().map(|members| members.iter().take(most).map(|id| id.0).collect())
    }
}

/// A member who is enrolled in a session, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledMember {
    /// Who.
    pub member: Member,
    /// Whether by name; otherwise only through groups.
    pub by_name: bool,
    /// Through which groups, in order of their ids.
    pub groups: Vec<GroupId>,
}

/// Reads for screens and lists. They lock nothing, and no rule is decided on them.
#[async_trait]
pub trait Directory: Send + Sync {
    /// A page of an organization's members, judged at `now`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn members(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Page<Member>, StoreError>;

    /// A page of an organization's invitations.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn invitations(
        &self,
        organization: OrganizationId,
        query: &InvitationQuery,
    ) -> Result<Page<Invitation>, StoreError>;

    /// A page of an organization's records.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn records(&self, organization: OrganizationId, query: &RecordQuery) -> Result<Page<Resource>, StoreError>;

    /// A page of an organization's audit log.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn audit(&self, organization: OrganizationId, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;

    /// A page of all organizations of the deployment, for its operator. Where they are spread over several databases, each
    /// is asked.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn organizations(&self, query: &OrganizationQuery) -> Result<Page<Head>, StoreError>;

    /// The organizations a user belongs to, deleted ones left out, each with the own membership; by name.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn organizations_of(&self, user: UserId) -> Result<Vec<(Head, Member)>, StoreError>;

    /// The invitations that wait for these addresses, scheduled ones left out, each with its organization.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, StoreError>;

    /// Whose personal link a typed code may take the place of, by what finds it; those that were made last first, at most
    /// eight. These are hints: whoever reads asks the member's row, and skips who has no such code.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn with_set_up_code(&self, locator: CodeLocator) -> Result<Vec<(OrganizationId, MemberId)>, StoreError>;

    /// A page of an organization's groups by name, each with how many members are in it.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn groups(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<(Group, u64)>, StoreError>;

    /// The groups that these members are in, by member and then by name; members beyond [`LONGEST_PAGE`] are left out.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn groups_of(
        &self,
        organization: OrganizationId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, Group)>, StoreError>;

    /// A page of an organization's programs by name.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn programs(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<Program>, StoreError>;

    /// A page of an organization's sessions by their start.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn sessions(&self, organization: OrganizationId, query: &SessionQuery) -> Result<Page<Session>, StoreError>;

    /// Who is enrolled in a session, whatever their status; `next` names the last member of the page. The count is of all
    /// that the filters let through, wherever the page begins.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn enrolled(
        &self,
        organization: OrganizationId,
        query: &EnrolledQuery,
    ) -> Result<Page<EnrolledMember>, StoreError>;

    /// The sign-ins of a user that nobody has ended and whose time is not over, the newest first; at most 1,000.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError>;

    /// When users last signed in; nothing of those who never did. For the rows of a page.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn last_logins(&self, users: &[UserId]) -> Result<Vec<(UserId, OffsetDateTime)>, StoreError>;

    /// The members who hold one of these roles, and the owner, in pages by id, from after that id: whom a notification
    /// to the administrators reaches. Only active ones with an address.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn holders(
        &self,
        organization: OrganizationId,
        roles: &[RoleKey],
        after: Option<MemberId>,
    ) -> Result<Vec<Member>, StoreError>;

    /// Imports with how many rows have which result: that one, or the newest ones, at most 100.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn imports(
        &self,
        organization: OrganizationId,
        import: Option<ImportId>,
    ) -> Result<Vec<(Import, ImportCounts)>, StoreError>;

    /// Rows of an import from that position on, in order, at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn import_rows(
        &self,
        organization: OrganizationId,
        import: ImportId,
        from: u32,
        limit: u32,
    ) -> Result<Vec<ImportRow>, StoreError>;

    /// The members without a login that a query lets through, counted by what decides whether a round writes to them;
    /// the query's order and page mean nothing here.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn roster(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Vec<RosterGroup>, StoreError>;

    /// The members without a login that a query lets through, in the order of their ids from after that one, at most
    /// `limit`; the query's order and page mean nothing here.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn roster_after(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
        after: Option<MemberId>,
        limit: u32,
    ) -> Result<Vec<MemberId>, StoreError>;

    /// A page of an organization's rounds, the latest first. The count is of all that the query lets through, wherever the
    /// page begins.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn rounds(&self, organization: OrganizationId, query: &RoundQuery) -> Result<Page<Round>, StoreError>;

    /// The members who have a login, each with the account, in the order of the accounts' ids from after that one, at most
    /// `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn logins_after(
        &self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(MemberId, UserId)>, StoreError>;

    /// The times at which an organization's logins were cleared, the latest first, at most [`LONGEST_PAGE`].
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn login_clears(&self, organization: OrganizationId) -> Result<Vec<LoginClear>, StoreError>;

    /// The logins that a clear still keeps, in the order of the accounts' ids, at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn cleared_logins(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        limit: u32,
    ) -> Result<Vec<ClearedLogin>, StoreError>;
    /// How many of an organization's members have had their login since each of these days: as many counts as there are
    /// days, at most [`Days::MOST`].
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn logins_by_day(&self, organization: OrganizationId, days: Days) -> Result<LoginsByDay, StoreError>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn ping(&self) -> Result<(), StoreError>;
}
