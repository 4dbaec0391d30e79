//! What a decision is made on: the slice of the world that a command names as its scope.

use std::cmp::Reverse;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::api_key::ApiKey;
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::group::{Group, GroupMember};
use crate::id::{
    ApiKeyId, ClearId, GroupId, IdentityId, ImportId, InvitationId, MemberId, OrganizationId, ProgramId, RoundId,
    SessionId, SignUpId, UserId, WordingId,
};
use crate::import::Import;
use crate::invitation::Invitation;
use crate::login_clear::{ClearedLogin, LoginClear};
use crate::member::Member;
use crate::name::Username;
use crate::organization::{Head, OrganizationState};
use crate::profile::MemberNumber;
use crate::program::{Enrolment, Program, Session};
use crate::quota::{Bucket, MailLimits, Spent};
use crate::refusal::Refusal;
use crate::resource::{Holder, Level, Resource, ResourceName, Share};
use crate::roster::Round;
use crate::second_factor::SecondFactors;
use crate::secret::TokenHash;
use crate::user::{SignIn, SignUp, User};
use crate::user_link::UserLink;
use crate::wording::{TemplateKey, Wording};

/// Which facts a command needs. Never something whose size grows with the organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// This organization's head and its owner's membership. Opening the scope keeps its other writers out.
    pub organization: Option<OrganizationId>,
    /// These memberships.
    pub members: Vec<MemberId>,
    /// The memberships of these users.
    pub members_of: Vec<UserId>,
    /// The memberships at these addresses.
    pub members_at: Vec<EmailAddress>,
    /// The memberships with these numbers.
    pub members_numbered: Vec<MemberNumber>,
    /// These invitations, the memberships of whoever sent them, and the groups and sessions they lead into.
    pub invitations: Vec<InvitationId>,
    /// These records, with those of their shares that reach the memberships asked for: held by one of them, or by a
    /// group that one of them is in; and these groups.
    pub resources: Vec<ResourceName>,
    /// These records, with all their shares: at most [`Resource::MOST_SHARES`] each; and the groups among the holders.
    pub shares_of: Vec<ResourceName>,
    /// The invitations to these addresses that are written as pending, and the memberships of whoever sent them.
    pub invited_at: Vec<EmailAddress>,
    /// The invitations to its owner that are written as pending.
    pub owner_invitation: bool,
    /// A round of mail to members without a login.
    pub round: Option<RoundPick>,
    /// A time at which the organization's logins were cleared.
    pub clear: Option<ClearPick>,
    /// What [`Scope::clear`], if it is named by id, keeps of these users' logins.
    pub cleared_of: Vec<UserId>,
    /// Keys of this organization, and the memberships of whoever made them.
    pub keys: KeyScope,
    /// Invitations and memberships whose time is over but whose row does not say so, the oldest first; they still count
    /// in the seat counters. And the active members who wait for the seats that come free, the longest first. At most
    /// [`Scope::MOST_LAPSED`] of each.
    pub lapsed: bool,
    /// These wordings.
    pub wordings: Vec<WordingId>,
    /// The wordings that the organization uses for these templates now; of those that are its own.
    pub templates: Vec<TemplateKey>,
    /// These groups, and which of the scope's members are in them.
    pub groups: Vec<GroupId>,
    /// These programs.
    pub programs: Vec<ProgramId>,
    /// These sessions, the programs they are of, and which of the scope's members are enrolled by name.
    pub sessions: Vec<SessionId>,
    /// This import, without its rows.
    pub import: Option<ImportId>,
    /// These users.
    pub users: Vec<UserId>,
    /// The users with these addresses, verified or not.
    pub users_at: Vec<EmailAddress>,
    /// The links of these users; a few each.
    pub links_of: Vec<UserId>,
    /// The users whose identities these are.
    pub identities: Vec<IdentityId>,
    /// The second factors of these users.
    pub factors_of: Vec<UserId>,
    /// To which organizations these users belong: two of each are enough to know of another one.
    pub organizations_of: Vec<UserId>,
    /// The users of these names.
    pub usernames: Vec<Username>,
    /// The users of these names, and of names that look like them.
    pub usernames_like: Vec<Username>,
    /// The sign-in with this token, and its user; only if it has not been ended.
    pub sign_in: Option<(UserId, TokenHash)>,
    /// This sign-up.
    pub sign_up: Option<SignUpId>,
    /// Whether the deployment has its first operator.
    pub installation: bool,
    /// Keys of the operator. They are found by id: [`KeyScope::shown`] means nothing here.
    pub operator_keys: KeyScope,
    /// How far the quotas of these buckets are used up.
    pub buckets: Vec<Bucket>,
    /// The receipt of an earlier request with the same key.
    pub receipt: Option<ReceiptKey>,
}

