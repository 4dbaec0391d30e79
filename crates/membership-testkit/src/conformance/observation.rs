//! Everything that can be seen of a deployment through its ports, so that two states, or two stores, can be compared.

use std::collections::{BTreeMap, BTreeSet};

use membership_core::api_key::ApiKey;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::email::EmailAddress;
use membership_core::facts::{Facts, KeyScope, Scope};
use membership_core::group::Group;
use membership_core::id::{InvitationId, MemberId, OrganizationId, SessionId, UserId, WordingId};
use membership_core::import::{Import, ImportCounts, ImportRow};
use membership_core::invitation::Invitation;
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::member::Member;
use membership_core::organization::{ChainEnd, Head};
use membership_core::port::{
    Cursor, EnrolledMember, EnrolledQuery, InvitationQuery, LONGEST_PAGE, MemberQuery, MemberSort, MessageRef,
    NamedQuery, Page, RecordQuery, RoundQuery, SessionQuery, StoreError,
};
use membership_core::program::{Program, Session};
use membership_core::report::{Days, LoginsByDay, SignedIn};
use membership_core::resource::{Resource, ResourceName, Share};
use membership_core::roster::Round;
use membership_core::second_factor::SecondFactors;
use membership_core::user::{SignIn, User};
use membership_core::user_link::UserLink;
use membership_core::wording::{TemplateKey, Wording};

use crate::stores::Stores;

/// What can be seen of a deployment through its ports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observation {
    /// The heads.
    pub heads: BTreeMap<OrganizationId, Option<Head>>,
    /// All members, in the order of the list.
    pub members: BTreeMap<OrganizationId, Vec<Member>>,
    /// The members by their last login, and by when they set it up.
    pub members_by_login: BTreeMap<OrganizationId, [Vec<MemberId>; 2]>,
    /// How many have never signed in, and since which days how many have had their login.
    pub logins: BTreeMap<OrganizationId, (u64, LoginsByDay)>,
    /// All invitations, in the order of the list.
    pub invitations: BTreeMap<OrganizationId, Vec<Invitation>>,
    /// All groups, each with how many are in it.
    pub groups: BTreeMap<OrganizationId, Vec<(Group, u64)>>,
    /// All programs.
    pub programs: BTreeMap<OrganizationId, Vec<Program>>,
    /// All sessions, each with who is enrolled and why.
    pub sessions: BTreeMap<OrganizationId, Vec<(Session, Vec<EnrolledMember>)>>,
    /// The sessions of each member.
    pub sessions_of: BTreeMap<MemberId, Vec<SessionId>>,
    /// Who is in which group, and which groups each is in.
    pub groups_of: BTreeMap<OrganizationId, Vec<(MemberId, Group)>>,
    /// The times at which logins were cleared, each with what it keeps.
    pub clears: BTreeMap<OrganizationId, Vec<(LoginClear, Vec<ClearedLogin>)>>,
    /// All imports, each with its rows.
    pub imports: BTreeMap<OrganizationId, Vec<(Import, ImportCounts, Vec<ImportRow>)>>,
    /// All keys, those that live first.
    pub keys: BTreeMap<OrganizationId, Vec<ApiKey>>,
    /// All keys of the operator.
    pub operator_keys: Vec<ApiKey>,
    /// The wordings of mails that are in use, by templates and by invitations.
    pub wordings: BTreeMap<OrganizationId, BTreeMap<WordingId, Wording>>,
    /// All records, in the order of the list.
    pub records: BTreeMap<OrganizationId, Vec<Resource>>,
    /// All shares of each record.
    pub shares: BTreeMap<(OrganizationId, ResourceName), Vec<Share>>,
    /// All users.
    pub users: BTreeMap<UserId, Option<User>>,
    /// Their sign-ins that are not over.
    pub sign_ins: BTreeMap<UserId, Vec<SignIn>>,
    /// Their links.
    pub links: BTreeMap<UserId, Vec<UserLink>>,
    /// Their second factors.
    pub second_factors: BTreeMap<UserId, Vec<SecondFactors>>,
    /// All audit logs, and where each must end.
    pub logs: BTreeMap<Stream, (ChainEnd, Vec<AuditEntry>)>,
    /// Each user's organizations.
    pub organizations_of: BTreeMap<UserId, Vec<(OrganizationId, MemberId)>>,
    /// What waits for each address.
    pub waiting_for: BTreeMap<EmailAddress, BTreeSet<(OrganizationId, InvitationId)>>,
    /// The messages that are due, in order.
    pub due: Vec<MessageRef>,
}

