//! Errands become mail when they are due, and the mail they became is looked up once more before it goes out: on rows
//! that are read after it was claimed (I7).

use membership_core::errand::{is_running, next, program_invitation, remind, tell_of_deactivation};
use membership_core::facts::{Facts, Scope};
use membership_core::id::{GroupId, MemberId, OrganizationId, ProgramId, SessionId};
use membership_core::member::MemberStatus;
use membership_core::message::{Content, Errand, Message, MessageScope};
use membership_core::port::{Attempt, Directory, EnrolledQuery, LONGEST_PAGE, SessionQuery, Store, StoreError};
use membership_core::program::Session;
use time::OffsetDateTime;

/// Takes the place of an errand: the mails that are right now, and what goes on from here; nothing if its cause is gone.
pub(super) async fn run(
    message: &Message,
    errand: &Errand,
    store: &dyn Store,
    directory: &dyn Directory,
) -> Result<Attempt, StoreError> {
    let MessageScope::Organization(organization) = message.scope else {
        return Ok(Attempt::Failed { reason: "only an organization has errands".to_owned() });
    };
    let runner = Runner { message, organization, store, directory };
    let messages = match *errand {
        Errand::Remind { invitation, generation, since } => {
            let facts = runner.facts(Scope { invitations: vec![invitation], ..Scope::default() }).await?;
            remind(message, &facts, (invitation, generation, since))
        }
        Errand::TellOfDeactivation { member, at } => {
            let facts = runner.facts(Scope { members: vec![member], ..Scope::default() }).await?;
            tell_of_deactivation(message, &facts, (member, at))
        }
        Errand::SessionBegins { session, starts_at, group, after } => {
            runner.session_begins((session, starts_at), group, after).await?
        }
        Errand::Enrolled { member } => runner.enrolled(member).await?,
        Errand::ProgramAttended { program, group } => runner.program_attended(program, group).await?,
        // These change members: that is a command's to do.
        Errand::SendRound { .. } | Errand::ClearLogins { .. } | Errand::GiveLoginsBack { .. } => Vec::new(),
    };
    Ok(if messages.is_empty() { Attempt::Cancelled } else { Attempt::Expanded(messages) })
}

/// Whether a mail that an errand became should still go out.
pub(super) async fn still_holds(
    message: &Message,
    store: &dyn Store,
    directory: &dyn Directory,
) -> Result<bool, StoreError> {
    let MessageScope::Organization(organization) = message.scope else { return Ok(true) };
    let read = |scope: Scope| async move { store.read(&Scope { organization: Some(organization), ..scope }).await };
    match &message.content {
        Content::Reminder { invitation, generation, .. } => {
            let facts = read(Scope { invitations: vec![*invitation], ..Scope::default() }).await?;
            let it = facts.head().and_then(|_| facts.invitation(*invitation));
            Ok(it.is_ok_and(|it| it.generation == *generation && it.is_outstanding(facts.now)))
        }
        Content::AccessEnding { member, at, .. }
        | Content::AccessEnded { member, at, .. }
        | Content::MemberDeactivating { member, at, .. }
        | Content::MemberDeactivated { member, at, .. } => {
            let facts = read(Scope { members: vec![*member], ..Scope::default() }).await?;
            let it = facts.head().and_then(|_| facts.member(*member));
            Ok(it.is_ok_and(|it| it.deactivates_at == Some(*at)))
        }
        Content::ProgramInvitation { session, member, starts_at, .. } => {
            let facts = read(Scope { sessions: vec![*session], ..Scope::default() }).await?;
            let it = facts.head().and_then(|_| facts.session(*session));
            if !it.is_ok_and(|it| is_running(it, *starts_at, facts.now)) {
                return Ok(false);
            }
            let members = Some(vec![*member]);
            let query = EnrolledQuery { session: *session, members, group: None, after: None, limit: 1 };
            let enrolled = directory.enrolled(organization, &query).await?.items;
            Ok(enrolled.iter().any(|it| it.member.status_at(facts.now) == MemberStatus::Active))
        }
        _ => Ok(true),
    }
}

struct Runner<'a> {
    message: &'a Message,
    organization: OrganizationId,
    store: &'a dyn Store,
    directory: &'a dyn Directory,
}

impl Runner<'_> {
    async fn facts(&self, scope: Scope) -> Result<Facts, StoreError> {
        self.store.read(&Scope { organization: Some(self.organization), ..scope }).await
    }

    /// A page of those who are enrolled, and the errand for the next page.
    async fn session_begins(
        &self,
        (session, starts_at): (SessionId, OffsetDateTime),
        group: Option<GroupId>,
        after: Option<MemberId>,
    ) -> Result<Vec<Message>, StoreError> {
        let facts = self.facts(Scope { sessions: vec![session], ..Scope::default() }).await?;
        let (Ok(head), Ok(it)) = (facts.head(), facts.session(session)) else { return Ok(Vec::new()) };
        let Ok(program) = facts.program(it.program) else { return Ok(Vec::new()) };
        if !is_running(it, starts_at, facts.now) {
            return Ok(Vec::new());
        }
        let query = EnrolledQuery { session, members: None, group, after, limit: LONGEST_PAGE };
        let page = self.directory.enrolled(self.organization, &query).await?;
        let write = |member| program_invitation(self.message, &head.organization, (program, it), member, facts.now);
        let mut messages: Vec<_> = page.items.iter().filter_map(|it| write(&it.member)).collect();
        if let Some(cursor) = page.next {
            let after = Some(MemberId(cursor.id));
            messages.push(next(self.message, Errand::SessionBegins { session, starts_at, group, after }, facts.now));
        }
        Ok(messages)
    }

    /// The mails of all running sessions that a member is enrolled in. What was mailed before has the same id.
    async fn enrolled(&self, member: MemberId) -> Result<Vec<Message>, StoreError> {
        let query = SessionQuery { member: Some(member), ..SessionQuery::default() };
        let sessions = self.running(query).await?;
        let ids = sessions.iter().map(|it| it.id).collect();
        let facts = self.facts(Scope { members: vec![member], sessions: ids, ..Scope::default() }).await?;
        let (Ok(head), Ok(it)) = (facts.head(), facts.member(member)) else { return Ok(Vec::new()) };
        let write = |session: &Session| {
            let program = facts.program(session.program).ok()?;
            program_invitation(self.message, &head.organization, (program, session), it, facts.now)
        };
        Ok(facts.sessions.iter().filter_map(write).collect())
    }

    /// One errand for each running session of a program.
    async fn program_attended(&self, program: ProgramId, group: GroupId) -> Result<Vec<Message>, StoreError> {
        let query = SessionQuery { program: Some(program), ..SessionQuery::default() };
        let now = self.facts(Scope::default()).await?.now;
        let begins = |it: &Session| {
            let (session, starts_at) = (it.id, it.starts_at);
            let errand = Errand::SessionBegins { session, starts_at, group: Some(group), after: None };
            next(self.message, errand, now)
        };
        Ok(self.running(query).await?.iter().map(begins).collect())
    }

    /// All running sessions that a query finds.
    async fn running(&self, query: SessionQuery) -> Result<Vec<Session>, StoreError> {
        let mut query = SessionQuery { running: true, limit: LONGEST_PAGE, ..query };
        let mut sessions = Vec::new();
        loop {
            let page = self.directory.sessions(self.organization, &query).await?;
            sessions.extend(page.items);
            match page.next {
                Some(cursor) => query.cursor = Some(cursor),
                None => return Ok(sessions),
            }
        }
    }
}
