//! What a store has to write: the rows in which the facts before and after a decision differ, each with the version it
//! must still have.

use crate::api_key::ApiKey;
use crate::audit::{self, AuditEntry, Stream};
use crate::draft::Decision;
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Receipt};
use crate::group::{Group, GroupMember};
use crate::id::{
    ClearId, GroupId, ImportId, InvitationId, MemberId, OrganizationId, ProgramId, SessionId, SignInId, SignUpId,
    UserId,
};
use crate::import::{Import, ImportRow, SettledRow};
use crate::invitation::Invitation;
use crate::login_clear::{ClearedLogin, LoginClear};
use crate::member::Member;
use crate::message::Message;
use crate::organization::{Head, Organization};
use crate::program::{Enrolment, Program, Session};
use crate::quota::Charge;
use crate::resource::{Holder, Resource, ResourceName, Share};
use crate::roster::Round;
use crate::second_factor::SecondFactors;
use crate::set_up::SetUpCode;
use crate::user::{SignIn, SignUp, User};
use crate::user_link::UserLink;
use crate::wording::Wording;
use time::OffsetDateTime;

/// A row to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved<T> {
    /// The version the stored row must have, or `None` if there must be none. Otherwise somebody else was first: the
    /// whole commit is a [`StoreError::Conflict`](crate::port::StoreError::Conflict) and leaves nothing.
    pub expected: Option<u64>,
    /// The row as it shall be.
    pub row: T,
}

/// The sign-ins of a user end, all but one. A store that inserts sign-ins in the same commit does so afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedOutElsewhere {
    /// Whose.
    pub user: UserId,
    /// The one that stays, if it is there.
    pub kept: Option<SignInId>,
    /// Under which of the user's passwords it stays.
    pub password_generation: u32,
}

/// A sign-in goes on under another token. That is no login: a store does not write it down as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedSignIn {
    /// The sign-in from now on.
    pub row: SignIn,
    /// The one it takes the place of, of the same user.
    pub former: SignInId,
    /// When the former one must still end; otherwise somebody else was first
    /// ([`StoreError::Conflict`](crate::port::StoreError::Conflict)).
    pub expected_end: OffsetDateTime,
    /// When it ends instead.
    pub until: OffsetDateTime,
}

/// What one commit writes of groups, programs and sessions, and of who attends them.
///
/// A store ends what belongs to a removed row with it: places and enrolments with a member, group or session, sessions
/// with a program. They are not listed here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttendanceChanges {
    /// Groups, new or changed.
    pub groups: Vec<Saved<Group>>,
    /// Groups that are gone, each with the version it must still have.
    pub removed_groups: Vec<(GroupId, u64)>,
    /// Members who are in a group from now on; after the members themselves were written.
    pub joined_groups: Vec<GroupMember>,
    /// Members who are in a group no more; each must still be there.
    pub left_groups: Vec<(GroupId, MemberId)>,
    /// Programs, new or changed.
    pub programs: Vec<Saved<Program>>,
    /// Programs that are gone, each with the version it must still have.
    pub removed_programs: Vec<(ProgramId, u64)>,
    /// Sessions, new or changed.
    pub sessions: Vec<Saved<Session>>,
    /// Sessions that are gone, each with the version it must still have.
    pub removed_sessions: Vec<(SessionId, u64)>,
    /// Enrolments by name that begin; after the members themselves were written.
    pub enrolled: Vec<Enrolment>,
    /// Enrolments by name that end; each must still be there.
    pub ended_enrolments: Vec<(SessionId, MemberId)>,
}

impl AttendanceChanges {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn of(before: &Facts, after: &Facts) -> Self {
        let place = |it: &GroupMember| (it.group, it.member);
        let enrolment = |it: &Enrolment| (it.session, it.member);
        Self {
            groups: saved(&before.groups, &after.groups, |it| (it.id, it.version)),
            removed_groups: removed(&before.groups, &after.groups, |it| (it.id, it.version)),
            joined_groups: added(&before.group_members, &after.group_members),
            left_groups: added(&after.group_members, &before.group_members).iter().map(place).collect(),
            programs: saved(&before.programs, &after.programs, |it| (it.id, it.version)),
            removed_programs: removed(&before.programs, &after.programs, |it| (it.id, it.version)),
            sessions: saved(&before.sessions, &after.sessions, |it| (it.id, it.version)),
            removed_sessions: removed(&before.sessions, &after.sessions, |it| (it.id, it.version)),
            enrolled: added(&before.enrolments, &after.enrolments),
            ended_enrolments: added(&after.enrolments, &before.enrolments).iter().map(enrolment).collect(),
        }
    }
}