/// Looks at everything.
///
/// # Errors
/// Any [`StoreError`].
pub async fn observe(stores: &Stores) -> Result<Observation, StoreError> {
    let mut seen = Observation::default();
    let mut after = None;
    loop {
        let logs = stores.upkeep.logs(after).await?;
        let Some(last) = logs.last().map(|(stream, _)| *stream) else { break };
        for (stream, end) in logs {
            seen.logs.insert(stream, (end, log(stores, stream).await?));
        }
        after = Some(last);
    }
    let streams: Vec<_> = seen.logs.keys().copied().collect();
    for stream in streams {
        match stream {
            Stream::Organization(id) => organization(stores, id, &mut seen).await?,
            Stream::User(id) => user(stores, id, &mut seen).await?,
        }
    }
    people(stores, &mut seen).await?;
    let scope = Scope { operator_keys: KeyScope::all(), ..Scope::default() };
    seen.operator_keys = stores.store.read(&scope).await?.operator_keys;
    seen.due = stores.outbox.due(10_000).await?;
    Ok(seen)
}

async fn organization(stores: &Stores, id: OrganizationId, seen: &mut Observation) -> Result<(), StoreError> {
    let Facts { head, keys, .. } = stores.store.read(&Scope { keys: KeyScope::all(), ..Scope::of(id) }).await?;
    seen.heads.insert(id, head);
    seen.keys.insert(id, keys);
    seen.members.insert(id, all_members(stores, id, &MemberQuery::default()).await?);
    let mut by_login = [MemberSort::LastLogin, MemberSort::LoginSince].map(|sort| (sort, Vec::new()));
    for (sort, members) in &mut by_login {
        let query = MemberQuery { sort: *sort, ..MemberQuery::default() };
        members.extend(all_members(stores, id, &query).await?.iter().map(|it| it.id));
    }
    seen.members_by_login.insert(id, by_login.map(|(_, members)| members));
    let never = MemberQuery { signed_in: Some(SignedIn::Never), limit: 1, ..MemberQuery::default() };
    let never = stores.directory.members(id, &never).await?.total;
    let now = stores.store.read(&Scope::default()).await?.now;
    seen.logins.insert(id, (never, stores.directory.logins_by_day(id, Days::until(now, Days::MOST)).await?));
    let records = all_records(stores, id, &RecordQuery::default()).await?;
    for it in &records {
        seen.shares.insert((id, it.name.clone()), shares_of(stores, id, &it.name).await?);
    }
    seen.records.insert(id, records);
    for clear in stores.directory.login_clears(id).await? {
        let kept = stores.directory.cleared_logins(id, clear.id, 1_000).await?;
        seen.clears.entry(id).or_default().push((clear, kept));
    }
    for (import, counts) in stores.directory.imports(id, None).await? {
        let rows = stores.directory.import_rows(id, import.id, 0, 1_000).await?;
        seen.imports.entry(id).or_default().push((import, counts, rows));
    }
    let invitations = all_invitations(stores, id, &InvitationQuery::default()).await?;
    let wordings = invitations.iter().filter_map(|it| it.wording).collect();
    let scope = Scope { templates: TemplateKey::all().collect(), wordings, ..Scope::of(id) };
    let wordings = stores.store.read(&scope).await?.wordings;
    seen.wordings.insert(id, wordings.into_iter().map(|it| (it.id, it)).collect());
    seen.invitations.insert(id, invitations);
    attendance(stores, id, seen).await
}

async fn attendance(stores: &Stores, id: OrganizationId, seen: &mut Observation) -> Result<(), StoreError> {
    let directory = &stores.directory;
    let named = NamedQuery { limit: LONGEST_PAGE, ..NamedQuery::default() };
    seen.groups.insert(id, directory.groups(id, &named).await?.items);
    seen.programs.insert(id, directory.programs(id, &named).await?.items);
    let members: Vec<_> = seen.members.get(&id).into_iter().flatten().map(|it| it.id).collect();
    seen.groups_of.insert(id, directory.groups_of(id, &members).await?);
    let all = SessionQuery { limit: LONGEST_PAGE, ..SessionQuery::default() };
    for member in members {
        let own = SessionQuery { member: Some(member), ..all.clone() };
        let sessions = directory.sessions(id, &own).await?.items.into_iter().map(|it| it.id).collect();
        seen.sessions_of.insert(member, sessions);
    }
    let mut sessions = Vec::new();
    for session in directory.sessions(id, &all).await?.items {
        let query = EnrolledQuery { session: session.id, members: None, group: None, after: None, limit: LONGEST_PAGE };
        let enrolled = directory.enrolled(id, &query).await?.items;
        sessions.push((session, enrolled));
    }
    seen.sessions.insert(id, sessions);
    Ok(())
}

async fn user(stores: &Stores, id: UserId, seen: &mut Observation) -> Result<(), StoreError> {
    let scope = Scope { users: vec![id], links_of: vec![id], factors_of: vec![id], ..Scope::default() };
    let facts = stores.store.read(&scope).await?;
    seen.users.insert(id, facts.user(id).cloned());
    seen.links.insert(id, facts.links);
    seen.second_factors.insert(id, facts.second_factors);
    seen.sign_ins.insert(id, stores.directory.sign_ins_of(id).await?);
    Ok(())
}