impl Scope {
    /// How many lapsed or waiting rows of a kind are loaded at most.
    pub const MOST_LAPSED: usize = 1_000;

    /// The head of one organization and nothing else.
    pub fn of(organization: OrganizationId) -> Self {
        Self { organization: Some(organization), ..Self::default() }
    }

    /// Asks besides for what tells which part an actor plays.
    pub fn include(&mut self, actor: Actor) {
        match actor {
            Actor::User(user) | Actor::TwoFactorUser(user) => self.members_of.push(user),
            Actor::Operator(user) => self.users.extend(user),
            Actor::Key(key) => self.keys.ids.push(key),
            Actor::OperatorKey(key) => self.operator_keys.ids.push(key),
            Actor::Invitee | Actor::System => {}
        }
    }

    /// Whether keys of the operator are asked for.
    pub fn needs_operator_keys(&self) -> bool {
        self.operator_keys.all || !self.operator_keys.ids.is_empty()
    }

    /// Whether anything of users is asked for.
    pub fn needs_users(&self) -> bool {
        let of_users = self.users.is_empty() && self.links_of.is_empty() && self.factors_of.is_empty();
        let by_row = !(of_users && self.sign_in.is_none());
        let by_name = !(self.usernames.is_empty() && self.usernames_like.is_empty());
        by_row || by_name || !(self.users_at.is_empty() && self.identities.is_empty())
    }
}

/// Which round is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundPick {
    /// The one with the highest number.
    Latest,
    /// This one.
    Id(RoundId),
}

/// Which clear is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClearPick {
    /// The latest, and whatever other one is not finished.
    Current,
    /// This one, and those besides.
    Id(ClearId),
}

/// Which keys are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyScope {
    /// These.
    pub ids: Vec<ApiKeyId>,
    /// The one whose text was shown.
    pub shown: Option<TokenHash>,
    /// All that live and then the latest that do not, at most [`KeyScope::MOST`].
    pub all: bool,
}

impl KeyScope {
    /// How many keys are loaded at most; more than can live at a time ([`ApiKey::MOST_ALIVE`]).
    pub const MOST: usize = 200;

    /// One key.
    pub fn of(id: ApiKeyId) -> Self {
        Self { ids: vec![id], ..Self::default() }
    }

    /// All keys.
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }
}

/// The facts of a scope, read in one transaction. More facts than asked for never change a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The instant at which the decision is made, by the store's clock, in whole microseconds (F19).
    pub now: OffsetDateTime,
    /// The organization's head, if it exists.
    pub head: Option<Head>,
    /// Memberships of that organization.
    pub members: Vec<Member>,
    /// Invitations of that organization.
    pub invitations: Vec<Invitation>,
    /// Groups of that organization.
    pub groups: Vec<Group>,
    /// Which of the members above are in which of these groups.
    pub group_members: Vec<GroupMember>,
    /// Programs of that organization.
    pub programs: Vec<Program>,
    /// Sessions of that organization.
    pub sessions: Vec<Session>,
    /// Which of the members above are enrolled in which of these sessions by name.
    pub enrolments: Vec<Enrolment>,
    /// Rounds of that organization.
    pub rounds: Vec<Round>,
    /// Times at which that organization's logins were cleared.
    pub clears: Vec<LoginClear>,
    /// What they keep of the logins they took.
    pub cleared: Vec<ClearedLogin>,
    /// Wordings of that organization's mails.
    pub wordings: Vec<Wording>,
    /// Records of that organization.
    pub resources: Vec<Resource>,
    /// Shares of those records.
    pub shares: Vec<Share>,
    /// Users.
    pub users: Vec<User>,
    /// Who belongs where, as the users' own lists have it; deleted organizations count.
    pub belongs: Vec<(UserId, OrganizationId)>,
    /// Sign-ins.
    pub sign_ins: Vec<SignIn>,
    /// Links of users.
    pub links: Vec<UserLink>,
    /// Second factors, one row a user who has or had any.
    pub second_factors: Vec<SecondFactors>,
    /// Sign-ups.
    pub sign_ups: Vec<SignUp>,
    /// Imports of that organization.
    pub imports: Vec<Import>,
    /// Keys of that organization.
    pub keys: Vec<ApiKey>,
    /// Keys of the operator.
    pub operator_keys: Vec<ApiKey>,
    /// Whether the deployment has its first operator; `false` if it was not asked for.
    pub has_operator: bool,
    /// How far quotas are used up; what is not here is unused, or was not read
    /// ([`Charge`](crate::quota::Charge) says why that is no harm).
    pub spent: Vec<Spent>,
    /// How much mail may be caused. No store knows it: the service puts it here.
    pub limits: MailLimits,
    /// The receipt that was asked for.
    pub receipt: Option<Receipt>,
}

