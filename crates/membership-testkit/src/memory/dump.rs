//! All rows of a deployment, in order, so that two states can be compared and a difference read.

use std::collections::BTreeMap;

use membership_core::api_key::ApiKey;
use membership_core::audit::AuditEntry;
use membership_core::facts::Receipt;
use membership_core::group::{Group, GroupMember};
use membership_core::id::{
    ApiKeyId, ClearId, GroupId, ImportId, InvitationId, MemberId, MessageId, OrganizationId, ProgramId, RoundId,
    SessionId, SignInId, SignUpId, UserId, UserLinkId, WordingId,
};
use membership_core::import::{Import, ImportRow};
use membership_core::invitation::Invitation;
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::member::Member;
use membership_core::message::Message;
use membership_core::organization::Head;
use membership_core::port::KeptMail;
use membership_core::program::{Enrolment, Program, Session};
use membership_core::quota::{Bucket, Cause};
use membership_core::resource::{Holder, Resource, ResourceName, Share};
use membership_core::roster::Round;
use membership_core::second_factor::SecondFactors;
use membership_core::user::{SignIn, SignUp, User};
use membership_core::user_link::UserLink;
use membership_core::wording::Wording;
use time::OffsetDateTime;
use uuid::Uuid;

/// All rows of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dump {
    /// The organizations, deleted ones included.
    pub organizations: BTreeMap<OrganizationId, OrganizationRows>,
    /// The users.
    pub users: BTreeMap<UserId, User>,
    /// The users' own audit logs.
    pub user_logs: BTreeMap<UserId, Vec<AuditEntry>>,
    /// The sign-ins that nobody has ended.
    pub sign_ins: BTreeMap<(UserId, SignInId), SignIn>,
    /// When users last signed in.
    pub last_logins: BTreeMap<UserId, OffsetDateTime>,
    /// The links of users, dead ones included.
    pub links: BTreeMap<(UserId, UserLinkId), UserLink>,
    /// The second factors of users.
    pub second_factors: BTreeMap<UserId, SecondFactors>,
    /// The sign-ups that wait.
    pub sign_ups: BTreeMap<SignUpId, SignUp>,
    /// Who became the deployment's operator first.
    pub first_operator: Option<UserId>,
    /// The operator's keys, dead ones included.
    pub operator_keys: BTreeMap<ApiKeyId, ApiKey>,
    /// How far quotas are used up, by bucket, cause and seconds.
    pub spent: BTreeMap<(Bucket, Cause, u32), OffsetDateTime>,
    /// The receipts, by scope and key.
    pub receipts: BTreeMap<(Uuid, [u8; 32]), Receipt>,
    /// The messages, by scope and id.
    pub outbox: BTreeMap<(Uuid, MessageId), QueuedMessage>,
    /// What the development mailbox holds.
    pub mailbox: BTreeMap<MessageId, KeptMail>,
}

/// All rows of one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationRows {
    /// Its head.
    pub head: Head,
    /// Its members.
    pub members: BTreeMap<MemberId, Member>,
    /// Its invitations, past ones included.
    pub invitations: BTreeMap<InvitationId, Invitation>,
    /// Its groups.
    pub groups: BTreeMap<GroupId, Group>,
    /// Who is in which group, since when.
    pub group_members: BTreeMap<(GroupId, MemberId), OffsetDateTime>,
    /// Its programs.
    pub programs: BTreeMap<ProgramId, Program>,
    /// Its sessions.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Who is enrolled in which session by name, since when.
    pub enrolments: BTreeMap<(SessionId, MemberId), OffsetDateTime>,
    /// Its imports.
    pub imports: BTreeMap<ImportId, Import>,
    /// The rows of its imports.
    pub import_rows: BTreeMap<(ImportId, u32), ImportRow>,
    /// Until when a server has an import to itself.
    pub import_leases: BTreeMap<ImportId, OffsetDateTime>,
    /// Its rounds of mail to members without a login.
    pub rounds: BTreeMap<RoundId, Round>,
    /// The times at which its logins were cleared.
    pub clears: BTreeMap<ClearId, LoginClear>,
    /// The logins that are kept until nobody can give them back.
    pub cleared: BTreeMap<(ClearId, UserId), ClearedLogin>,
    /// Its keys, dead ones included.
    pub keys: BTreeMap<ApiKeyId, ApiKey>,
    /// The texts it ever had for its mails.
    pub wordings: BTreeMap<WordingId, Wording>,
    /// Its records.
    pub resources: BTreeMap<ResourceName, Resource>,
    /// With whom they are shared.
    pub shares: BTreeMap<(ResourceName, Holder), Share>,
    /// Its audit log, in order.
    pub log: Vec<AuditEntry>,
}