/// People are known by their own logs, and as members and guests; a host application's have no log.
async fn people(stores: &Stores, seen: &mut Observation) -> Result<(), StoreError> {
    let members: Vec<_> = seen.members.values().flatten().cloned().collect();
    let users: BTreeSet<_> = seen.users.keys().copied().chain(members.iter().filter_map(|it| it.user)).collect();
    for user in users {
        let mine = stores.directory.organizations_of(user).await?;
        let mine = mine.into_iter().map(|(head, member)| (head.organization.id, member.id)).collect();
        seen.organizations_of.insert(user, mine);
    }
    let addresses: BTreeSet<_> = seen.invitations.values().flatten().map(|it| it.email.clone()).collect();
    for address in addresses {
        let waiting = stores.directory.waiting_for(std::slice::from_ref(&address)).await?;
        let waiting = waiting.into_iter().map(|(head, it)| (head.organization.id, it.id)).collect();
        seen.waiting_for.insert(address, waiting);
    }
    Ok(())
}

/// A whole audit log.
///
/// # Errors
/// Any [`StoreError`].
pub(super) async fn log(stores: &Stores, stream: Stream) -> Result<Vec<AuditEntry>, StoreError> {
    let mut entries: Vec<AuditEntry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.sequence);
        let next = stores.upkeep.log(stream, after).await?;
        if next.is_empty() {
            return Ok(entries);
        }
        entries.extend(next);
    }
}

/// All members that a query finds, in its order.
///
/// # Errors
/// Any [`StoreError`].
pub(super) async fn all_members(
    stores: &Stores,
    id: OrganizationId,
    query: &MemberQuery,
) -> Result<Vec<Member>, StoreError> {
    let mut pages = Pages::default();
    loop {
        let query = MemberQuery { cursor: pages.cursor.take(), limit: page_length(query.limit), ..query.clone() };
        if pages.add(stores.directory.members(id, &query).await?) {
            return Ok(pages.rows);
        }
    }
}

/// All invitations that a query finds, in its order.
///
/// # Errors
/// Any [`StoreError`].
pub(super) async fn all_invitations(
    stores: &Stores,
    id: OrganizationId,
    query: &InvitationQuery,
) -> Result<Vec<Invitation>, StoreError> {
    let mut pages = Pages::default();
    loop {
        let query = InvitationQuery { cursor: pages.cursor.take(), limit: page_length(query.limit), ..query.clone() };
        if pages.add(stores.directory.invitations(id, &query).await?) {
            return Ok(pages.rows);
        }
    }
}

/// All records that a query finds, in its order.
///
/// # Errors
/// Any [`StoreError`].
pub(super) async fn all_records(
    stores: &Stores,
    id: OrganizationId,
    query: &RecordQuery,
) -> Result<Vec<Resource>, StoreError> {
    let mut pages = Pages::default();
    loop {
        let query = RecordQuery { cursor: pages.cursor.take(), limit: page_length(query.limit), ..query.clone() };
        if pages.add(stores.directory.records(id, &query).await?) {
            return Ok(pages.rows);
        }
    }
}

/// All rounds that a query finds, in its order.
///
/// # Errors
/// Any [`StoreError`].
pub(super) async fn all_rounds(
    stores: &Stores,
    id: OrganizationId,
    query: &RoundQuery,
) -> Result<Vec<Round>, StoreError> {
    let mut pages = Pages::default();
    loop {
        let query = RoundQuery { cursor: pages.cursor.take(), limit: page_length(query.limit), ..query.clone() };
        if pages.add(stores.directory.rounds(id, &query).await?) {
            return Ok(pages.rows);
        }
    }
}

/// All shares of a record, by holder.
///
/// # Errors
/// Any [`StoreError`].
pub(super) async fn shares_of(
    stores: &Stores,
    id: OrganizationId,
    name: &ResourceName,
) -> Result<Vec<Share>, StoreError> {
    let scope = Scope { shares_of: vec![name.clone()], ..Scope::of(id) };
    let mut shares = stores.store.read(&scope).await?.shares;
    shares.sort_by_key(|it| it.holder);
    Ok(shares)
}

fn page_length(limit: u32) -> u32 {
    if limit == 0 { LONGEST_PAGE } else { limit }
}

/// Rows of page after page.
struct Pages<T> {
    rows: Vec<T>,
    cursor: Option<Cursor>,
    read: usize,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), cursor: None, read: 0 }
    }
}

impl<T> Pages<T> {
    /// Adds a page; whether it was the last one.
    fn add(&mut self, page: Page<T>) -> bool {
        self.read += 1;
        assert!(self.read < 10_000, "the list has no end");
        self.rows.extend(page.items);
        self.cursor = page.next;
        self.cursor.is_none()
    }
}