/// What one commit writes of imports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportChanges {
    /// Imports, new or changed.
    pub saved: Vec<Saved<Import>>,
    /// The rows of new imports.
    pub rows: Vec<(ImportId, ImportRow)>,
    /// Rows that have their outcome; each must be there. What it said, sealed, is wiped.
    pub settled: Vec<(ImportId, SettledRow)>,
}

impl ImportChanges {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.saved.is_empty() && self.rows.is_empty() && self.settled.is_empty()
    }

    fn of(before: &Facts, after: &Facts, events: &[Event]) -> Self {
        let saved = saved(&before.imports, &after.imports, |it| (it.id, it.version));
        let mut changes = Self { saved, ..Self::default() };
        for event in events {
            match event {
                Event::ImportBegun { import, rows } => {
                    changes.rows.extend(rows.iter().map(|row| (import.id, row.clone())));
                }
                Event::ImportAdvanced { import, settled, .. } => {
                    changes.settled.extend(settled.iter().map(|row| (*import, row.clone())));
                }
                _ => {}
            }
        }
        changes
    }
}

/// What one commit writes of the times at which logins were cleared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClearChanges {
    /// Clears, new or moved.
    pub saved: Vec<Saved<LoginClear>>,
    /// Logins that were taken; none of them may be kept yet.
    pub taken: Vec<ClearedLogin>,
    /// Kept logins that are settled, by clear and account; each must still be there.
    pub settled: Vec<(ClearId, UserId)>,
}

impl ClearChanges {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.saved.is_empty() && self.taken.is_empty() && self.settled.is_empty()
    }

    fn of(before: &Facts, after: &Facts) -> Self {
        let key = |it: &ClearedLogin| (it.clear, it.user);
        let is_among = |all: &[ClearedLogin], one: &ClearedLogin| all.iter().any(|it| key(it) == key(one));
        Self {
            saved: saved(&before.clears, &after.clears, |it| (it.id, it.version)),
            taken: after.cleared.iter().filter(|it| !is_among(&before.cleared, it)).cloned().collect(),
            settled: before.cleared.iter().filter(|it| !is_among(&after.cleared, it)).map(key).collect(),
        }
    }
}

/// Everything one commit writes, together or not at all (I6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The organization whose rows follow.
    pub organization: Option<OrganizationId>,
    /// Whether everything that is left of the organization goes first, all but its head, its log and its quotas: it was
    /// deleted, and comes back from a backup. Then its head and its wide row are changed, and all other rows are new.
    pub starts_over: bool,
    /// The head: counters, audit end and revision, written last and guarded by the revision.
    pub head: Option<Saved<Head>>,
    /// The organization's wide row, if it changed.
    pub organization_row: Option<Saved<Organization>>,
    /// Memberships, new or changed.
    pub members: Vec<Saved<Member>>,
    /// Memberships that ended, each with the version it must still have; all their shares go with them.
    pub removed_members: Vec<(MemberId, u64)>,
    /// Invitations, new or changed. Deliveries of the same generation are the courier's to write, not these rows'.
    pub invitations: Vec<Saved<Invitation>>,
    /// Keys of the organization, new or changed.
    pub keys: Vec<Saved<ApiKey>>,
    /// Keys of the operator, new or changed.
    pub operator_keys: Vec<Saved<ApiKey>>,
    /// Groups, programs and sessions, and who attends them.
    pub attendance: AttendanceChanges,
    /// Imports and their rows.
    pub imports: ImportChanges,
    /// Rounds of mail to members without a login, new or changed.
    pub rounds: Vec<Saved<Round>>,
    /// Times at which logins were cleared, and what they keep.
    pub clears: ClearChanges,
    /// Wordings; one that is there already is left as it is, for it says the same.
    pub wordings: Vec<Wording>,
    /// Records, new or changed.
    pub resources: Vec<Saved<Resource>>,
    /// Records that are gone, each with the version it must still have; all their shares go with them.
    pub removed_resources: Vec<(ResourceName, u64)>,
    /// Shares, new or changed.
    pub shares: Vec<Saved<Share>>,
    /// Shares that ended, each with the version it must still have. Those of removed memberships, groups and records are
    /// not named here: a store drops them by key, whether or not they were among the facts.
    pub removed_shares: Vec<(ResourceName, Holder, u64)>,
    /// Users, new or changed, with all their addresses.
    pub users: Vec<Saved<User>>,
    /// Sign-ins that began.
    pub sign_ins: Vec<SignIn>,
    /// Sign-ins that ended.
    pub ended_sign_ins: Vec<(UserId, SignInId)>,
    /// Users whose other sign-ins ended.
    pub signed_out_elsewhere: Vec<SignedOutElsewhere>,
    /// Sign-ins that go on under another token.
    pub replaced_sign_ins: Vec<ReplacedSignIn>,
    /// Links of users, new or changed.
    pub links: Vec<Saved<UserLink>>,
    /// Second factors of users, new or changed.
    pub second_factors: Vec<Saved<SecondFactors>>,
    /// Sign-ups that began.
    pub sign_ups: Vec<SignUp>,
    /// Sign-ups that were completed; each must still be there.
    pub completed_sign_ups: Vec<SignUpId>,
    /// The deployment's first operator; there must be none yet.
    pub first_operator: Option<UserId>,
    /// Lines to be added to these users' lists of organizations.
    pub joined: Vec<(UserId, MemberId)>,
    /// Lines to be taken from these users' lists of organizations.
    pub parted: Vec<UserId>,
    /// Lines to be added to the lists of what waits for an address.
    pub waiting: Vec<(EmailAddress, InvitationId)>,
    /// Lines to be added to the lists of whose personal link a typed code may take the place of.
    pub codes: Vec<(SetUpCode, MemberId)>,
    /// Audit entries, in order.
    pub audit: Vec<AuditEntry>,
    /// Outgoing mail. A message that is there already is left as it is.
    pub messages: Vec<Message>,
    /// What is taken from quotas; none may be used up by it.
    pub charges: Vec<Charge>,
    /// The receipt of the request; there must be none yet for its key.
    pub receipt: Option<Receipt>,
}