impl Facts {
    /// Nothing is known but the time.
    pub fn nothing(now: OffsetDateTime) -> Self {
        Self {
            now,
            head: None,
            members: Vec::new(),
            invitations: Vec::new(),
            groups: Vec::new(),
            group_members: Vec::new(),
            programs: Vec::new(),
            sessions: Vec::new(),
            enrolments: Vec::new(),
            rounds: Vec::new(),
            clears: Vec::new(),
            cleared: Vec::new(),
            wordings: Vec::new(),
            resources: Vec::new(),
            shares: Vec::new(),
            users: Vec::new(),
            belongs: Vec::new(),
            sign_ins: Vec::new(),
            links: Vec::new(),
            second_factors: Vec::new(),
            sign_ups: Vec::new(),
            imports: Vec::new(),
            keys: Vec::new(),
            operator_keys: Vec::new(),
            has_operator: false,
            spent: Vec::new(),
            limits: MailLimits::off(),
            receipt: None,
        }
    }

    /// The organization, if it exists for anybody at all.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`] if there is none, or it was deleted.
    pub fn head(&self) -> Result<&Head, Refusal> {
        let head = self.head.as_ref().ok_or(Refusal::UnknownOrganization)?;
        if head.organization.state == OrganizationState::Deleted {
            return Err(Refusal::UnknownOrganization);
        }
        Ok(head)
    }

    /// A member by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownMember`].
    pub fn member(&self, id: MemberId) -> Result<&Member, Refusal> {
        self.members.iter().find(|member| member.id == id).ok_or(Refusal::UnknownMember)
    }