/// A message of the outbox, with what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The message; its `due_at` moves when it is deferred.
    pub message: Message,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was claimed.
    pub attempts: u32,
    /// Until when a courier has it to itself.
    pub leased_until: Option<OffsetDateTime>,
    /// When it was sent or given up.
    pub settled_at: Option<OffsetDateTime>,
    /// What the mail server said last.
    pub note: Option<String>,
}

/// Where a message of the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageState {
    /// Nobody has tried it yet.
    Queued,
    /// It will be tried again.
    Deferred,
    /// A mail server took it.
    Sent,
    /// Refused for good.
    Bounced,
    /// Given up.
    Failed,
    /// Its cause did not hold any more.
    Cancelled,
    /// Others have taken its place.
    Expanded,
}

impl QueuedMessage {
    /// A message that nobody has tried yet.
    pub fn new(message: Message) -> Self {
        Self { message, state: MessageState::Queued, attempts: 0, leased_until: None, settled_at: None, note: None }
    }

    /// Whether it is still to be sent.
    pub fn is_open(&self) -> bool {
        matches!(self.state, MessageState::Queued | MessageState::Deferred)
    }

    /// Whether a courier may claim it at an instant.
    pub fn is_due(&self, now: OffsetDateTime) -> bool {
        self.is_open() && self.message.due_at <= now && self.leased_until.is_none_or(|until| until <= now)
    }
}

impl OrganizationRows {
    /// An organization with nothing in it.
    pub fn new(head: Head) -> Self {
        Self {
            head,
            members: BTreeMap::new(),
            keys: BTreeMap::new(),
            invitations: BTreeMap::new(),
            groups: BTreeMap::new(),
            group_members: BTreeMap::new(),
            programs: BTreeMap::new(),
            sessions: BTreeMap::new(),
            enrolments: BTreeMap::new(),
            imports: BTreeMap::new(),
            import_rows: BTreeMap::new(),
            import_leases: BTreeMap::new(),
            rounds: BTreeMap::new(),
            clears: BTreeMap::new(),
            cleared: BTreeMap::new(),
            wordings: BTreeMap::new(),
            resources: BTreeMap::new(),
            shares: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    /// Whether a record is shared with a member, or with a group that they are in.
    pub fn reaches(&self, name: &ResourceName, member: MemberId) -> bool {
        self.shares_reaching(name, member).next().is_some()
    }

    /// The shares of a record by which it reaches a member.
    pub fn shares_reaching(&self, name: &ResourceName, member: MemberId) -> impl Iterator<Item = &Share> {
        let reaching = move |it: &&Share| match it.holder {
            Holder::Member(id) => id == member,
            Holder::Group(id) => self.group_members.contains_key(&(id, member)),
        };
        self.shares.values().filter(move |it| it.resource == *name).filter(reaching)
    }

    /// Who is in which group.
    pub fn places(&self) -> impl Iterator<Item = GroupMember> {
        self.group_members.iter().map(|((group, member), since)| GroupMember {
            group: *group,
            member: *member,
            since: *since,
        })
    }

    /// Who is enrolled in which session by name.
    pub fn enrolments(&self) -> impl Iterator<Item = Enrolment> {
        self.enrolments.iter().map(|((session, member), since)| Enrolment {
            session: *session,
            member: *member,
            since: *since,
        })
    }

    /// The groups through which a member is enrolled in a session.
    pub fn groups_enrolling(&self, session: &Session, member: MemberId) -> Vec<GroupId> {
        let Some(program) = self.programs.get(&session.program) else { return Vec::new() };
        self.places().filter(|it| it.member == member && session.enrols(program, it)).map(|it| it.group).collect()
    }

    /// The membership of a user.
    pub fn member_of(&self, user: UserId) -> Option<&Member> {
        self.members.values().find(|member| member.user == Some(user))
    }
}