impl Changes {
    /// What differs after a decision that was made on `before`.
    pub fn of<R>(before: &Facts, decision: &Decision<R>, request: Option<&str>, receipt: Option<Receipt>) -> Self {
        let mut after = decision.after.clone();
        let audit = chained(decision, &mut after, request);
        let (messages, charges) = (decision.messages.clone(), decision.charges.clone());
        let mut changes = Self { audit, messages, charges, receipt, ..Self::default() };
        changes.of_organization(before, &mut after, decision);
        changes.of_users(before, &after, &decision.events);
        changes
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn of_organization<R>(&mut self, before: &Facts, after: &mut Facts, decision: &Decision<R>) {
        let organization_changed = self.audit.iter().any(|entry| matches!(entry.stream, Stream::Organization(_)));
        if organization_changed && let Some(head) = &mut after.head {
            head.revision = head.revision.saturating_add(1);
            let earlier = before.head.as_ref();
            self.organization = Some(head.organization.id);
            self.head = Some(Saved { expected: earlier.map(|it| it.revision), row: head.clone() });
            if earlier.map(|it| &it.organization) != Some(&head.organization) {
                let expected = earlier.map(|it| it.organization.version);
                self.organization_row = Some(Saved { expected, row: head.organization.clone() });
            }
        }
        self.members = saved(&before.members, &after.members, |it| (it.id, it.version));
        self.invitations = saved(&before.invitations, &after.invitations, |it| (it.id, it.version));
        self.attendance = AttendanceChanges::of(before, after);
        self.imports = ImportChanges::of(before, after, &decision.events);
        self.rounds = saved(&before.rounds, &after.rounds, |it| (it.id, it.version));
        self.clears = ClearChanges::of(before, after);
        self.wordings = after.wordings.iter().filter(|it| !before.wordings.contains(it)).cloned().collect();
        self.keys = saved(&before.keys, &after.keys, |it| (it.id, it.version));
        for gone in before.members.iter().filter(|it| after.member(it.id).is_err()) {
            self.removed_members.push((gone.id, gone.version));
            self.parted.extend(gone.user);
        }
        self.of_resources(before, after);
        for member in &self.members {
            let earlier = before.members.iter().find(|it| it.id == member.row.id).and_then(|it| it.user);
            if earlier != member.row.user {
                self.parted.extend(earlier);
                self.joined.extend(member.row.user.map(|user| (user, member.row.id)));
            }
        }
        for event in &decision.events {
            match event {
                Event::InvitationCreated { invitation } => {
                    self.waiting.push((invitation.email.clone(), invitation.id));
                }
                Event::SetUpLinkIssued { member, link, .. } => {
                    self.codes.extend(link.code.map(|code| (code, *member)));
                }
                _ => {}
            }
        }
    }

    fn of_resources(&mut self, before: &Facts, after: &Facts) {
        self.resources = saved(&before.resources, &after.resources, |it| (it.name.clone(), it.version));
        self.shares = saved(&before.shares, &after.shares, |it| ((it.resource.clone(), it.holder), it.version));
        let gone = |name: &ResourceName| after.resource(name).is_err();
        let removed = before.resources.iter().filter(|it| gone(&it.name));
        self.removed_resources = removed.map(|it| (it.name.clone(), it.version)).collect();
        for share in &before.shares {
            let is_there = after.shares.iter().any(|it| (&it.resource, it.holder) == (&share.resource, share.holder));
            let holder_is_gone = match share.holder {
                Holder::Member(holder) => self.removed_members.iter().any(|(id, _)| *id == holder),
                Holder::Group(holder) => self.attendance.removed_groups.iter().any(|(id, _)| *id == holder),
            };
            if !is_there && !gone(&share.resource) && !holder_is_gone {
                self.removed_shares.push((share.resource.clone(), share.holder, share.version));
            }
        }
    }

    fn of_users(&mut self, before: &Facts, after: &Facts, events: &[Event]) {
        self.users = saved(&before.users, &after.users, |it| (it.id, it.version));
        self.links = saved(&before.links, &after.links, |it| (it.id, it.version));
        self.second_factors = saved(&before.second_factors, &after.second_factors, |it| (it.user, it.version));
        self.operator_keys = saved(&before.operator_keys, &after.operator_keys, |it| (it.id, it.version));
        for event in events {
            match event {
                Event::SignedIn { sign_in } => self.sign_ins.push(sign_in.clone()),
                Event::SignInReplaced { sign_in, former, until } => {
                    let earlier = before.sign_ins.iter().find(|it| it.id == *former);
                    self.replaced_sign_ins.push(ReplacedSignIn {
                        row: sign_in.clone(),
                        former: *former,
                        expected_end: earlier.map_or(*until, |it| it.expires_at),
                        until: *until,
                    });
                }
                Event::SignedOut { user, sign_in } => self.ended_sign_ins.push((*user, *sign_in)),
                Event::SignedOutElsewhere { user, kept } => {
                    let password_generation = after.user(*user).map_or(0, |it| it.password_generation);
                    self.signed_out_elsewhere.push(SignedOutElsewhere {
                        user: *user,
                        kept: *kept,
                        password_generation,
                    });
                }
                Event::SignUpRequested { sign_up } => self.sign_ups.push(sign_up.clone()),
                Event::SignUpCompleted { sign_up } => self.completed_sign_ups.push(*sign_up),
                Event::OperatorAppointed { user } => self.first_operator = Some(*user),
                _ => {}
            }
        }
    }
}

fn saved<T: Clone + PartialEq, I: PartialEq>(before: &[T], after: &[T], key: impl Fn(&T) -> (I, u64)) -> Vec<Saved<T>> {
    let mut rows = Vec::new();
    for row in after {
        let earlier = before.iter().find(|it| key(it).0 == key(row).0);
        if earlier != Some(row) {
            rows.push(Saved { expected: earlier.map(|it| key(it).1), row: row.clone() });
        }
    }
    rows
}

/// The rows that are gone, each with its last version.
fn removed<T, I: PartialEq>(before: &[T], after: &[T], key: impl Fn(&T) -> (I, u64)) -> Vec<(I, u64)> {
    before.iter().map(&key).filter(|(id, _)| !after.iter().any(|it| key(it).0 == *id)).collect()
}

/// What is there after and was not before.
fn added<T: Copy + PartialEq>(before: &[T], after: &[T]) -> Vec<T> {
    after.iter().filter(|it| !before.contains(it)).copied().collect()
}

fn chained<R>(decision: &Decision<R>, after: &mut Facts, request: Option<&str>) -> Vec<AuditEntry> {
    let mut entries = Vec::new();
    let now = after.now;
    for account in &decision.accounts {
        let end = match account.stream {
            Stream::Organization(_) => after.head.as_mut().map(|head| &mut head.audit),
            Stream::User(id) => after.users.iter_mut().find(|user| user.id == id).map(|user| &mut user.audit),
        };
        if let Some(end) = end {
            entries.push(audit::chain(end, account, &decision.actor, request, now));
        }
    }
    entries
}