    /// The membership of a user.
    pub fn member_of(&self, user: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user == Some(user))
    }

    /// The membership at an address.
    pub fn member_at(&self, email: &EmailAddress) -> Option<&Member> {
        self.members.iter().find(|member| member.email.as_ref() == Some(email))
    }

    /// The membership with a number.
    pub fn member_numbered(&self, number: &MemberNumber) -> Option<&Member> {
        self.members.iter().find(|member| member.profile.number.as_ref() == Some(number))
    }

    /// The owner's membership.
    pub fn owner(&self) -> Option<&Member> {
        let owner = self.head.as_ref()?.organization.owner?;
        self.members.iter().find(|member| member.id == owner)
    }

    /// An invitation by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownInvitation`].
    pub fn invitation(&self, id: InvitationId) -> Result<&Invitation, Refusal> {
        self.invitations.iter().find(|invitation| invitation.id == id).ok_or(Refusal::UnknownInvitation)
    }

    /// A key of the organization.
    ///
    /// # Errors
    /// [`Refusal::UnknownKey`].
    pub fn key(&self, id: ApiKeyId) -> Result<&ApiKey, Refusal> {
        self.keys.iter().find(|key| key.id == id).ok_or(Refusal::UnknownKey)
    }

    /// An import by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownImport`].
    pub fn import(&self, id: ImportId) -> Result<&Import, Refusal> {
        self.imports.iter().find(|import| import.id == id).ok_or(Refusal::UnknownImport)
    }

    /// A key of the operator.
    ///
    /// # Errors
    /// [`Refusal::UnknownKey`].
    pub fn operator_key(&self, id: ApiKeyId) -> Result<&ApiKey, Refusal> {
        self.operator_keys.iter().find(|key| key.id == id).ok_or(Refusal::UnknownKey)
    }

    /// The organization's own wording of a template, if it has one.
    pub fn worded(&self, template: TemplateKey) -> Option<&Wording> {
        let id = self.head.as_ref()?.organization.branding.wordings.chosen(template)?;
        self.wording(id)
    }

    /// A wording by id.
    pub fn wording(&self, id: WordingId) -> Option<&Wording> {
        self.wordings.iter().find(|wording| wording.id == id)
    }

    /// A record by name.
    ///
    /// # Errors
    /// [`Refusal::UnknownRecord`].
    pub fn resource(&self, name: &ResourceName) -> Result<&Resource, Refusal> {
        self.resources.iter().find(|it| it.name == *name).ok_or(Refusal::UnknownRecord)
    }

    /// The share by which a record reaches a member: of their own and of those of their groups the one with the highest
    /// level; of equal ones their own, and then that of the group with the lowest id.
    pub fn share_reaching(&self, name: &ResourceName, member: &Member) -> Option<&Share> {
        let reaches = |holder: Holder| match holder {
            Holder::Member(id) => id == member.id,
            Holder::Group(id) => self.is_in_group(id, member.id),
        };
        let reaching = self.shares.iter().filter(|it| it.resource == *name && reaches(it.holder));
        reaching.max_by_key(|it| (it.level, Reverse(it.holder)))
    }

    /// At which level a record is shared with a member ([`Facts::share_reaching`]).
    pub fn shared_level(&self, name: &ResourceName, member: &Member) -> Option<Level> {
        self.share_reaching(name, member).map(|it| it.level)
    }

    /// The outstanding invitation to an address.
    pub fn outstanding_at(&self, email: &EmailAddress) -> Option<&Invitation> {
        self.invitations.iter().find(|invitation| invitation.email == *email && invitation.is_outstanding(self.now))
    }

    /// A group by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownGroup`].
    pub fn group(&self, id: GroupId) -> Result<&Group, Refusal> {
        self.groups.iter().find(|group| group.id == id).ok_or(Refusal::UnknownGroup { group: id })
    }

    /// A program by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownProgram`].
    pub fn program(&self, id: ProgramId) -> Result<&Program, Refusal> {
        self.programs.iter().find(|program| program.id == id).ok_or(Refusal::UnknownProgram)
    }

    /// A session by id.
    ///
    /// # Errors
    /// [`Refusal::UnknownSession`].
    pub fn session(&self, id: SessionId) -> Result<&Session, Refusal> {
        self.sessions.iter().find(|session| session.id == id).ok_or(Refusal::UnknownSession)
    }

    /// Whether a member is in a group.
    pub fn is_in_group(&self, group: GroupId, member: MemberId) -> bool {
        self.group_members.iter().any(|it| (it.group, it.member) == (group, member))
    }

    /// Whether a member is enrolled in a session by name.
    pub fn is_enrolled_by_name(&self, session: SessionId, member: MemberId) -> bool {
        self.enrolments.iter().any(|it| (it.session, it.member) == (session, member))
    }

    /// A user by id.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The user whose verified address this is.
    pub fn user_at(&self, email: &EmailAddress) -> Option<&User> {
        self.users.iter().find(|user| user.has_verified(email))
    }

    /// The user of that name.
    pub fn user_named(&self, username: &Username) -> Option<&User> {
        self.users.iter().find(|user| user.username.as_ref() == Some(username))
    }

    /// Whether somebody may go by a username: `user`, or a new person. Needs [`Scope::usernames_like`].
    ///
    /// # Errors
    /// [`Refusal::UsernameTaken`] and [`Refusal::UsernameConfusable`].
    pub fn username_is_free(&self, username: &Username, user: Option<UserId>) -> Result<(), Refusal> {
        let others = || self.users.iter().filter(|it| Some(it.id) != user).filter_map(|it| it.username.as_ref());
        if others().any(|other| other == username) {
            return Err(Refusal::UsernameTaken);
        }
        if others().any(|other| other.looks_like(username)) { Err(Refusal::UsernameConfusable) } else { Ok(()) }
    }
}

/// Names an earlier request that may have been sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptKey {
    /// The organization or user whose request it is.
    pub scope: Uuid,
    /// The hash of the caller and the `Idempotency-Key`.
    pub key: TokenHash,
}

/// What is kept of a request so that repeating it has the effect of one (I14, F20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which request.
    pub key: ReceiptKey,
    /// The hash of everything that was asked; the same key with another request is refused.
    pub fingerprint: [u8; 32],
    /// The answer, sealed so that only a repeat of the request can open it.
    pub answer: Vec<u8>,
    /// From this instant on it is forgotten.
    pub expires_at: OffsetDateTime,
}
